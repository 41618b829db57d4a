"""Never twice, never lost: submits, lost replies, late commits, kills and outages in any order.

The model destination keeps a multiset of what it committed. Each shard's own story is drawn by
hypothesis: what becomes of every send, when the process is killed, how long it stays dead.
"""

import asyncio

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.scripted import Answer, ScriptedDestination, Step, Vanish, parcel_of
from support.virtual import EPOCH, VirtualClock, VirtualLoop

from bulkimport.events import to_nobody
from bulkimport.model import Accepted, Refused, TooLarge, TryLater, Unknown
from bulkimport.settings import Settings
from bulkimport.uploads.pace import Pace
from bulkimport.uploads.submit import Intent, Outcome, confirm_single, submit

WINDOW = 60.0
SETTINGS = Settings(max_in_flight=3, outage_patience=1e6)

BROKEN = Answer(TryLater("internal error", doubt=False))
BUSY = Answer(TryLater("busy", doubt=False, pushback=True, retry_after=5.0), after_body=False)
# The service's answer was lost, and nothing was committed.
NOTHING = Vanish()
SOON = [Vanish(commits_after=seconds) for seconds in (0.0, 0.1, 5.0, 20.0, 40.0, 59.0)]
LATE = [Vanish(commits_after=seconds) for seconds in (61.0, 75.0, 130.0, 600.0)]


class Shard:
    """What the ledger knows of one shard."""

    def __init__(self, number: int) -> None:
        """Planned."""
        self.parcel = parcel_of(f"shard-{number}", b"row %d\n" % number)
        self.intents: list[float] = []
        self.outcome: Outcome | None = None
        self.settled: Unknown | None = None


class Uploads(RuleBasedStateMachine):
    """Shards are sent by a process that can be killed at any moment and started again."""

    late_commits = False

    def __init__(self) -> None:
        """Begin on a loop of its own; what the service does goes on when the process is dead."""
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.steps: list[Step | None] = []
        self.shards: list[Shard] = []

    @initialize(unique=st.booleans())
    def begin(self, *, unique: bool) -> None:
        """Names are unique at the destination, or not."""
        self.destination = ScriptedDestination(self._script(), unique=unique, service=1.0)

    @rule(count=st.integers(1, 4))
    @precondition(lambda self: len(self.shards) < 12)
    def plan(self, count: int) -> None:
        """More shards are planned."""
        self.shards += [Shard(len(self.shards) + number) for number in range(count)]

    @rule(steps=st.lists(st.sampled_from([BROKEN, BUSY, NOTHING, None, *SOON]), min_size=2))
    def be_unkind(self, steps: list[Step | None]) -> None:
        """The next sends meet these fates; None is kindness."""
        self.steps += steps

    @rule(begin=st.integers(0, 100), length=st.integers(1, 300))
    def go_away(self, begin: int, length: int) -> None:
        """The service will be away for a while."""
        now = self.runner.get_loop().time()
        self.destination.away = [(now + begin, now + begin + length)]

    @rule(seconds=st.sampled_from([0.0, 0.005, 0.5, 1.005, 1.5, 3.0, 30.0, 62.0, 100.0]))
    def send_and_be_killed(self, seconds: float) -> None:
        """The process works for so long and is killed."""
        self.runner.run(self._process(killed_after=seconds))

    @rule(seconds=st.sampled_from([0.0, 1.0, 50.0, 1000.0]))
    def stay_dead(self, seconds: float) -> None:
        """Time passes with no process."""
        self.runner.run(asyncio.sleep(seconds))

    @rule()
    def send_to_the_end(self) -> None:
        """The process works until all is decided."""
        self.runner.run(self._process(killed_after=None))
        assert all(shard.outcome is not None for shard in self.shards)

    @invariant()
    def nothing_is_sent_without_an_intent_on_record(self) -> None:
        """Whatever was committed or may still be was written down before."""
        if not hasattr(self, "destination"):
            return
        intents = sum(len(shard.intents) for shard in self.shards)
        assert len(self.destination.sends) <= intents

    def teardown(self) -> None:
        """Finish, let late commits land, settle, and count what the service holds."""
        try:
            if hasattr(self, "destination"):
                self.runner.run(self._process(killed_after=None))
                self.runner.run(asyncio.sleep(20 * WINDOW))
                self.runner.run(self._settle())
                for shard in self.shards:
                    self._judge(shard)
        finally:
            self.runner.close()

    def _judge(self, shard: Shard) -> None:
        held = len(self.destination.held(shard.parcel.name))
        assert isinstance(shard.outcome, Accepted), shard.outcome
        assert held >= 1, "lost"
        if self.destination.unique or not self.late_commits:
            assert held == 1, "twice"
            assert shard.settled is None
        elif held > 1:
            assert isinstance(shard.settled, Unknown), "twice, and nobody says so"

    def _script(self) -> "Script":
        return Script(self.steps)

    async def _process(self, *, killed_after: float | None) -> None:
        pace = Pace(settings=SETTINGS, clock=VirtualClock(), chance=lambda: 0.5, listener=to_nobody)
        waiting = [shard for shard in self.shards if shard.outcome is None]
        tasks = [asyncio.create_task(self._submit(shard, pace)) for shard in waiting]
        if tasks:
            await asyncio.wait(tasks, timeout=killed_after)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert result is None or isinstance(result, asyncio.CancelledError), result
        assert pace.statistics().permits.in_flight == 0

    async def _submit(self, shard: Shard, pace: Pace) -> None:
        async def intend(intent: Intent) -> None:
            await asyncio.sleep(0.01)
            assert intent.sent_at >= EPOCH
            shard.intents.append(intent.sent_at)

        shard.outcome = await submit(
            shard.parcel,
            destination=self.destination,
            pace=pace,
            on_intend=intend,
            in_doubt=bool(shard.intents),
            window=WINDOW,
        )
        assert not isinstance(shard.outcome, TooLarge | Refused)

    async def _settle(self) -> None:
        pace = Pace(settings=SETTINGS, clock=VirtualClock(), chance=lambda: 0.5, listener=to_nobody)
        for shard in self.shards:
            if len(shard.intents) > 1:
                shard.settled = await confirm_single(
                    shard.parcel.name, destination=self.destination, pace=pace
                )


class Script:
    """An endless script that is written while it is read: kind where nothing is written."""

    def __init__(self, steps: list[Step | None]) -> None:
        """Read from `steps`."""
        self._steps = steps

    def __iter__(self) -> "Script":
        """Read on."""
        return self

    def __next__(self) -> Step | None:
        """The next fate."""
        return self._steps.pop(0) if self._steps else None


class LateUploads(Uploads):
    """The same with commits that land after the quiet window."""

    late_commits = True

    @rule(steps=st.lists(st.sampled_from(LATE), min_size=1, max_size=3))
    def commit_late(self, steps: list[Step]) -> None:
        """The next sends are committed when nobody waits for it any more."""
        self.steps += steps


LENGTH = hypothesis_settings(max_examples=300, stateful_step_count=20, deadline=None)
TestCommitsInTheWindow = Uploads.TestCase
TestCommitsInTheWindow.settings = LENGTH
TestCommitsAfterTheWindow = LateUploads.TestCase
TestCommitsAfterTheWindow.settings = LENGTH
