"""The right to be on the wire: a semaphore whose limit can shrink and grow."""

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class PermitStatistics:
    """What the permits look like now; `peak` is the most that was ever in flight."""

    limit: int
    in_flight: int
    waiting: int
    peak: int


class Permits:
    """At most `limit` holders at once, first come first served.

    Shrinking takes nothing away: those in flight end, and nobody new comes in until fewer than
    the new limit are left. Whoever is cancelled while waiting loses no permit.
    """

    def __init__(self, limit: int) -> None:
        """Begin with `limit` permits, at least one."""
        self._limit = limit
        self._in_flight = 0
        self._peak = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def statistics(self) -> PermitStatistics:
        """Describe the present state."""
        waiting = sum(not turn.done() for turn in self._waiting)
        return PermitStatistics(self._limit, self._in_flight, waiting, self._peak)

    def set_limit(self, limit: int) -> None:
        """Allow `limit` holders from now on and let in whoever fits."""
        self._limit = limit
        self._admit()

    async def acquire(self) -> None:
        """Wait for a permit and take it."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            self._forsake(turn)
            raise

    def release(self) -> None:
        """Give a permit back."""
        self._in_flight -= 1
        self._admit()

    async def __aenter__(self) -> Self:
        """Wait for a permit."""
        await self.acquire()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back."""
        self.release()

    def _admit(self) -> None:
        while self._waiting and self._in_flight < self._limit:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._in_flight += 1
                self._peak = max(self._peak, self._in_flight)

    def _forsake(self, turn: asyncio.Future[None]) -> None:
        """Leave the queue, or pass on a permit that came in the moment of being cancelled."""
        if turn.cancelled():
            if turn in self._waiting:
                self._waiting.remove(turn)
        else:
            self.release()
