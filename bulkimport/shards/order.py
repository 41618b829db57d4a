"""Accepted rows put back into the order of their sources, data row by data row.

Rows come from hash partitions, in the order of hashes; they leave in the order in which their
data rows first appear in the sources, so that a tidy file is sent in long straight reads. Done
in two passes over buckets of positions on disk, so memory stays flat.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np

from bulkimport.native import FILL, HAS_UUID, KINDS, RANGE, fill_uuids
from bulkimport.shards.group import Grouped, equal_before
from bulkimport.shards.partitions import (
    ROWS_PER_PARTITION,
    Partitions,
    Table,
    partitions_for,
)
from bulkimport.shards.uuids import mix_uuids

IMAGE_MASK, VIDEO_MASKS = KINDS.index("mask"), KINDS.index("masks")

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

ENTRY = np.dtype(
    [
        ("first", "<u8"),  # where its data row begins
        ("more", "<u2"),  # rows of its range after the first one
        ("masks", "<u2"),  # rows with masks
        ("bare", "u1"),  # whether it is sent without a uuid
        ("uuids_low", "<u8"),  # the sum of its mixed uuids
        ("uuids_high", "<u8"),
        ("range", RANGE),
    ]
)


class Order:
    """Takes accepted rows partition by partition, gives entries in the order of the sources.

    An entry is one row, or a stretch that is all of a data row: `first` is the position of its
    data row's first row, over all sources laid end to end, so equal `first` means equal data row.
    """

    def __init__(
        self,
        folder: Path,
        *,
        sizes: Sequence[int],
        count: int,
        most: int = ROWS_PER_PARTITION,
    ) -> None:
        """Lay sources of `sizes` bytes end to end and cut them into `count` buckets.

        Only `most` entries are sorted at once, unless one data row has more.
        """
        self._bases = np.concatenate(([0], np.cumsum(np.asarray(sizes, np.int64)))).astype(
            np.uint64
        )
        self._most = most
        self._buckets = _Buckets(folder, count=count, begin=0, end=int(self._bases[-1]))

    def add(self, grouped: Grouped, *, fill: bool) -> None:
        """Take the accepted rows of one partition; `fill` gives a uuid to those without."""
        rows = np.compress(grouped.accepted, grouped.rows)
        group = grouped.group[grouped.accepted]
        if not len(rows):
            return
        entries = np.zeros(len(rows), ENTRY)
        position = self._bases[rows["source"]] + rows["offset"]
        starts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
        lengths = np.diff(np.concatenate((starts, [len(rows)])))
        entries["first"] = np.repeat(position[starts], lengths)
        # By data row and not by label: two labels with an equal row need two uuids.
        ordinal = _ordinals(rows, grouped.data_row[grouped.accepted]) if fill else None
        ranges = ranges_of(rows, ordinal=ordinal)
        entries["range"] = ranges
        entries["masks"] = (rows["kind"] == IMAGE_MASK) | (rows["kind"] == VIDEO_MASKS)
        filled = ranges["flags"] & FILL > 0
        entries["bare"] = ~filled & (rows["flags"] & HAS_UUID == 0)
        entries["uuids_low"], entries["uuids_high"] = mix_uuids(
            np.where(filled, ranges["fill_low"], rows["uuid_low"]),
            np.where(filled, ranges["fill_high"], rows["uuid_high"]),
        )
        self._buckets.add(entries)

    def add_whole(self, stretches: Table) -> None:
        """Take stretches (STRETCH) that are accepted as they are, each all of its data row."""
        entries = np.zeros(len(stretches), ENTRY)
        entries["first"] = self._bases[stretches["source"]] + stretches["offset"]
        entries["more"] = stretches["rows"] - 1
        entries["masks"] = stretches["masks"]
        for name in ("uuids_low", "uuids_high"):
            entries[name] = stretches[name]
        for name in ("offset", "length", "source"):
            entries["range"][name] = stretches[name]
        self._buckets.add(entries)

    def __iter__(self) -> Iterator[Table]:
        """Give entries bucket by bucket; a data row is never split between two buckets."""
        yield from self._buckets.in_order(self._most)

    def close(self) -> None:
        """Remove what is on disk."""
        self._buckets.close()


class _Buckets:
    """Entries whose `first` is from `begin` to below `end`, by equal parts of that interval.

    The data rows of a shuffled file nearly all begin early in it, so the first buckets may be
    large; such a one is cut again into buckets of its own.
    """

    def __init__(self, folder: Path, *, count: int, begin: int, end: int) -> None:
        self._folder = folder
        self._begin = begin
        self._width = max(1, -(-(end - begin) // count))
        self._partitions = Partitions(folder, count=count, dtype=ENTRY)

    def add(self, entries: Table) -> None:
        numbers = (entries["first"] - np.uint64(self._begin)) // np.uint64(self._width)
        self._partitions.add(entries, numbers.astype(np.int64))

    def in_order(self, most: int) -> Iterator[Table]:
        for number in range(self._partitions.count):
            if self._partitions.rows(number) > most and self._width > 1:
                yield from self._cut_again(number, most)
            else:
                entries = self._partitions.load(number)
                yield np.take(entries, np.argsort(entries["first"], kind="stable"))

    def close(self) -> None:
        self._partitions.close()

    def _cut_again(self, number: int, most: int) -> Iterator[Table]:
        begin = self._begin + number * self._width
        count = partitions_for(self._partitions.rows(number), each=most)
        finer = _Buckets(
            self._folder / f"{number:04d}", count=count, begin=begin, end=begin + self._width
        )
        with closing(finer):
            for entries in self._partitions.portions(number, most=-(-most // 4)):
                finer.add(entries)
            yield from finer.in_order(most)


def fences(sizes: Sequence[int], ordinals: Sequence[int]) -> list[int]:
    """Where a source begins whose ordinal of label is not that of the source before."""
    begins = np.cumsum(np.asarray(sizes, np.int64)).tolist()
    changes = zip(begins, pairwise(ordinals), strict=False)
    return [begin for begin, (before, after) in changes if before != after]


def ranges_of(rows: Table, *, ordinal: Numbers | None) -> Table:
    """One range a row; with `ordinal`, rows without a uuid get one made of what they are."""
    ranges = np.zeros(len(rows), RANGE)
    for name in ("offset", "length", "source"):
        ranges[name] = rows[name]
    if ordinal is None:
        return ranges
    bare = np.flatnonzero(rows["flags"] & HAS_UUID == 0)
    uuids = fill_uuids(np.take(rows, bare), ordinal[bare].astype(np.uint64))
    ranges["fill_low"][bare], ranges["fill_high"][bare] = uuids["low"], uuids["high"]
    ranges["flags"][bare] |= FILL
    return ranges


def _ordinals(rows: Table, group: Numbers) -> Numbers:
    """The number among its equals of each row without a uuid; 0 for all others."""
    ordinals = np.zeros(len(rows), np.int64)
    bare = np.flatnonzero(rows["flags"] & HAS_UUID == 0)
    ordinals[bare] = equal_before(np.take(rows, bare), group[bare])
    return ordinals
