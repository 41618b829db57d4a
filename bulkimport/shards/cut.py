"""Where one shard ends and the next begins: always between data rows.

| the next data row                           | what happens                       |
|---------------------------------------------|------------------------------------|
| fits by rows and by bytes                   | joins the shard                    |
| does not fit, the shard has rows            | begins the next shard              |
| does not fit, the shard is empty            | travels alone                      |
| is the first after the canary's `first` ones | begins the next shard              |
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bulkimport.native import FILL, FILL_BYTES
from bulkimport.shards.partitions import Table

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Cut:
    """One shard in the making: its rows' entries, in order."""

    entries: Table
    data_rows: int


@dataclass(frozen=True, slots=True)
class ShardCaps:
    """What one shard carries at most, unless a single data row is larger."""

    rows: int
    bytes: int


def cut_entries(
    buckets: Iterable[Table], *, caps: ShardCaps, first: int | None = None
) -> Iterator[Cut]:
    """Cut ordered entries into shards, greedily; the first ones hold exactly `first` data rows.

    Memory: one bucket and one shard.
    """
    canary = first or 0
    growing: Cut | None = None
    for bucket in buckets:
        entries = bucket if growing is None else np.concatenate((growing.entries, bucket))
        pieces = list(_pieces(entries, caps, canary))
        for cut in pieces[:-1]:
            yield cut
            canary = max(0, canary - cut.data_rows)
        growing = pieces[-1] if pieces else None
    if growing is not None:
        yield growing


def entry_bytes(entries: Table) -> Numbers:
    """Exact bytes of each entry in a body, line end and filled uuid included."""
    ranges = entries["range"]
    return range_bytes(ranges)


def range_bytes(ranges: Table) -> Numbers:
    """Exact bytes of each range in a body."""
    filled = ranges["flags"] & FILL > 0
    return ranges["length"].astype(np.int64) + 1 + FILL_BYTES * filled


def _pieces(entries: Table, caps: ShardCaps, canary: int) -> Iterator[Cut]:
    """Cut `entries`; the last piece may still grow."""
    starts = np.flatnonzero(np.diff(entries["first"], prepend=entries["first"][:1] + 1))
    ends = np.append(starts[1:], len(entries))
    sizes = np.cumsum(entry_bytes(entries))[ends - 1] if len(entries) else ends
    at = rows = size = 0
    while at < len(starts):
        by_rows = np.searchsorted(ends, rows + caps.rows, side="right")
        by_bytes = np.searchsorted(sizes, size + caps.bytes, side="right")
        until = max(at + 1, int(min(by_rows, by_bytes)))
        if canary > at:
            until = min(until, canary)
        yield Cut(entries[rows : ends[until - 1]], until - at)
        at, rows, size = until, int(ends[until - 1]), int(sizes[until - 1])
