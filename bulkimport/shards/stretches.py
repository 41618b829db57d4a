"""Neighbouring rows of one data row, as one entry of a table: what makes a tidy file cheap.

A stretch stands for rows that are beyond doubt as long as their data row has no others. Rows that
may need to be looked at one by one are loose and stay rows; and a stretch whose data row turns out
to have more than it is read again and becomes rows. So nothing is decided here that `group` would
decide otherwise.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bulkimport.native import HAS_KEY, HAS_UUID, RANGE, gather, scan_block
from bulkimport.shards.group import ROWS_OF_ONE_NAME, Caps
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import mix_uuids

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

STRETCH = np.dtype(
    [
        ("key_low", "<u8"),
        ("key_high", "<u8"),
        ("uuids_low", "<u8"),  # the sum of the mixed uuids
        ("uuids_high", "<u8"),
        ("offset", "<u8"),  # of the first row in its source
        ("length", "<u4"),  # from there to the end of the last row
        ("source", "<u4"),
        ("line", "<u4"),  # of the first row
        ("rows", "<u4"),
    ]
)

FEWEST = 2
EXPANDED_BYTES = 8 << 20
_WANTED = HAS_KEY | HAS_UUID


def split(rows: Table) -> tuple[Table, Table]:
    """Split scanned rows (ROW, in the order of one source) into stretches and loose rows.

    The rows of a stretch are good, have uuids of which none is twice among `rows`, spell their
    data row alike, and follow each other with one line end between; they are too few to be too
    many of one name. Costs some passes over the columns and one sort of half the uuids.
    """
    if not len(rows):
        return np.empty(0, STRETCH), rows
    good = (rows["code"] == 0) & (rows["flags"] & _WANTED == _WANTED)
    starts = np.flatnonzero(np.concatenate(([True], ~_joined(rows, good))))
    counts = np.diff(starts, append=len(rows))
    long = (counts >= FEWEST) & (counts <= ROWS_OF_ONE_NAME) & good[starts]
    if not long.any():
        return np.empty(0, STRETCH), rows
    long &= ~np.logical_or.reduceat(_twins(rows), starts)
    loose = np.compress(np.repeat(~long, counts), rows)
    return np.compress(long, _stretches(rows, starts, counts)), loose


def alone(stretches: Table, rows: Table, *, caps: Caps) -> Mask:
    """Mark the stretches whose data row has nothing else in this partition, and fits the caps.

    Keys are compared by half of their bits: a chance collision only costs a closer look.
    """
    keys = np.concatenate((stretches["key_low"], rows["key_low"]))
    order = np.argsort(keys)
    ordered = keys[order]
    equal = np.concatenate(([False], ordered[1:] == ordered[:-1], [False]))
    shared = np.empty(len(keys), np.bool_)
    shared[order] = equal[1:] | equal[:-1]
    fits = (stretches["rows"] <= caps.rows) & (stretches["length"] < caps.bytes)
    return ~shared[: len(stretches)] & fits


def expand(stretches: Table, descriptors: Sequence[int]) -> Iterator[Table]:
    """Read stretches again and give their rows (ROW), some megabytes of text at a time.

    Raises OSError when a source ends too early.
    """
    ends = np.cumsum(stretches["length"] + np.int64(1))
    at = 0
    while at < len(stretches):
        before = ends[at] - stretches["length"][at]
        until = max(at + 1, int(np.searchsorted(ends, before + EXPANDED_BYTES)))
        yield _rows_of(stretches[at:until], descriptors)
        at = until


def _joined(rows: Table, good: Mask) -> Mask:
    """Mark the rows, from the second on, that go on with the stretch of the row before."""
    ends = rows["offset"] + rows["length"]
    joined: Mask = good[1:] & good[:-1] & (rows["offset"][1:] == ends[:-1] + np.uint64(1))
    for name in ("key_low", "key_high", "spelling"):
        joined &= rows[name][1:] == rows[name][:-1]
    return joined


def _twins(rows: Table) -> Mask:
    """Mark rows whose uuid may be another's too; half of the bits decide."""
    uuids = np.ascontiguousarray(rows["uuid_low"])
    ordered = np.sort(uuids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(uuids, twice) if len(twice) else np.zeros(len(rows), np.bool_)


def _stretches(rows: Table, starts: Numbers, counts: Numbers) -> Table:
    stretches = np.empty(len(starts), STRETCH)
    first, last = np.take(rows, starts), np.take(rows, starts + counts - 1)
    for name in ("key_low", "key_high", "offset", "source", "line"):
        stretches[name] = first[name]
    stretches["length"] = last["offset"] + last["length"] - first["offset"]
    stretches["rows"] = counts
    low, high = mix_uuids(rows["uuid_low"], rows["uuid_high"])
    stretches["uuids_low"] = np.add.reduceat(low, starts)
    stretches["uuids_high"] = np.add.reduceat(high, starts)
    return stretches


def _rows_of(stretches: Table, descriptors: Sequence[int]) -> Table:
    ranges = np.zeros(len(stretches), RANGE)
    for name in ("offset", "length", "source"):
        ranges[name] = stretches[name]
    body = gather(descriptors, ranges)
    _, _, found = scan_block(body, source=0, offset=0, line=1, last=True)
    rows = found.copy()
    begins = np.cumsum(stretches["length"] + np.int64(1)) - stretches["length"] - 1
    lines = np.cumsum(stretches["rows"]) - stretches["rows"] + 1
    own = np.searchsorted(begins, rows["offset"], side="right") - 1
    rows["offset"] += stretches["offset"][own] - begins[own].astype(np.uint64)
    rows["line"] += stretches["line"][own] - lines[own].astype(np.uint32)
    rows["source"] = stretches["source"][own]
    return rows
