"""Where one shard ends and the next begins: always between data rows.

| the next data row                            | what happens                       |
|----------------------------------------------|------------------------------------|
| fits by rows, masks and bytes                | joins the shard                    |
| does not fit, the shard has rows             | begins the next shard              |
| does not fit, the shard is empty             | travels alone                      |
| is the first after the canary's `first` ones | begins the next shard              |
| lies behind a fence                          | begins the next shard              |

A fence parts the ordinals of labels: no shard holds two labels of one data row.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bulkimport.native import FILL, FILL_BYTES, OPEN
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import UuidSum

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One shard in the making: its entries, in order."""

    entries: Table
    data_rows: int

    @property
    def rows(self) -> int:
        """How many rows the entries are."""
        return int(entry_rows(self.entries).sum())

    @property
    def masks(self) -> int:
        """How many of the rows have masks."""
        return int(self.entries["masks"].sum())

    @property
    def uuids(self) -> UuidSum | None:
        """The digest of all uuids; None when there are rows without."""
        if self.entries["bare"].any():
            return None
        return UuidSum.of(self.entries["uuids_low"], self.entries["uuids_high"])


@dataclass(frozen=True, slots=True)
class ShardCaps:
    """What one shard carries at most, unless a single data row is larger.

    `masks` is how many of the rows may have masks; all if it is None.
    """

    rows: int
    bytes: int
    masks: int | None = None


def cut_entries(
    buckets: Iterable[Table],
    *,
    caps: ShardCaps,
    first: int | None = None,
    fences: Sequence[int] = (),
) -> Iterator[Piece]:
    """Cut ordered entries into shards, greedily; the first ones hold exactly `first` data rows.

    `fences` are positions over all sources laid end to end, as `first` of an entry is.
    Memory: one bucket and one shard.
    """
    canary = first or 0
    growing: Piece | None = None
    for bucket in buckets:
        entries = bucket if growing is None else np.concatenate((growing.entries, bucket))
        pieces = list(_pieces(entries, caps, canary=canary, fences=fences))
        for piece in pieces[:-1]:
            yield piece
            canary = max(0, canary - piece.data_rows)
        growing = pieces[-1] if pieces else None
    if growing is not None:
        yield growing


def entry_rows(entries: Table) -> Numbers:
    """How many rows each entry is."""
    return entries["more"].astype(np.int64) + 1


def entry_bytes(entries: Table) -> Numbers:
    """Exact bytes of each entry in a body, line end and filled uuid included."""
    ranges = entries["range"]
    return range_bytes(ranges)


def range_bytes(ranges: Table) -> Numbers:
    """Exact bytes of each range in a body."""
    flags = ranges["flags"]
    line_ends = np.equal(flags & OPEN, 0).astype(np.int64)
    sizes: Numbers = ranges["length"].astype(np.int64) + line_ends
    return sizes + FILL_BYTES * (flags & FILL > 0)


def _pieces(
    entries: Table, caps: ShardCaps, *, canary: int, fences: Sequence[int]
) -> Iterator[Piece]:
    """Cut `entries`; the last piece may still grow."""
    starts = np.flatnonzero(np.diff(entries["first"], prepend=entries["first"][:1] + 1))
    ends = np.append(starts[1:], len(entries))
    if not len(entries):
        return
    counts = np.cumsum(entry_rows(entries))[ends - 1]
    sizes = np.cumsum(entry_bytes(entries))[ends - 1]
    masks = np.cumsum(entries["masks"].astype(np.int64))[ends - 1]
    most_masks = caps.rows if caps.masks is None else caps.masks
    positions = np.asarray(fences, np.uint64)
    fenced = np.append(np.searchsorted(entries["first"][starts], positions), len(starts))
    at = entry = rows = size = masked = 0
    while at < len(starts):
        by_rows = np.searchsorted(counts, rows + caps.rows, side="right")
        by_bytes = np.searchsorted(sizes, size + caps.bytes, side="right")
        by_masks = np.searchsorted(masks, masked + most_masks, side="right")
        until = max(at + 1, int(min(by_rows, by_bytes, by_masks)))
        if canary > at:
            until = min(until, canary)
        until = min(until, int(fenced[np.searchsorted(fenced, at, side="right")]))
        last = until - 1
        yield Piece(entries[entry : ends[last]], until - at)
        at, entry, rows, size = until, int(ends[last]), int(counts[last]), int(sizes[last])
        masked = int(masks[last])
