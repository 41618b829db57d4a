"""The rows of one body, found again by scanning it: for settling, splitting and naming rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bulkimport.native import FILL, scan_block
from bulkimport.shards.cut import range_bytes
from bulkimport.shards.partitions import Table

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


def survey(pieces: Iterator[bytes]) -> Table:
    """Scan a body; `offset` of each row is its place in the body. Memory: 88 bytes a row."""
    found: list[Table] = []
    held: list[bytes] = []
    offset, line = 0, 1
    for piece in pieces:
        held.append(piece)
        # A row larger than a piece is joined once, not once a piece.
        if b"\n" not in piece:
            continue
        block = b"".join(held)
        consumed, lines, rows = scan_block(block, source=0, offset=offset, line=line, last=False)
        found.append(rows)
        offset, line, held = offset + consumed, line + lines, [block[consumed:]]
    _, _, rows = scan_block(b"".join(held), source=0, offset=offset, line=line, last=True)
    return np.concatenate([*found, rows])


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a body between data rows: bytes `start` to `end`, so many rows and data rows."""

    start: int
    end: int
    rows: int
    data_rows: int


def halve(rows: Table, *, size: int) -> list[Part]:
    """Split a surveyed body of `size` bytes in two, between data rows, by bytes.

    Gives one part only when the body is a single data row.
    """
    starts = _data_row_starts(rows)
    if len(starts) == 1:
        return [Part(0, size, len(rows), 1)]
    places = rows["offset"][starts].astype(np.int64)
    middle = int(np.searchsorted(places, size // 2))
    cut = min(max(1, middle), len(starts) - 1)
    row, place = int(starts[cut]), int(places[cut])
    return [
        Part(0, place, row, cut),
        Part(place, size, len(rows) - row, len(starts) - cut),
    ]


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where the input's own row lies: its source's number, offset and length there."""

    source: int
    offset: int
    length: int


def own_place(ranges: Table, begins: Numbers, row: np.void) -> OwnPlace:
    """Find the input's own row of a surveyed `row`; `begins` are those of `range_begins`."""
    at = int(np.searchsorted(begins, int(row["offset"]), side="right")) - 1
    one = ranges[at]
    if one["flags"] & FILL:
        return OwnPlace(int(one["source"]), int(one["offset"]), int(one["length"]))
    inside = int(row["offset"]) - int(begins[at])
    return OwnPlace(int(one["source"]), int(one["offset"]) + inside, int(row["length"]))


def range_begins(ranges: Table) -> Numbers:
    """Where each range begins in the body."""
    sizes = range_bytes(ranges)
    return np.cumsum(sizes) - sizes


def _data_row_starts(rows: Table) -> Numbers:
    keys = rows[["key_low", "key_high"]]
    changed = np.concatenate(([True], keys[1:] != keys[:-1]))
    return np.flatnonzero(changed)
