"""What became of each row of one shard, joined from its body and the service's status file."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import orjson

from bulkimport.engine.bodies import Bodies
from bulkimport.engine.failing import Errors, failed_lines, status_errors
from bulkimport.ledger.shard import Cut
from bulkimport.native import ROW, Said
from bulkimport.shards.partitions import Table
from bulkimport.uploads.join import Joined, join

NEVER_BACK: Errors = ({"name": "Unknown", "message": "the service gave no verdict on this row"},)
NO_REASON: Errors = ({"name": "ImportFailed", "message": "the service gave no reason"},)
FIRST_LINES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """The rows of one shard and their status rows, joined; no rows when all were accepted."""

    cut: Cut
    rows: Table
    said: Said
    joined: Joined

    def failed_lines(self, bodies: Bodies) -> Iterator[bytes]:
        """Lines for failed.ndjson."""
        said = self.said.statuses[self.joined.failed_statuses]
        spans = zip(said["offset"].tolist(), said["length"].tolist(), strict=True)
        words = (status_errors(self.said.lines[at : at + length]) for at, length in spans)
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


def fates_of(bodies: Bodies, cut: Cut, said: Said, *, keep_accepted: bool = False) -> Fates:
    """Join a shard's rows with what its status file says.

    The rows are not read again when all are accepted, unless `keep_accepted`; else that costs 100
    bytes of memory a row.
    """
    whole_by_digest = bodies.form.all_accepted(said, rows=cut.rows, uuids=bodies.uuids(cut))
    if whole_by_digest and not keep_accepted:
        none = np.empty(0, np.int64)
        whole = Joined(cut.rows, failed_rows=none, failed_statuses=none, unknown=none, strangers=0)
        return Fates(cut, np.empty(0, ROW), said, whole)
    rows = bodies.survey(cut)
    return Fates(cut, rows, said, join(rows, said.statuses))


def server_words(file: bytes) -> Errors:
    """What the error file of a FAILED import says, by its beginning; lines as they are."""
    lines = [line for line in file.splitlines()[:FIRST_LINES] if line.strip()]
    return [_word(line) for line in lines] or NO_REASON


def words_of(answer: bytes) -> Errors:
    """What the service says of an import that failed, when its answer is all there is."""
    return [_word(answer)]


def _word(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return {"name": "ImportFailed", "message": line.decode(errors="replace").strip()}
