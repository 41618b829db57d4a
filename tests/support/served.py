"""A service with a capacity: slots, a link that is shared, pushback, chance failures, outages.

Bodies are not read; a transfer takes its size over the share of the link. What the service does is
described by `Service`, which a story may change while it runs.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from support.scripted import ScriptedDestination

from bulkimport.model import Accepted, Parcel, Receipt, TryLater, Verdict


@dataclass
class Service:
    """What the service can do now.

    `slots` requests are served at once, each for `seconds` times 1 ± `jitter`; others queue. With
    more than `crowd` in the house every service slows down in proportion. More than `accepts` are
    pushed back, asked to come again after `retry_after`. `failing` is the share of sends that end
    in 503. A stream gets `stream_rate` bytes a second, all together `link_rate`; 0 is no limit.
    """

    slots: int = 16
    seconds: float = 1.0
    jitter: float = 0.0
    crowd: int = 0
    accepts: int = 0
    retry_after: float = 0.0
    failing: float = 0.0
    stream_rate: float = 0.0
    link_rate: float = 0.0
    away: bool = False


class ServedDestination(ScriptedDestination):
    """Accepts everything, as fast as its service can; counts what it did in `attempts`."""

    def __init__(self, service: Service, *, seed: int = 0) -> None:
        """Serve by `service`, with seeded chance."""
        super().__init__()
        self.serves = service
        self.attempts: list[tuple[float, str]] = []
        self.accepted: list[tuple[float, int]] = []
        self._random = random.Random(seed)
        self._link = _Link(service)
        self._served = 0
        self._house = 0
        self._queue: list[asyncio.Future[None]] = []

    def change(self, **changes: float) -> None:
        """Change what the service can do, and let in who may come in now."""
        for name, value in changes.items():
            setattr(self.serves, name, value)
        self._link.reckon()
        self._call_next()

    async def send(self, parcel: Parcel) -> Verdict:
        """Transfer, queue, be served."""
        verdict = self._door()
        if verdict is None:
            self._house += 1
            try:
                await self._link.transfer(parcel.size)
                verdict = await self._serve(parcel)
            finally:
                self._house -= 1
        self.attempts.append((_now(), type(verdict).__name__))
        return verdict

    def goodput(self, between: Sequence[float]) -> float:
        """Bytes accepted per second in a stretch of time."""
        begin, end = between
        return sum(size for at, size in self.accepted if begin <= at < end) / (end - begin)

    def _is_away(self) -> bool:
        return self.serves.away

    def _door(self) -> TryLater | None:
        service = self.serves
        if service.away:
            return TryLater("connection refused", doubt=False)
        if service.accepts and self._house >= service.accepts:
            wish = service.retry_after or None
            return TryLater("too many requests", doubt=False, pushback=True, retry_after=wish)
        return None

    async def _serve(self, parcel: Parcel) -> Verdict:
        await self._enter()
        service = self.serves
        try:
            slow = max(1.0, self._house / service.crowd) if service.crowd else 1.0
            spread = 1.0 + service.jitter * self._random.uniform(-1.0, 1.0)
            await asyncio.sleep(service.seconds * slow * spread)
        finally:
            self._served -= 1
            self._call_next()
        if service.away:
            return TryLater("connection reset", doubt=False)
        if self._random.random() < service.failing:
            return TryLater("service unavailable", doubt=False)
        self.accepted.append((_now(), parcel.size))
        return Accepted(Receipt(parcel.name, parcel.name))

    async def _enter(self) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        self._call_next()
        await place

    def _call_next(self) -> None:
        while self._queue and self._served < self.serves.slots:
            place = self._queue.pop(0)
            if not place.done():
                place.set_result(None)
                self._served += 1


class _Link:
    """Bytes flow to all transfers in equal shares, exactly, without simulating slices."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._left: dict[asyncio.Future[None], float] = {}
        self._rate = 0.0
        self._reckoned_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def transfer(self, size: int) -> None:
        if not (self._service.stream_rate or self._service.link_rate):
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._flow()
        self._left[done] = float(size)
        self._set_timer()
        try:
            await done
        finally:
            self._flow()
            self._left.pop(done, None)
            self._set_timer()

    def reckon(self) -> None:
        """Go on with a rate that has changed."""
        self._flow()
        self._set_timer()

    def _flow(self) -> None:
        gone = (_now() - self._reckoned_at) * self._rate
        self._reckoned_at = _now()
        for transfer in self._left:
            self._left[transfer] -= gone

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        waiting = [left for transfer, left in self._left.items() if not transfer.done()]
        if waiting:
            share = self._service.link_rate / len(waiting) or float("inf")
            self._rate = min(self._service.stream_rate or float("inf"), share)
            due = max(0.0, min(waiting) / self._rate)
            self._timer = asyncio.get_running_loop().call_later(due, self._arrive)

    def _arrive(self) -> None:
        self._flow()
        nearest = min(left for transfer, left in self._left.items() if not transfer.done())
        for transfer, left in self._left.items():
            if left <= nearest + 1e-6 and not transfer.done():
                transfer.set_result(None)
        self._set_timer()


def _now() -> float:
    return asyncio.get_running_loop().time()
