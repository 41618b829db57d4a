"""Rows read once more, to see side by side what they say."""

from collections.abc import Iterator, Sequence

import numpy as np

from bulkimport.native import KINDS, RANGE, Checked, Checker, gather, scan_block
from bulkimport.shards.clues import label_of
from bulkimport.shards.company import Company, Numbers
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import mix

BBOX = KINDS.index("bbox")
PORTION_BYTES = 8 << 20


def look_again(
    rows: Table, *, ordinals: Numbers, descriptors: Sequence[int], checker: Checker
) -> Company:
    """Read scanned rows (ROW) again, some megabytes at a time, by a checker that measures.

    `ordinals` says of each row which label of its data row it is of. Raises OSError when a source
    ends too early.
    """
    seen = [_shifted(*portion) for portion in _portions(rows, descriptors, checker)]
    checks, measures, links, clues = map(np.concatenate, zip(*seen, strict=True))
    paged = np.zeros(len(rows), np.bool_)
    paged[measures["row"][(measures["kind"] == BBOX) & (measures["unit"] > 0)]] = True
    labels = label_of(mix(rows["key_low"] + mix(rows["key_high"])), ordinals.astype(np.uint32))
    _, label = np.unique(labels, return_inverse=True)
    return Company(rows, label, checks["feature"], paged, clues, links, measures)


def _portions(
    rows: Table, descriptors: Sequence[int], checker: Checker
) -> Iterator[tuple[int, Checked]]:
    ends = np.cumsum(rows["length"] + np.int64(1))
    at = 0
    while at < len(rows):
        before = ends[at] - rows["length"][at]
        until = max(at + 1, int(np.searchsorted(ends, before + PORTION_BYTES)))
        ranges = np.zeros(until - at, RANGE)
        for name in ("offset", "length", "source"):
            ranges[name] = rows[name][at:until]
        body = gather(descriptors, ranges)
        _, _, found = scan_block(body, source=0, offset=0, line=1, last=True)
        yield at, checker.check(body, offset=0, rows=found)
        at = until


def _shifted(at: int, checked: Checked) -> tuple[Table, Table, Table, Table]:
    """Let all that names rows by their index count from the first row of all portions."""

    def shift(table: Table) -> Table:
        moved = table.copy()
        moved["row"] += np.uint32(at)
        return moved

    return checked.checks, shift(checked.measures), shift(checked.links), shift(checked.clues)
