"""Labels of one data row stay apart: by ordinal when they are judged, by fences when cut."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ndjson import made_row, scanned

from bulkimport.shards.cut import ShardCaps, cut_entries
from bulkimport.shards.group import FATES, Caps, Grouped, Incomplete, group_rows
from bulkimport.shards.order import ENTRY, Order, fences

CAPS = Caps(rows=1000, bytes=1 << 20)
BAD = b'{"dataRow":{"globalKey":"a"},"name":"car"}'


def judged(sources: list[bytes], ordinals: list[int]) -> Grouped:
    """Judge some sources as one partition, incomplete labels held."""
    return group_rows(scanned(*sources), caps=CAPS, incomplete=Incomplete.HOLD, ordinals=ordinals)


def told(sources: list[bytes], ordinals: list[int]) -> list[list[str]]:
    """What becomes of each row of each source, in order."""
    found = judged(sources, ordinals)
    words: list[dict[int, str]] = [{} for _ in sources]
    for index, row in enumerate(found.rows):
        fate = int(found.fate[index])
        words[row["source"]][int(row["line"])] = (
            FATES[fate - 1].value
            if fate
            else "accepted"
            if found.accepted[index]
            else "held"
            if found.held[index]
            else "bad"
        )
    return [[lines[line] for line in sorted(lines)] for lines in words]


A, B = made_row("a"), made_row("b")
OWN = made_row("a", number=7)


@pytest.mark.parametrize(
    ("sources", "ordinals", "expected"),
    [
        pytest.param([[A], [A]], [0, 0], [["accepted"], ["accepted"]], id="rows make one label"),
        pytest.param([[A, A], [A]], [1, 2], [["accepted"] * 2, ["accepted"]], id="two labels"),
        pytest.param(
            [[A, BAD], [A]], [1, 2], [["held", "bad"], ["accepted"]], id="one label lost a row"
        ),
        pytest.param(
            [[A, BAD], [A]], [0, 0], [["held", "bad"], ["held"]], id="rows lost one of theirs"
        ),
        pytest.param([[OWN], [OWN]], [1, 2], [["uuid-twice"]] * 2, id="one label exported twice"),
        pytest.param(
            [[A, B, A]],
            [1],
            [["label-in-pieces", "accepted", "label-in-pieces"]],
            id="two labels at two places",
        ),
        pytest.param([[A, B, A]], [0], [["accepted"] * 3], id="scattered rows that are no export"),
        pytest.param([[A], [A]], [1, 1], [["label-in-pieces"]] * 2, id="two labels in two exports"),
        pytest.param(
            [[A], [], [A, B]], [1, 1, 2], [["accepted"], [], ["accepted"] * 2], id="an empty one"
        ),
    ],
)
def test_labels_are_judged_by_data_row_and_ordinal(
    sources: list[list[bytes]], ordinals: list[int], expected: list[list[str]]
) -> None:
    """Rows of a label lie together in an export; what does not is of another label."""
    assert told([b"\n".join(rows) for rows in sources], ordinals) == expected


def test_a_blank_line_parts_what_would_be_one_label() -> None:
    """Rows lie together when one line end is between them."""
    assert told([A + b"\n\n" + A], [1]) == [["label-in-pieces"] * 2]


def test_equal_rows_of_two_labels_get_two_uuids(tmp_path: Path) -> None:
    """The platform takes the second of two equal uuids on a data row for the first, mended."""
    sources = [A, A]
    order = Order(tmp_path / "buckets", sizes=[len(A)] * 2, count=1)
    order.add(judged(sources, [1, 2]), fill=True)
    [entries] = list(order)
    order.close()

    filled = entries["range"][["fill_low", "fill_high"]]
    assert len(np.unique(filled)) == 2


@pytest.mark.parametrize(
    ("sizes", "ordinals", "expected"),
    [
        ([], [], []),
        ([5], [0], []),
        ([5, 6, 7], [0, 0, 0], []),
        ([5, 6, 7], [1, 1, 2], [11]),
        ([5, 6, 7], [1, 2, 3], [5, 11]),
        ([5, 0, 7], [1, 1, 2], [5]),
    ],
)
def test_a_fence_stands_where_the_ordinal_changes(
    sizes: list[int], ordinals: list[int], expected: list[int]
) -> None:
    """Sources are laid end to end."""
    assert fences(sizes, ordinals) == expected


@given(
    rows=st.lists(st.integers(1, 3), min_size=1, max_size=30),
    posts=st.lists(st.integers(0, 32), max_size=4).map(sorted),
    caps=st.builds(ShardCaps, rows=st.integers(1, 9), bytes=st.integers(1, 99)),
    parts=st.lists(st.integers(0, 30), max_size=3).map(sorted),
    first=st.none() | st.integers(1, 9),
)
def test_no_shard_lies_on_both_sides_of_a_fence(
    rows: list[int], posts: list[int], caps: ShardCaps, parts: list[int], first: int | None
) -> None:
    """However rows come in buckets, and whatever the caps: no row is lost or moved."""
    made = np.zeros(sum(rows), ENTRY)
    made["first"] = np.repeat(np.arange(len(rows)), rows)
    made["range"]["length"] = 9
    places = [int(np.searchsorted(made["first"], part)) for part in parts]
    buckets = np.split(made, places)

    pieces = list(cut_entries(buckets, caps=caps, first=first, fences=posts))

    assert np.concatenate([piece.entries for piece in pieces]).tolist() == made.tolist()
    for piece in pieces:
        low, high = int(piece.entries["first"][0]), int(piece.entries["first"][-1])
        assert not any(low < post <= high for post in posts)
