"""How fast, all shards together: permits, limiter, retry budget and gate behind two calls."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from bulkimport.clock import Clock
from bulkimport.errors import DestinationAway
from bulkimport.events import LimitChanged, Listener
from bulkimport.model import Accepted, TryLater, Verdict
from bulkimport.settings import Settings
from bulkimport.uploads.backoff import Chance, RetryBudget, retry_delay
from bulkimport.uploads.gate import Gate
from bulkimport.uploads.limiter import FIRST, Limiter
from bulkimport.uploads.permits import Permits, PermitStatistics

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class PaceStatistics:
    """What went over the wire: submits tried, those of them that must be repeated, questions."""

    submits: int
    retries: int
    questions: int
    permits: PermitStatistics


class Pace:
    """Shared by everything that talks to one destination.

    A permit is held only while a submit is on the wire, never while something waits. Questions
    take no permit, since they are small, but wait at the same gate: an outage is one outage.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        chance: Chance,
        listener: Listener,
        first_limit: int = FIRST,
    ) -> None:
        """Begin a slow start at `first_limit` submits in flight."""
        self.settings = settings
        self.clock = clock
        self.listener = listener
        self._chance = chance
        self._limiter = Limiter(ceiling=settings.max_in_flight, first=first_limit)
        self._permits = Permits(self._limiter.limit)
        self._budget = RetryBudget()
        self._gate = Gate(settings=settings, clock=clock, chance=chance, listener=listener)
        self._counts = _Counts()

    def statistics(self) -> PaceStatistics:
        """Count requests and describe the permits."""
        counts = self._counts
        return PaceStatistics(
            counts.submits, counts.retries, counts.questions, self._permits.statistics()
        )

    async def submit(
        self,
        send: Callable[[], Awaitable[Verdict]],
        *,
        size: int,
        intend: Callable[[], Awaitable[None]],
    ) -> Verdict:
        """Make one attempt to send `size` bytes as soon as gate and limit allow, and learn from it.

        `intend` is awaited when nothing stands between it and the send. Raises DestinationAway
        when the patience with an outage has ended; nothing was sent then.
        """
        async with self._on_the_wire():
            await intend()
            began = self.clock.monotonic()
            self._limiter.started(began)
            self._counts.submits += 1
            verdict: Verdict | None = None
            try:
                verdict = await send()
            finally:
                self._learn(verdict, began=began, size=size)
        return verdict

    async def ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """Repeat a question, with growing gaps, until it is answered.

        What the question raises passes through, except DestinationAway: that is passing trouble
        until the gate's patience has ended.
        """
        failures = 0
        while True:
            async with self._gate.passage():
                self._counts.questions += 1
                try:
                    answer = await question()
                except DestinationAway as error:
                    wish = error.retry_after
                    # Who asks to come later is there, and pushes back.
                    self._gate.failed(error.message, pushback=wish is not None, retry_after=wish)
                else:
                    self._answered()
                    return answer
            failures += 1
            await self.rest(self.delay(failures, retry_after=wish))

    async def rest(self, seconds: float) -> float:
        """Sleep before the next attempt, but never past the end of patience; gives the seconds.

        When patience ends meanwhile, the next attempt is refused.
        """
        rested = min(seconds, self._gate.patience())
        await self.clock.sleep(rested)
        return rested

    def delay(self, failures: int, *, retry_after: float | None = None) -> float:
        """Return the seconds before the next attempt after so many failed ones."""
        return retry_delay(
            failures, settings=self.settings, chance=self._chance, retry_after=retry_after
        )

    @asynccontextmanager
    async def _on_the_wire(self) -> AsyncIterator[None]:
        while True:
            async with self._gate.passage() as probing, self._permits:
                # The gate may have closed while the permit was waited for.
                if probing or self._gate.is_clear():
                    yield
                    return

    def _learn(self, verdict: Verdict | None, *, began: float, size: int) -> None:
        now = self.clock.monotonic()
        match verdict:
            case Accepted():
                self._limiter.succeeded(now, began=began, size=size)
                self._budget.earn()
            case TryLater(pushback=True):
                self._limiter.pushed_back(now, began=began)
            case _:
                self._limiter.failed(now, began=began)
        if isinstance(verdict, TryLater):
            self._put_off(verdict)
        elif verdict is not None and self._answered():
            self._budget.refill()
        self._apply_limit()

    def _put_off(self, verdict: TryLater) -> None:
        self._counts.retries += 1
        self._gate.failed(
            verdict.reason, pushback=verdict.pushback, retry_after=verdict.retry_after
        )
        if not self._budget.take(pushback=verdict.pushback):
            self._gate.close(f"too many submits must be repeated: {verdict.reason}")

    def _answered(self) -> bool:
        """Tell the gate; after an outage begin slowly."""
        reopened = self._gate.succeeded()
        if reopened:
            self._limiter.begin_again(self.clock.monotonic())
            self._apply_limit()
        return reopened

    def _apply_limit(self) -> None:
        limit, before = self._limiter.limit, self._permits.statistics()
        if limit != before.limit:
            self._permits.set_limit(limit)
            self.listener(LimitChanged(limit=limit, in_flight=before.in_flight))


async def already_intended() -> None:
    """The `intend` of a send whose intent was durable before, and says enough for every attempt."""


@dataclass(slots=True)
class _Counts:
    submits: int = 0
    retries: int = 0
    questions: int = 0
