"""One number for many uuids, whatever their order, and another for every other set."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.shards.uuids import UuidSum, mix_uuids

HALF = st.integers(0, 2**64 - 1)
UUIDS = st.lists(st.tuples(HALF, HALF), max_size=20)


def digest(uuids: list[tuple[int, int]]) -> UuidSum:
    """The digest of some uuids, given by their halves."""
    halves = np.array(uuids, np.uint64).reshape(len(uuids), 2)
    return UuidSum.of(*mix_uuids(halves[:, 0], halves[:, 1]))


@given(UUIDS, st.randoms(use_true_random=False))
def test_the_order_does_not_count(uuids: list[tuple[int, int]], chance: object) -> None:
    """A service may answer in any order."""
    mixed = list(uuids)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert digest(mixed) == digest(uuids)


@given(UUIDS, UUIDS)
def test_the_digests_of_parts_add_up(
    some: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    """So a stretch brings the sum of its rows."""
    parts = [digest(some), digest(others)]
    columns = np.array(parts, np.uint64)
    assert UuidSum.of(columns[:, 0], columns[:, 1]) == digest(some + others)


def test_sets_with_equal_sums_are_told_apart() -> None:
    """Numbered uuids are common in tests and migrations; so are halves that change places."""
    low = [digest([(1, 0), (4, 0)]), digest([(2, 0), (3, 0)])]
    high = [digest([(0, 1), (0, 4)]), digest([(0, 2), (0, 3)])]
    crossed = [digest([(1, 2), (3, 4)]), digest([(1, 4), (3, 2)]), digest([(2, 1), (4, 3)])]
    assert len({*low, *high, *crossed}) == 7


def test_how_often_a_uuid_comes_counts() -> None:
    """Twice is not once, and never is not at all."""
    assert len({digest([]), digest([(0, 0)]), digest([(0, 0)] * 2)}) == 3


def test_the_digest_is_32_digits() -> None:
    """It is kept in the index as text."""
    assert str(UuidSum(low=10, high=1)) == "0000000000000001000000000000000a"
    assert str(digest([])) == "0" * 32


def test_two_million_numbered_uuids_collide_nowhere() -> None:
    """In either half of the mixture."""
    number = np.arange(2_000_000, dtype=np.uint64)
    for mixed in mix_uuids(number, np.zeros_like(number)):
        assert len(np.unique(mixed)) == len(number)
