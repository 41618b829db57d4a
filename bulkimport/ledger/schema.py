"""How a ledger lies on disk, and every SQL statement that touches it.

    RUN/ledger.sqlite            (RUN/ledger.sqlite-journal while a change is being written)
    ┌ meta ─────────────┐        schema_version, plan_digest, and what the run has learned,
    │ key      │ value  │        such as the largest body the destination takes
    └───────────────────┘
    ┌ shard ────────────────────────────────────────────────────────────────────────────────┐
    │ number │ parent │ plan_index, body_start, body_end │ name, successor                  │
    │ rows, data_rows, bytes, digest │ state │ attempts, sent_at, resent, import_id, adopted │
    │ accepted, failed, unknown │ failed_end │ reason                                       │
    └───────────────────────────────────────────────────────────────────────────────────────┘

What may be trusted after a crash, be it of the process or of the power:

- A ledger that exists is whole: it is made beside its place and then moved there.
- A change whose call returned is there; one whose call did not return is there whole or not at
  all. Every change is one transaction.
- `planned` means that nothing of the shard's present name was sent, or that what was sent is
  known to have left nothing. `sending` means that anything may have happened.
- Bytes of failed.ndjson behind the greatest `failed_end` belong to nobody: cut them off.

Held by constraints:

- A name is given once in a run.
- Every row of a settled, refused or unknown shard has exactly one fate, and no other has any.

Why the pragmas: a write-ahead log is not used because SQLite 3.7.0 to 3.51.2 can corrupt it
(sqlite.org/wal.html#walresetbug). EXTRA is FULL and the sync of the folder after the journal is
removed; without that a power cut can bring the journal back, which undoes a change that was
already acknowledged (sqlite.org/pragma.html#pragma_synchronous). fullfsync reaches through the
drive's cache on macOS and is nothing elsewhere.
"""

from typing import Any, Final

from bulkimport.ledger.shard import Cut, Outcome, Sending, Shard
from bulkimport.ledger.states import OPEN, Change, ShardState

SCHEMA_VERSION: Final = "1"

PRAGMAS: Final = (
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA fullfsync = ON",
    "PRAGMA foreign_keys = ON",
)


def _quoted(states: tuple[ShardState, ...]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


_DONE = _quoted((ShardState.SETTLED, ShardState.REFUSED, ShardState.UNKNOWN))

CREATE: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"""
    CREATE TABLE shard (
        number     INTEGER PRIMARY KEY,
        parent     INTEGER REFERENCES shard (number),
        plan_index INTEGER NOT NULL,
        body_start INTEGER NOT NULL,
        body_end   INTEGER NOT NULL,
        name       TEXT    NOT NULL UNIQUE,
        successor  INTEGER NOT NULL DEFAULT 1,
        rows       INTEGER NOT NULL CHECK (rows > 0),
        data_rows  INTEGER NOT NULL CHECK (data_rows > 0),
        bytes      INTEGER NOT NULL CHECK (bytes > 0),
        digest     TEXT    NOT NULL,
        state      TEXT    NOT NULL CHECK (state IN ({_quoted(tuple(ShardState))})),
        attempts   INTEGER NOT NULL DEFAULT 0,
        sent_at    REAL,
        resent     INTEGER NOT NULL DEFAULT 0,
        import_id  TEXT,
        adopted    INTEGER NOT NULL DEFAULT 0,
        accepted   INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0),
        failed     INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
        unknown    INTEGER NOT NULL DEFAULT 0 CHECK (unknown >= 0),
        failed_end INTEGER CHECK (failed_end >= 0),
        reason     TEXT,
        CONSTRAINT every_row_has_one_fate CHECK (
            accepted + failed + unknown = CASE WHEN state IN ({_DONE}) THEN rows ELSE 0 END
        ),
        CONSTRAINT body_has_bytes CHECK (0 <= body_start AND body_start < body_end)
    )
    """,
)

INSERT_SHARD: Final = """
    INSERT INTO shard (
        number, parent, plan_index, body_start, body_end, name, rows, data_rows, bytes, digest,
        state
    ) VALUES (
        :number, :parent, :plan_index, :body_start, :body_end, :name, :rows, :data_rows, :bytes,
        :digest, :state
    )
"""

UPDATE: Final[dict[Change, str]] = {
    Change.INTEND: """
        UPDATE shard SET state = :state, attempts = attempts + 1, sent_at = :sent_at,
            resent = max(resent, :resent)
        WHERE number = :number
    """,
    Change.RECEIPT: """
        UPDATE shard SET state = :state, import_id = :import_id, adopted = :adopted
        WHERE number = :number
    """,
    Change.SETTLE: """
        UPDATE shard SET state = :state, accepted = :accepted, failed = :failed,
            unknown = :unknown, failed_end = :failed_end
        WHERE number = :number
    """,
    Change.REFUSE: """
        UPDATE shard SET state = :state, failed = rows, failed_end = :failed_end,
            reason = :reason
        WHERE number = :number
    """,
    Change.LOSE: """
        UPDATE shard SET state = :state, unknown = rows, reason = :reason WHERE number = :number
    """,
    Change.RELEASE: "UPDATE shard SET state = :state WHERE number = :number",
    Change.SPLIT: "UPDATE shard SET state = :state WHERE number = :number",
    Change.SUCCEED: """
        UPDATE shard SET state = :state, name = :name, successor = successor + 1,
            import_id = NULL, adopted = 0, resent = 0, sent_at = NULL
        WHERE number = :number
    """,
}

# Read back in this order by shard_of below.
_SELECT: Final = """
    SELECT number, parent, name, rows, data_rows, bytes, digest, plan_index, body_start, body_end,
        state, attempts, sent_at, resent, import_id, adopted, successor, accepted, failed, unknown,
        failed_end, reason
    FROM shard
"""
_NEXT: Final = "ORDER BY number LIMIT 1"

SELECT_SHARD: Final = f"{_SELECT} WHERE number = :number"
NEXT_SHARD: Final = f"{_SELECT} WHERE number > :after {_NEXT}"
NEXT_PENDING: Final = f"{_SELECT} WHERE number > :after AND state IN ({_quoted(OPEN)}) {_NEXT}"
NEXT_UNKNOWN: Final = f"{_SELECT} WHERE number > :after AND unknown > 0 {_NEXT}"

NEXT_RESENT: Final = f"{_SELECT} WHERE number > :after AND resent AND NOT adopted {_NEXT}"

SELECT_NEXT_NUMBER: Final = "SELECT coalesce(max(number) + 1, 0) FROM shard"
SELECT_FAILED_END: Final = "SELECT coalesce(max(failed_end), 0) FROM shard"
SELECT_TALLY: Final = """
    SELECT state, count(*), sum(rows), sum(accepted), sum(failed), sum(unknown), sum(attempts),
        sum(resent), sum(adopted)
    FROM shard GROUP BY state
"""

REMEMBER: Final = """
    INSERT INTO meta (key, value) VALUES (:key, :value)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
RECALL: Final = "SELECT value FROM meta WHERE key = :key"


def shard_of(row: tuple[Any, ...]) -> Shard:
    """Read one row of a SELECT above."""
    number, parent, *cut, state = row[:11]
    attempts, sent_at, resent, import_id, adopted, successor = row[11:17]
    return Shard(
        number=number,
        parent=parent,
        cut=Cut(*cut),
        state=ShardState(state),
        sending=Sending(attempts, sent_at, bool(resent), import_id, bool(adopted), successor),
        outcome=Outcome(*row[17:]),
    )
