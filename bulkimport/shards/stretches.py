"""Stretches: neighbouring rows of one data row as one entry, which makes a tidy file cheap.

A stretch (`native.split_rows`) stands for rows that are beyond doubt as long as their data row has
no others. Rows that may need to be looked at one by one are loose and stay rows; and a stretch
whose data row turns out to have more than it is read again and becomes rows. So nothing is decided
here that `group` would decide otherwise.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bulkimport.native import RANGE, gather, scan_block
from bulkimport.shards.group import Caps
from bulkimport.shards.partitions import Table

Mask = NDArray[np.bool_]

EXPANDED_BYTES = 8 << 20


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
    return ~shared[: len(stretches)] & fits & (not caps.over_plan)


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
