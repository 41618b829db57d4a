"""The ledger of a run: each method is one transaction, durable when it returns.

Synchronous, and each change costs a few fsyncs: call it from one thread of its own, never from an
event loop. See schema.py for what lies on disk and what may be trusted after a crash.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bulkimport.disk import FILE_MODE, disk_trouble_at, sync_folder
from bulkimport.errors import InternalError, RunMismatch
from bulkimport.ledger import schema
from bulkimport.ledger.shard import Cut, Shard, Tally, check_parts
from bulkimport.ledger.states import Change, ShardState, state_after
from bulkimport.ledger.store import Store
from bulkimport.model import Account

SCHEMA_VERSION_KEY: Final = "schema_version"
PLAN_DIGEST_KEY: Final = "plan_digest"


class Ledger:
    """The durable record of what happened to every shard.

    Texts given to it (reasons, remembered values) must hold no secret.
    """

    def __init__(self, store: Store) -> None:
        """Work on `store`; use `create`, `open` or `read` instead."""
        self._store = store

    # --- opening -----------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path, shards: Iterable[Cut], *, plan_digest: str) -> "Ledger":
        """Make the ledger of a plan, all or nothing; shards are numbered from 0 in the order given.

        Cost: one transaction and a rename. Raises DiskTrouble, and InternalError when `path` is
        there already.
        """
        if path.exists():
            raise InternalError("this run has a ledger already", place=str(path))
        draft = path.with_name(f"{path.name}.draft")
        with disk_trouble_at(draft):
            for leftover in (draft, draft.with_name(f"{draft.name}-journal")):
                leftover.unlink(missing_ok=True)
            draft.touch(mode=FILE_MODE)
        ledger = cls(Store.open(draft))
        try:
            ledger.fill(shards, plan_digest=plan_digest)
        finally:
            ledger.close()
        with disk_trouble_at(path):
            draft.replace(path)
            sync_folder(path.parent)
        return cls.open(path, plan_digest=plan_digest)

    def fill(self, shards: Iterable[Cut], *, plan_digest: str) -> None:
        """Lay out an empty store for a plan, in one transaction; `create` does this and more."""
        facts = {SCHEMA_VERSION_KEY: schema.SCHEMA_VERSION, PLAN_DIGEST_KEY: plan_digest}
        with self._store.transaction():
            for statement in schema.CREATE:
                self._store.rows(statement, {})
            for key, value in facts.items():
                self._store.rows(schema.REMEMBER, {"key": key, "value": value})
            self._insert(shards, first=0, parent=None)

    @classmethod
    def open(cls, path: Path, *, plan_digest: str) -> "Ledger":
        """Open the ledger at `path` to go on with it; its run's lock must be held.

        Raises RunMismatch when it is of another plan or of another version of this program, and
        DiskTrouble when it is missing or broken.
        """
        return cls._checked(Store.open(path), path, plan_digest=plan_digest)

    @classmethod
    def read(cls, path: Path, *, plan_digest: str) -> "Ledger":
        """Open the ledger at `path` to look at it, while another process may be at work on it.

        Needs no lock. Errors as for `open`; every change raises DiskTrouble.
        """
        return cls._checked(Store.read(path), path, plan_digest=plan_digest)

    @classmethod
    def _checked(cls, store: Store, path: Path, *, plan_digest: str) -> "Ledger":
        ledger = cls(store)
        try:
            ledger._check(path, plan_digest=plan_digest)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def close(self) -> None:
        """Give back the file; nothing is lost without it."""
        self._store.close()

    # --- changes -----------------------------------------------------------------------------

    def intend(self, number: int, *, sent_at: float, resent: bool = False) -> None:
        """Write down that the shard is about to be sent; `resent` when it was in doubt before."""
        with self._store.transaction():
            self._change(Change.INTEND, number, sent_at=sent_at, resent=int(resent))

    def receipt(self, number: int, *, import_id: str, adopted: bool = False) -> None:
        """Write down that the destination has the shard; `adopted` when it was found by name."""
        with self._store.transaction():
            self._change(Change.RECEIPT, number, import_id=import_id, adopted=int(adopted))

    def settle(
        self, number: int, *, accepted: int, failed: int, unknown: int, failed_end: int
    ) -> None:
        """Write down the fate of every row.

        `failed_end` is the size of failed.ndjson after the shard's rows were appended to it and
        synced. Append, sync and settle one shard before appending the next: bytes before the
        greatest `failed_end` are taken to belong to settled shards.
        """
        with self._store.transaction():
            self._check_failed_end(failed_end)
            self._change(
                Change.SETTLE,
                number,
                accepted=accepted,
                failed=failed,
                unknown=unknown,
                failed_end=failed_end,
            )

    def refuse(self, number: int, *, reason: str, failed_end: int) -> None:
        """Write down a definite no to the whole shard: all rows failed. `failed_end` as above."""
        with self._store.transaction():
            self._check_failed_end(failed_end)
            self._change(Change.REFUSE, number, reason=reason, failed_end=failed_end)

    def lose(self, number: int, *, reason: str) -> None:
        """Write down that the fate of the whole shard cannot be learned."""
        with self._store.transaction():
            self._change(Change.LOSE, number, reason=reason)

    def release(self, number: int) -> None:
        """Take an intent back; only when it is certain that it left nothing at the destination."""
        with self._store.transaction():
            self._change(Change.RELEASE, number)

    def split(self, number: int, children: Sequence[Cut]) -> list[Shard]:
        """Put `children`, in order, in the place of a shard of which nothing was accepted.

        The children are planned and numbered after all others. Raises InternalError when they do
        not carry the same rows.
        """
        with self._store.transaction():
            parent = self.shard(number)
            check_parts(parent.cut, children)
            self._change(Change.SPLIT, number)
            first = self._number(schema.SELECT_NEXT_NUMBER)
            self._insert(children, first=first, parent=number)
        return [self.shard(place) for place in range(first, first + len(children))]

    def succeed(self, number: int, *, name: str) -> None:
        """Plan a shard again under a new name, after its import FAILED with nothing accepted."""
        with self._store.transaction():
            self._change(Change.SUCCEED, number, name=name)

    def remember(self, key: str, value: str) -> None:
        """Keep a fact that the run has learned, in place of an older one."""
        if key in {SCHEMA_VERSION_KEY, PLAN_DIGEST_KEY}:
            raise InternalError(f"{key} never changes")
        with self._store.transaction():
            self._store.rows(schema.REMEMBER, {"key": key, "value": value})

    # --- questions ---------------------------------------------------------------------------

    def recall(self, key: str) -> str | None:
        """Return what was remembered under `key`."""
        found = self._store.rows(schema.RECALL, {"key": key})
        return str(found[0][0]) if found else None

    def shard(self, number: int) -> Shard:
        """Return one shard. Raises InternalError for a number that was never given."""
        found = self._store.rows(schema.SELECT_SHARD, {"number": number})
        if not found:
            raise InternalError(f"the ledger has no shard {number}")
        return schema.shard_of(found[0])

    def pending(self) -> Iterator[Shard]:
        """Give the shards that are not done, by number, as they are when they are reached.

        Changes may be made between two of them. Children of a split come last; a shard that is
        planned again by `release` or `succeed` after it was given does not come twice.
        """
        return self._each(schema.NEXT_PENDING)

    def shards(self) -> Iterator[Shard]:
        """Give all shards by number, split ones included."""
        return self._each(schema.NEXT_SHARD)

    def unknown_shards(self) -> Iterator[Shard]:
        """Give the shards some or all of whose rows have an unknown fate."""
        return self._each(schema.NEXT_UNKNOWN)

    def resent_shards(self) -> Iterator[Shard]:
        """Give the shards that were sent again after doubt, and not found to be there."""
        return self._each(schema.NEXT_RESENT)

    def failed_end(self) -> int:
        """Return how many bytes of failed.ndjson belong to shards that are done."""
        return self._number(schema.SELECT_FAILED_END)

    def tally(self) -> Tally:
        """Count all shards and the rows they carry."""
        by_state = {
            ShardState(state): sums for state, *sums in self._store.rows(schema.SELECT_TALLY, {})
        }
        shards = {state: sums[0] for state, sums in by_state.items()}
        rows = dict.fromkeys(ShardState, 0) | {s: sums[1] for s, sums in by_state.items()}
        accepted, failed, unknown, attempts, resent, adopted = (
            sum(sums[column] for sums in by_state.values()) for column in range(2, 8)
        )
        return Tally(
            account=Account(
                read=sum(rows.values()) - rows[ShardState.SPLIT],
                accepted=accepted,
                failed=failed,
                unknown=unknown,
                pending=rows[ShardState.SUBMITTED],
                unsent=rows[ShardState.PLANNED] + rows[ShardState.SENDING],
            ),
            shards=shards,
            in_doubt=rows[ShardState.SENDING],
            attempts=attempts,
            resent=resent,
            adopted=adopted,
        )

    # --- inside ------------------------------------------------------------------------------

    def _change(self, change: Change, number: int, **values: str | float) -> None:
        state = state_after(change, self.shard(number).state)
        self._store.rows(schema.UPDATE[change], {"number": number, "state": state.value, **values})

    def _insert(self, shards: Iterable[Cut], *, first: int, parent: int | None) -> None:
        for number, cut in enumerate(shards, first):
            self._store.rows(
                schema.INSERT_SHARD,
                {
                    "number": number,
                    "parent": parent,
                    "state": ShardState.PLANNED.value,
                    **asdict(cut),
                },
            )

    def _check_failed_end(self, failed_end: int) -> None:
        if failed_end < self.failed_end():
            raise InternalError(
                f"failed.ndjson ends at {failed_end}, before the {self.failed_end()} on record"
            )

    def _number(self, sql: str) -> int:
        return int(self._store.rows(sql, {})[0][0])

    def _check(self, path: Path, *, plan_digest: str) -> None:
        version = self.recall(SCHEMA_VERSION_KEY)
        if version != schema.SCHEMA_VERSION:
            raise RunMismatch(
                f"the ledger has version {version} and this program reads {schema.SCHEMA_VERSION}",
                place=str(path),
                remedy="go on with the version of bulkimport that began the run",
            )
        if self.recall(PLAN_DIGEST_KEY) != plan_digest:
            raise RunMismatch("the ledger belongs to another plan", place=str(path))

    def _each(self, sql: str) -> Iterator[Shard]:
        # One question a shard: none stays open, so changes may be made between two shards.
        after = -1
        while found := self._store.rows(sql, {"after": after}):
            shard = schema.shard_of(found[0])
            yield shard
            after = shard.number
