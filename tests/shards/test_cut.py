"""Shards end between data rows, never inside one, and are as full as their caps allow."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.native import FILL, FILL_BYTES
from bulkimport.shards.cut import Piece, ShardCaps, cut_entries, entry_bytes
from bulkimport.shards.order import ENTRY
from bulkimport.shards.partitions import Table

# A data row is a list of its rows' bytes in the body.
DataRow = list[int]


def entries(data_rows: list[DataRow], *, first: int = 0) -> Table:
    """The entries of data rows, told apart by the place of their first row."""
    made = np.zeros(sum(map(len, data_rows)), ENTRY)
    made["first"] = np.repeat(np.arange(first, first + len(data_rows)), [*map(len, data_rows)])
    made["range"]["length"] = [size - 1 for data_row in data_rows for size in data_row]
    return made


def shape(cuts: list[Piece]) -> list[list[DataRow]]:
    """Each shard as its data rows."""
    shards = []
    for cut in cuts:
        data_rows: dict[int, DataRow] = {}
        for first, size in zip(
            cut.entries["first"].tolist(), entry_bytes(cut.entries).tolist(), strict=True
        ):
            data_rows.setdefault(first, []).append(size)
        assert cut.data_rows == len(data_rows)
        shards.append(list(data_rows.values()))
    return shards


def cut(data_rows: list[DataRow], *, rows: int, size: int, first: int | None = None) -> list[int]:
    """How many data rows each shard has."""
    caps = ShardCaps(rows=rows, bytes=size)
    shards = shape(list(cut_entries([entries(data_rows)], caps=caps, first=first)))
    assert [data_row for shard in shards for data_row in shard] == data_rows
    return [*map(len, shards)]


ONE, TWO, BIG = [10], [10, 10], [100]


@pytest.mark.parametrize(
    ("data_rows", "rows", "size", "shards"),
    [
        ([], 3, 50, []),
        ([ONE], 3, 50, [1]),
        # By rows: fits, fits exactly, does not fit.
        ([ONE, ONE], 3, 50, [2]),
        ([ONE, TWO], 3, 50, [2]),
        ([TWO, TWO], 3, 50, [1, 1]),
        ([ONE, TWO, ONE], 3, 50, [2, 1]),
        # By bytes: fits exactly, does not fit by one.
        ([ONE] * 5, 9, 50, [5]),
        ([ONE] * 6, 9, 50, [5, 1]),
        ([ONE] * 5, 9, 49, [4, 1]),
        ([[11], [10], [10], [10], [10]], 9, 50, [4, 1]),
        # Larger than a shard by itself: alone, first, between and last.
        ([BIG], 3, 50, [1]),
        ([BIG, ONE, ONE], 3, 50, [1, 2]),
        ([ONE, BIG, ONE], 3, 50, [1, 1, 1]),
        ([ONE, ONE, BIG], 3, 50, [2, 1]),
        ([[10] * 4, ONE], 3, 50, [1, 1]),
        ([BIG, BIG], 3, 50, [1, 1]),
        # Every data row alone.
        ([ONE, ONE], 1, 50, [1, 1]),
        ([ONE, ONE], 9, 0, [1, 1]),
    ],
)
def test_the_table(data_rows: list[DataRow], rows: int, size: int, shards: list[int]) -> None:
    """Row by row: joins, begins the next shard, travels alone."""
    assert cut(data_rows, rows=rows, size=size) == shards


@pytest.mark.parametrize(
    ("first", "shards"),
    [
        (None, [4, 4]),
        (1, [1, 4, 3]),
        (3, [3, 4, 1]),
        (4, [4, 4]),
        (5, [4, 1, 3]),
        (8, [4, 4]),
        (9, [4, 4]),
    ],
)
def test_the_canary_ends_with_a_shard(first: int | None, shards: list[int]) -> None:
    """So that it can be sent without one data row more."""
    assert cut([ONE] * 8, rows=4, size=1000, first=first) == shards


@pytest.mark.parametrize("count", [100_000, 100_001])
def test_a_hundred_thousand_rows_fill_one_shard_and_one_more_begins_the_next(count: int) -> None:
    """As single data rows of a row each."""
    made = np.zeros(count, ENTRY)
    made["first"] = np.arange(count)

    cuts = list(cut_entries([made], caps=ShardCaps(rows=100_000, bytes=1 << 40)))

    assert [len(one.entries) for one in cuts] == [100_000, 1][: 1 + (count > 100_000)]


DATA_ROWS = st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=5), max_size=30)


@given(
    data_rows=DATA_ROWS,
    caps=st.builds(ShardCaps, rows=st.integers(1, 9), bytes=st.integers(1, 150)),
    first=st.none() | st.integers(1, 35),
    ends=st.lists(st.integers(0, 30), max_size=4),
)
def test_cutting_is_greedy_and_does_not_see_the_buckets(
    data_rows: list[DataRow], caps: ShardCaps, first: int | None, ends: list[int]
) -> None:
    """Against a loop over data rows; the entries come in buckets cut anywhere between data rows."""
    edges = [0, *sorted(min(end, len(data_rows)) for end in ends), len(data_rows)]
    buckets = [
        entries(data_rows[start:end], first=start) for start, end in itertools.pairwise(edges)
    ]

    cuts = list(cut_entries(buckets, caps=caps, first=first))

    assert shape(cuts) == naive(data_rows, caps, first)
    if first:
        sums = np.cumsum([one.data_rows for one in cuts]).tolist()
        assert not data_rows or min(first, len(data_rows)) in sums


def naive(data_rows: list[DataRow], caps: ShardCaps, first: int | None) -> list[list[DataRow]]:
    """The same, one data row after another."""
    shards: list[list[DataRow]] = []
    for number, data_row in enumerate(data_rows):
        joined = [size for one in (shards[-1] if shards else []) for size in one] + data_row
        fits = len(joined) <= caps.rows and sum(joined) <= caps.bytes
        if shards and fits and number != first:
            shards[-1].append(data_row)
        else:
            shards.append([data_row])
    return shards


def test_a_filled_uuid_and_the_line_end_are_counted() -> None:
    """The size of a body is exact."""
    made = entries([[10], [10]])
    made["range"]["flags"][1] = FILL

    assert entry_bytes(made).tolist() == [10, 10 + FILL_BYTES]


@pytest.mark.parametrize(
    ("masks", "most", "shards"),
    [
        ([0, 0, 0], 1, [3]),
        ([1, 1, 1], 1, [1, 1, 1]),
        ([1, 0, 1], 1, [2, 1]),
        ([1, 1, 1], 2, [2, 1]),
        ([5, 0, 5], 2, [1, 1, 1]),
        ([5, 5, 5], None, [3]),
    ],
)
def test_rows_with_masks_have_a_cap_of_their_own(
    masks: list[int], most: int | None, shards: list[int]
) -> None:
    """One data row over it travels alone; rows without masks do not count."""
    made = entries([ONE] * len(masks))
    made["masks"] = masks

    pieces = list(cut_entries([made], caps=ShardCaps(rows=100, bytes=10_000, masks=most)))

    assert [piece.data_rows for piece in pieces] == shards
    assert sum(piece.masks for piece in pieces) == sum(masks)
