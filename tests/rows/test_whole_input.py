"""Advice about an input as a whole, at the edge of each rule."""

import pytest

from bulkimport.errors import UsageError
from bulkimport.rows.ruling import read_denied
from bulkimport.rows.whole_input import ADVICE, Whole, advice


@pytest.mark.parametrize(
    ("whole", "told"),
    [
        (Whole(0, 0, 0, {}), {}),
        (Whole(9, 3, 0, {"bbox": 9}), {}),
        (Whole(9, 3, 9, {"bbox": 9}), {}),
        (Whole(0, 0, 0, {}, blank_lines=2), {"R-FILE-2": 2}),
        (Whole(9, 3, 2, {"bbox": 9}), {"R-DR-7": 2}),
        (Whole(9, 3, 7, {"bbox": 9}), {"R-DR-7": 2}),
        (Whole(1_000, 3, 0, {"mask": 1_000}), {}),
        (Whole(1_002, 3, 0, {"mask": 1_000, "masks": 1, "point": 1}), {"R-FILE-8": 1_001}),
        (Whole(1_000, 3, 0, {"point": 1_000}, tiled=True), {}),
        (Whole(1_001, 3, 0, {"point": 1_001}, tiled=True), {"R-FILE-8": 1_001}),
        (Whole(100_002, 100_000, 0, {"point": 100_002}), {}),
        (Whole(100_002, 100_001, 0, {"point": 100_002}), {"R-FILE-10": 100_002}),
        # Rows that were refused later may have been named by ids too.
        (Whole(1, 1, 5, {"point": 1}), {}),
    ],
)
def test_advice_is_given_behind_the_edge_alone(whole: Whole, told: dict[str, int]) -> None:
    """The table of the module, row by row."""
    assert advice(whole) == told


@pytest.mark.parametrize("slug", sorted(ADVICE))
def test_what_is_said_of_a_whole_input_rejects_no_row(slug: str) -> None:
    """So nobody can ask for it."""
    with pytest.raises(UsageError, match=slug):
        read_denied([slug])
