"""The ledger beside a plain dictionary: after any changes, crashes and reopenings they agree."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bulkimport.errors import InternalError
from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.shard import Cut, Outcome, Sending, Shard
from bulkimport.ledger.states import OPEN, Change, ShardState, state_after
from bulkimport.model import Account

SPILLED = 1_000_000
CHANCES = st.integers(0, 1_000_000)


class KilledHere(Exception):
    """The process ends inside a change."""


class LedgerAndModel(RuleBasedStateMachine):
    """Makes every change to both; the dictionary is the shards by number."""

    def __init__(self) -> None:
        """Make a folder for the run."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-"))
        self.path = self.folder / "ledger.sqlite"
        self.model: dict[int, Shard] = {}
        self.facts: dict[str, str] = {}

    @initialize(rows=st.lists(st.integers(2, 9), max_size=4))
    def create(self, rows: list[int]) -> None:
        """Plan a few shards."""
        shards = [
            Cut(f"run-{n}", count, 2, count * 10, "digest", n, 0, count * 10)
            for n, count in enumerate(rows)
        ]
        self.ledger = Ledger.create(self.path, shards, plan_digest="plan")
        self.model = {
            n: Shard(n, None, planned, ShardState.PLANNED, Sending(), Outcome())
            for n, planned in enumerate(shards)
        }

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "ledger"):
            self.ledger.close()
        shutil.rmtree(self.folder)

    def change(self, change: Change, pick: int, **values: object) -> Shard | None:
        """Make a change to one shard of the ledger, or see it refused; return the shard before."""
        if not self.model:
            return None
        shard = self.model[pick % len(self.model)]
        act = getattr(self.ledger, change.value)
        try:
            after = state_after(change, shard.state)
        except InternalError:
            with pytest.raises(InternalError):
                act(shard.number, **values)
            return None
        act(shard.number, **values)
        self.model[shard.number] = replace(shard, state=after)
        return self.model[shard.number]

    @rule(pick=CHANCES, sent_at=st.floats(0, 1e10), resent=st.booleans())
    def intend(self, pick: int, sent_at: float, resent: bool) -> None:  # noqa: FBT001 (drawn by name)
        """A shard is about to be sent."""
        if shard := self.change(Change.INTEND, pick, sent_at=sent_at, resent=resent):
            sending = replace(
                shard.sending,
                attempts=shard.sending.attempts + 1,
                sent_at=sent_at,
                resent=shard.sending.resent or resent,
            )
            self.model[shard.number] = replace(shard, sending=sending)

    @rule(pick=CHANCES, import_id=st.text(max_size=5), adopted=st.booleans())
    def receipt(self, pick: int, import_id: str, adopted: bool) -> None:  # noqa: FBT001 (drawn by name)
        """The destination has it."""
        if shard := self.change(Change.RECEIPT, pick, import_id=import_id, adopted=adopted):
            sending = replace(shard.sending, import_id=import_id, adopted=adopted)
            self.model[shard.number] = replace(shard, sending=sending)

    @rule(pick=CHANCES, failed=CHANCES, unknown=CHANCES, more=st.integers(0, 99))
    def settle(self, pick: int, failed: int, unknown: int, more: int) -> None:
        """Each row has a fate."""
        rows = self.model[pick % len(self.model)].cut.rows if self.model else 0
        failed %= rows + 1
        unknown %= rows - failed + 1
        fates = {"accepted": rows - failed - unknown, "failed": failed, "unknown": unknown}
        end = self.failed_end() + more
        if shard := self.change(Change.SETTLE, pick, **fates, failed_end=end):
            self.model[shard.number] = replace(shard, outcome=Outcome(**fates, failed_end=end))

    @rule(pick=CHANCES, reason=st.text(max_size=5))
    def refuse(self, pick: int, reason: str) -> None:
        """The destination says no."""
        end = self.failed_end()
        if shard := self.change(Change.REFUSE, pick, reason=reason, failed_end=end):
            outcome = Outcome(failed=shard.cut.rows, failed_end=end, reason=reason)
            self.model[shard.number] = replace(shard, outcome=outcome)

    @rule(pick=CHANCES, reason=st.text(max_size=5))
    def lose(self, pick: int, reason: str) -> None:
        """Nobody can say."""
        if shard := self.change(Change.LOSE, pick, reason=reason):
            outcome = Outcome(unknown=shard.cut.rows, reason=reason)
            self.model[shard.number] = replace(shard, outcome=outcome)

    @rule(pick=CHANCES)
    def release(self, pick: int) -> None:
        """Nothing left."""
        self.change(Change.RELEASE, pick)

    @rule(pick=CHANCES)
    def succeed(self, pick: int) -> None:
        """The import FAILED with nothing accepted."""
        name = f"successor of {pick} after {sum(s.sending.successor for s in self.model.values())}"
        if shard := self.change(Change.SUCCEED, pick, name=name):
            sending = Sending(shard.sending.attempts, successor=shard.sending.successor + 1)
            cut = replace(shard.cut, name=name)
            self.model[shard.number] = replace(shard, cut=cut, sending=sending)

    @rule(pick=CHANCES)
    def split(self, pick: int) -> None:
        """The shard goes on as one data row and the rest."""
        whole = self.model[pick % len(self.model)].cut if self.model else None
        if whole is None or whole.data_rows == 1:
            return
        edge = whole.body_start + 10
        first = replace(whole, name=f"{whole.name}.0", rows=1, data_rows=1, bytes=10, body_end=edge)
        rest = replace(
            whole,
            name=f"{whole.name}.1",
            rows=whole.rows - 1,
            data_rows=whole.data_rows - 1,
            bytes=whole.bytes - 10,
            body_start=edge,
        )
        if shard := self.change(Change.SPLIT, pick, children=[first, rest]):
            for child in (first, rest):
                number = len(self.model)
                self.model[number] = Shard(
                    number, shard.number, child, ShardState.PLANNED, Sending(), Outcome()
                )

    @rule(key=st.sampled_from(["a", "b"]), value=st.text(max_size=5))
    def remember(self, key: str, value: str) -> None:
        """The run learns something."""
        self.ledger.remember(key, value)
        self.facts[key] = value

    @rule()
    def reopen(self) -> None:
        """The run is taken up by the next process."""
        self.ledger.close()
        self.ledger = Ledger.open(self.path, plan_digest="plan")

    @rule(looked_at_first=st.booleans())
    def killed_inside_a_change(self, looked_at_first: bool) -> None:  # noqa: FBT001 (drawn by name)
        """The files as they are before a change is committed are all that the next process has."""
        left = self.folder / "left"
        with suppress(KilledHere), self.ledger._store.transaction():
            self.ledger._store.rows("UPDATE shard SET reason = 'torn'", {})
            # More than the page cache holds, so that the database itself is already written to.
            self.ledger._store.rows("UPDATE meta SET value = hex(zeroblob(1500000))", {})
            shutil.copytree(self.folder, left)
            raise KilledHere
        self.ledger.close()
        for file in left.iterdir():
            file.replace(self.folder / file.name)
        left.rmdir()
        assert self.path.stat().st_size > SPILLED
        assert self.path.with_name("ledger.sqlite-journal").stat().st_size > 0
        make = Ledger.read if looked_at_first else Ledger.open
        make(self.path, plan_digest="plan").close()
        self.ledger = Ledger.open(self.path, plan_digest="plan")

    def failed_end(self) -> int:
        """The greatest recorded end of failed.ndjson."""
        return max((shard.outcome.failed_end or 0 for shard in self.model.values()), default=0)

    @invariant()
    def they_agree(self) -> None:
        """Shards, facts and sums are the same on both sides, and the account adds up."""
        if not hasattr(self, "ledger"):
            return
        assert list(self.ledger.shards()) == list(self.model.values())
        pending = [shard for shard in self.model.values() if shard.state in OPEN]
        assert list(self.ledger.pending()) == pending
        assert {key: self.ledger.recall(key) for key in self.facts} == self.facts
        assert self.ledger.failed_end() == self.failed_end()
        accounts = [shard.account() for shard in self.model.values()]
        sums = {name: sum(getattr(a, name) for a in accounts) for name in Account.__slots__}
        tally = self.ledger.tally()
        assert tally.account == Account(**sums)
        assert tally.account.adds_up()
        assert sum(tally.shards.values()) == len(self.model)


TestLedgerAndModel = LedgerAndModel.TestCase
TestLedgerAndModel.settings = settings(max_examples=20, stateful_step_count=40, deadline=None)
