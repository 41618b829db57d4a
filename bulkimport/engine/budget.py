"""How many bytes may be on their way or unsettled at once; who wants more waits."""

import asyncio
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetStatistics:
    """What a budget can say of itself, in bytes; `waiting` counts callers."""

    total: int
    taken: int
    peak: int
    waiting: int


class Budget:
    """A first-come budget of bytes. One taker larger than the whole waits until it is alone."""

    def __init__(self, total: int) -> None:
        """Allow `total` bytes."""
        self._total = total
        self._taken = 0
        self._peak = 0
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> None:
        """Take `size` bytes, in turn."""
        if not self._queue and self._fits(size):
            self._add(size)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (size, turn)
        self._queue.append(entry)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(size)
            else:
                self._forget(entry)
            raise

    def give(self, size: int) -> None:
        """Give back what `take` took."""
        self._taken -= size
        self._serve()

    def statistics(self) -> BudgetStatistics:
        """Describe the budget now."""
        return BudgetStatistics(self._total, self._taken, self._peak, len(self._queue))

    def _fits(self, size: int) -> bool:
        return self._taken == 0 or self._taken + size <= self._total

    def _add(self, size: int) -> None:
        self._taken += size
        self._peak = max(self._peak, self._taken)

    def _forget(self, entry: tuple[int, asyncio.Future[None]]) -> None:
        if entry in self._queue:
            self._queue.remove(entry)
        self._serve()

    def _serve(self) -> None:
        # A caller may be cancelled already and not have run since: it takes nothing.
        while self._queue and (self._queue[0][1].cancelled() or self._fits(self._queue[0][0])):
            size, turn = self._queue.popleft()
            if not turn.cancelled():
                self._add(size)
                turn.set_result(None)
