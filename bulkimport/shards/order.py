"""Accepted rows put back into the order of their sources, data row by data row.

Rows come from hash partitions, in the order of hashes; they leave in the order in which their
data rows first appear in the sources, so that a tidy file is sent in long straight reads. Done
in two passes over buckets of positions on disk, so memory stays flat.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bulkimport.native import FILL, HAS_UUID, RANGE, fill_uuids
from bulkimport.shards.group import Grouped, equal_before
from bulkimport.shards.partitions import Partitions, Table

ENTRY = np.dtype([("first", "<u8"), ("kind", "u1"), ("range", RANGE)])


class Order:
    """Takes accepted rows partition by partition, gives entries in the order of the sources.

    An entry is one row: `first` is the position of its data row's first row, over all sources
    laid end to end, so equal `first` means equal data row.
    """

    def __init__(self, folder: Path, *, sizes: Sequence[int], count: int) -> None:
        """Lay sources of `sizes` bytes end to end and cut them into `count` buckets."""
        self._bases = np.concatenate(([0], np.cumsum(np.asarray(sizes, np.int64)))).astype(
            np.uint64
        )
        self._width = int(self._bases[-1]) // count + 1
        self._buckets = Partitions(folder, count=count, dtype=ENTRY)

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
        entries["kind"] = rows["kind"]
        entries["range"] = ranges_of(rows, ordinal=equal_before(rows, group) if fill else None)
        self._buckets.add(entries, (entries["first"] // self._width).astype(np.int64))

    def __iter__(self) -> Iterator[Table]:
        """Give entries bucket by bucket; a data row is never split between two buckets."""
        for number in range(self._buckets.count):
            entries = self._buckets.load(number)
            yield np.take(entries, np.argsort(entries["first"], kind="stable"))

    def close(self) -> None:
        """Remove what is on disk."""
        self._buckets.close()


def ranges_of(rows: Table, *, ordinal: np.ndarray[tuple[int], np.dtype[np.int64]] | None) -> Table:
    """One range a row; with `ordinal`, rows without a uuid get one made of what they are."""
    ranges = np.zeros(len(rows), RANGE)
    for name in ("offset", "length", "source"):
        ranges[name] = rows[name]
    if ordinal is None:
        return ranges
    bare = np.flatnonzero(rows["flags"] & HAS_UUID == 0)
    uuids = fill_uuids(rows[bare], ordinal[bare].astype(np.uint64))
    ranges["fill_low"][bare], ranges["fill_high"][bare] = uuids["low"], uuids["high"]
    ranges["flags"][bare] |= FILL
    return ranges
