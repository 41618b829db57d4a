"""What became of each row of one shard, joined from its body and the service's status file."""

import os
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from bulkimport.engine.bodies import Bodies
from bulkimport.engine.failing import Errors, failed_lines, status_errors
from bulkimport.ledger.shard import Cut
from bulkimport.native import ROW, STATUS, SUCCESS, scan_statuses
from bulkimport.shards.partitions import Table
from bulkimport.uploads.join import Joined, all_accepted, join

NEVER_BACK: Errors = ({"name": "Unknown", "message": "the service gave no verdict on this row"},)
BLOCK_BYTES = 1 << 20
LINE_BYTES = 64 << 10
FIRST_LINES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """The rows of one shard and their status rows, joined; no rows when all were accepted."""

    cut: Cut
    rows: Table
    statuses: Mapping[int, bytes]
    joined: Joined

    def failed_lines(self, bodies: Bodies) -> Iterator[bytes]:
        """Lines for failed.ndjson."""
        words = (status_errors(self.statuses[at]) for at in self.joined.failed_statuses.tolist())
        rows = self.rows[self.joined.failed_rows]
        return failed_lines(bodies, self.cut, rows=rows, errors=words)

    def unknown_lines(self, bodies: Bodies) -> Iterator[bytes]:
        """Lines for unknown/SHARD.ndjson."""
        rows = self.rows[self.joined.unknown]
        return failed_lines(bodies, self.cut, rows=rows, errors=[NEVER_BACK] * len(rows))

    def accepted_lines(self, bodies: Bodies) -> Iterator[bytes]:
        """The input's own rows that were accepted, for accepted/SHARD.ndjson."""
        lost = np.concatenate((self.joined.failed_rows, self.joined.unknown))
        rows = np.delete(self.rows, lost)
        return (row + b"\n" for _, row in bodies.own_rows(self.cut, rows))


def read_fates(
    bodies: Bodies, cut: Cut, path: Path | None, *, keep_accepted: bool = False
) -> Fates:
    """Join a shard's rows with its status file; without a file no row has a verdict.

    The rows are not read again when all are accepted, unless `keep_accepted`; that costs a block
    of memory, all else 150 bytes a row and the status lines that are not SUCCESS.
    """
    if not keep_accepted and all_accepted(
        (statuses for _, statuses in _blocks(path)), rows=cut.rows, uuids=bodies.uuids(cut)
    ):
        none = np.empty(0, np.int64)
        whole = Joined(cut.rows, failed_rows=none, failed_statuses=none, unknown=none, strangers=0)
        return Fates(cut, np.empty(0, ROW), {}, whole)
    statuses, lines = read_statuses(path)
    rows = bodies.survey(cut)
    return Fates(cut, rows, lines, join(rows, statuses))


def read_statuses(path: Path | None) -> tuple[Table, dict[int, bytes]]:
    """Read a status file: its STATUS rows, and the lines of those that are no SUCCESS."""
    found = [np.empty(0, STATUS)]
    lines: dict[int, bytes] = {}
    count = 0
    for block, statuses in _blocks(path):
        for at in np.flatnonzero(statuses["outcome"] != SUCCESS).tolist():
            start = int(statuses["offset"][at])
            lines[count + at] = block[start : start + int(statuses["length"][at])]
        found.append(statuses)
        count += len(statuses)
    return np.concatenate(found), lines


def _blocks(path: Path | None) -> Iterator[tuple[bytes, Table]]:
    """A status file block by block: its bytes, and the STATUS rows in them."""
    offset = rest = 0
    last = False
    with path.open("rb") if path else nullcontext() as file:
        while file and not last:
            # What is left of a block is read again, with more behind it.
            block = os.pread(file.fileno(), max(BLOCK_BYTES, 2 * rest), offset)
            last = len(block) <= rest
            consumed, statuses = scan_statuses(block, last=last)
            yield block, statuses
            offset, rest = offset + consumed, len(block) - consumed


def any_accepted(path: Path | None) -> bool:
    """Tell whether a status file says SUCCESS of any row."""
    statuses, _ = read_statuses(path)
    return bool(np.any(statuses["outcome"] == SUCCESS))


def server_words(path: Path | None) -> Errors:
    """What the error file of a FAILED import says; its first lines, as they are."""
    if path is None:
        return ({"name": "ImportFailed", "message": "the service gave no reason"},)
    with path.open("rb") as file:
        lines = [file.readline(LINE_BYTES) for _ in range(FIRST_LINES)]
    return [_word(line) for line in lines if line.strip()] or server_words(None)


def _word(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return {"name": "ImportFailed", "message": line.decode(errors="replace").strip()}
