"""Kills the same command again and again, at chosen phases and at chance moments."""

import json
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from e2e.command import Command, Ended, Running

PHASES: Final = ("planning", "sending", "submitted", "settling", "recovering")
CHANCE: Final = "chance"
# Up to so many seconds after a phase was seen the kill comes; by chance, after the start.
SOON: Final = {
    "planning": 0.03,
    "sending": 0.03,
    "submitted": 0.03,
    "settling": 0.02,
    "recovering": 0.1,
}
LATE: Final = 3.0
LOOK: Final = "SELECT number, state, attempts FROM shard"
STATUSES: Final = "download:statuses"

DONE: Final = ("settled", "refused", "unknown", "split")

Shards = Mapping[int, tuple[str, int]]


@dataclass
class Killing:
    """One source that is imported by many processes of which all but the last are killed.

    `kills` counts the dead, `phases` in which phases they were: one may be sending one shard and
    waiting for another. `seed` decides the moments.
    """

    command: Command
    source: Path
    words: tuple[str, ...]
    seed: int
    kills: int = 0
    phases: Counter[str] = field(default_factory=Counter)
    last: Ended | None = None

    def __post_init__(self) -> None:
        """Seed the chance."""
        self._chance = random.Random(self.seed)
        self._asked = 0

    def kill(self, phase: str) -> bool:
        """Start the command and kill it in a phase; False when it came to its end instead.

        There is nothing to recover from before a process died sending: then that comes first.
        """
        before = self.shards()
        self._asked = self._downloads()
        if phase == "recovering" and not doubted(before):
            phase = "sending"
        running = self.command.starts(self.source, *self.words)
        if phase == CHANCE:
            wait(running, self._chance.uniform(0, LATE))
        else:
            seen = self._seen(phase, running, before)
            await_either(running, seen)
            wait(running, self._chance.uniform(0, SOON[phase]))
        ended = running.kill() if not running.over else running.ended()
        if ended.code >= 0:
            self.last = ended
            return False
        self.kills += 1
        self.phases.update(self.phases_of(before))
        return True

    def finish(self) -> Ended:
        """Run the command to its end without a kill."""
        if self.last is None:
            self.last = self.command.imports(self.source, *self.words)
        return self.last

    # --- looking while it runs -------------------------------------------------------------------

    def _seen(self, phase: str, running: Running, before: Shards) -> Callable[[], bool]:
        def recovering() -> bool:
            return bool(doubted(before)) and self._holder() == running.pid

        def sending() -> bool:
            return any(state == "sending" for state, _ in new(self._live(), before).values())

        return {
            "planning": lambda: not self._has("plan.json") and self._has("partitions"),
            "sending": sending,
            "submitted": lambda: self.command.states()["submitted"] > 0,
            "settling": lambda: self._settling(self._live(), before),
            "recovering": recovering,
        }[phase]

    def _settling(self, now: Shards, before: Shards) -> bool:
        """Say if a status file was asked for whose shard is not done: one is read for each."""
        done = sum(state in DONE for state, _ in new(now, before).values())
        return self._downloads() - self._asked > done

    def _downloads(self) -> int:
        """How many status files the sandbox was asked for, by the counts of the faults in force."""
        rules = self.command.sandbox.faults()["faults"]
        return sum(rule["asked"] for rule in rules if rule["operation"] == STATUSES)

    def _live(self) -> Shards:
        return as_shards(self.command.look(LOOK))

    def _has(self, pattern: str) -> bool:
        return any(self.command.runs.glob(f"*/{pattern}"))

    def _holder(self) -> int:
        try:
            pid: int = json.loads((self.command.run / "lock").read_text())["pid"]
        except (OSError, ValueError):
            return 0
        return pid

    # --- looking at the dead ---------------------------------------------------------------------

    def shards(self) -> Shards:
        """State and attempts of every shard, read from a copy: the evidence stays as it is."""
        found = sorted(self.command.runs.glob("*/ledger.sqlite"))
        if not found:
            return {}
        with tempfile.TemporaryDirectory() as folder:
            for path in found[0].parent.glob("ledger.sqlite*"):
                shutil.copy(path, folder)
            with closing(sqlite3.connect(Path(folder) / "ledger.sqlite")) as ledger:
                return as_shards(ledger.execute(LOOK))

    def phases_of(self, before: Shards) -> set[str]:
        """Say in which phases the last process died, by what it left on disk."""
        after = self.shards()
        if not self._has("plan.json"):
            return {"planning"}
        signs = {
            "sending": bool(doubted(new(after, before))),
            "submitted": any(state == "submitted" for state, _ in after.values()),
            "settling": self._settling(after, before),
            "recovering": bool(doubted(before).items() & doubted(after).items()),
        }
        return {phase for phase, sign in signs.items() if sign}


def as_shards(rows: Any) -> Shards:
    """Make rows of number, state and attempts into a mapping."""
    return {number: (state, attempts) for number, state, attempts in rows}


def doubted(shards: Shards) -> Shards:
    """The shards that may or may not have been sent."""
    return {number: each for number, each in shards.items() if each[0] == "sending"}


def new(shards: Shards, before: Shards) -> Shards:
    """What is not as it was before."""
    return {number: each for number, each in shards.items() if before.get(number) != each}


def wait(running: Running, seconds: float) -> None:
    """Give a process so much more time; it may end by itself before."""
    running.over_within(seconds)


def await_either(running: Running, seen: Callable[[], bool]) -> None:
    """Wait until a phase is seen or the process has ended."""
    while not running.over and not seen():
        running.over_within(0.001)
