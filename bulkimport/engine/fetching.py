"""Pictures behind addresses, for those who look at pictures one by one in a thread.

Some are fetched ahead of their turn, as many at once as submits may be in flight; the window moves
when one is taken, so nothing is fetched faster than it is looked at.

| an attempt fails since    | and the host                   | then                            |
|---------------------------|--------------------------------|---------------------------------|
| there is no such picture  | -                              | a fault of its row              |
| it is too large to wait   | -                              | it is fetched again at its turn |
| the picture is broken     | -                              | again, ATTEMPTS times in all    |
| the host does not give it | gives what it gave before      | again, ATTEMPTS times in all    |
| the host does not give it | gives that no more: an outage  | again, with all patience        |
| the host does not give it | has never given any            | again, ATTEMPTS times in all    |
| the host does not give it | did not answer GIVEN_UP times  | nobody asks it again            |
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bulkimport.clock import Clock
from bulkimport.destinations.pictures import MOST_BYTES, Lack, Missing, Pictures, host_of
from bulkimport.engine.mask_rules import MaskLook
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.engine.shutdown import Stop
from bulkimport.events import Listener
from bulkimport.masks.gallery import Fetch
from bulkimport.masks.pictures import Fault, Trouble
from bulkimport.settings import MEBIBYTE, Settings
from bulkimport.uploads.backoff import Chance, retry_delay
from bulkimport.uploads.gate import Gate

ATTEMPTS = 6
GIVEN_UP = 4 * ATTEMPTS
# What all pictures that wait for their turn may be together.
AHEAD_BYTES = 64 * MEBIBYTE

Found = bytes | Missing


@dataclass(slots=True)
class Host:
    """Who is asked. An outage of one is no outage of others, and one picture's trouble is none.

    `given` is the address of the last picture that it gave, `silent` how often it was asked in vain
    before it ever answered.
    """

    name: str
    gate: Gate
    given: str | None = None
    silent: int = 0

    async def ask(self, pictures: Pictures, address: str, *, most: int) -> Found:
        """Make one attempt when there is no outage; trouble of one picture alone is BROKEN."""
        if self.silent >= GIVEN_UP:
            return Missing("its host never answers", Lack.FOR_GOOD)
        async with self.gate.passage():
            found = await pictures.attempt(address, most=most)
            if isinstance(found, bytes):
                self.given = address
            if not isinstance(found, Missing) or found.lack is not Lack.AWAY:
                self.silent = 0
                self.gate.succeeded()
            elif self.given is None:
                self.silent += 1
            elif await self._gives(pictures, self.given):
                self.gate.succeeded()
                return replace(found, lack=Lack.BROKEN)
            else:
                wish, reason = found.retry_after, f"{self.name}: {found.reason}"
                self.gate.failed(reason, pushback=wish is not None, retry_after=wish)
        return found

    async def _gives(self, pictures: Pictures, address: str) -> bool:
        """Whether it still gives what it gave: a byte is enough to know."""
        found = await pictures.attempt(address, most=1)
        return not isinstance(found, Missing) or found.lack is not Lack.AWAY


@dataclass(slots=True)
class Fetching:
    """Called in threads; all else happens on the loop on which it was made."""

    pictures: Pictures
    settings: Settings
    clock: Clock
    chance: Chance
    listener: Listener
    stop: Stop
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _hosts: dict[str, Host] = field(default_factory=dict)
    _expected: deque[str] = field(default_factory=deque)
    # In the order of their turns.
    _ahead: dict[str, asyncio.Task[Found]] = field(default_factory=dict)

    def expect(self, addresses: Sequence[str], /) -> None:
        """Begin with what will be asked for next, in this order, each once."""
        self._loop.call_soon_threadsafe(self._expect, addresses)

    def __call__(self, address: str, /) -> bytes | Fault:
        """Give a picture, or the fault that it cannot be had.

        Raises DestinationAway when the patience with an outage has ended, BudgetReached when
        somebody asked to stop.
        """
        found = asyncio.run_coroutine_threadsafe(self.take(address), self._loop).result()
        return Fault(Trouble.UNREACHABLE, found.reason) if isinstance(found, Missing) else found

    async def take(self, address: str) -> Found:
        """Give a picture, for those on the loop; raises as a call does."""
        taking = asyncio.ensure_future(self._take(address))
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait((taking, stopping), return_when=asyncio.FIRST_COMPLETED)
            stop_if_asked(lambda: self.stop.asked)
            return taking.result()
        finally:
            taking.cancel()
            stopping.cancel()

    async def close(self) -> None:
        """Let go of what was fetched ahead, and of connections."""
        self._expect(())
        await self.pictures.close()

    def _expect(self, addresses: Sequence[str]) -> None:
        self._expected = deque(addresses)
        for task in self._ahead.values():
            task.cancel()
        self._ahead.clear()
        self._fill()

    def _fill(self) -> None:
        while self._expected and len(self._ahead) < self.settings.max_in_flight:
            address = self._expected.popleft()
            most = AHEAD_BYTES // self.settings.max_in_flight
            task = asyncio.ensure_future(self._get(address, most=most))
            # Nobody may come for it any more.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._ahead[address] = task

    async def _take(self, address: str) -> Found:
        task = self._turn_of(address)
        found = await task if task else None
        if found is None or (isinstance(found, Missing) and found.lack is Lack.LARGE):
            found = await self._get(address, most=MOST_BYTES)
        self._fill()
        return found

    def _turn_of(self, address: str) -> asyncio.Task[Found] | None:
        """What is under way for an address; whatever should have come before is let go."""
        if address not in self._ahead and address not in self._expected:
            return None
        while self._ahead:
            first = next(iter(self._ahead))
            task = self._ahead.pop(first)
            if first == address:
                return task
            task.cancel()
        while self._expected[0] != address:
            self._expected.popleft()
        self._fill()
        return self._ahead.pop(address)

    async def _get(self, address: str, *, most: int) -> Found:
        host = self._host(address)
        failures = 0
        while True:
            found = await host.ask(self.pictures, address, most=most)
            if not isinstance(found, Missing) or found.lack in {Lack.FOR_GOOD, Lack.LARGE}:
                return found
            failures += found.lack is Lack.BROKEN or host.given is None
            if failures >= ATTEMPTS:
                return found
            delay = retry_delay(
                failures,
                settings=self.settings,
                chance=self.chance,
                retry_after=found.retry_after,
            )
            await self.clock.sleep(delay)

    def _host(self, address: str) -> Host:
        name = host_of(address) or ""
        if name not in self._hosts:
            gate = Gate(
                settings=self.settings,
                clock=self.clock,
                chance=self.chance,
                listener=self.listener,
            )
            self._hosts[name] = Host(name, gate)
        return self._hosts[name]


@asynccontextmanager
async def fetching(
    look: MaskLook | None,
    *,
    settings: Settings,
    clock: Clock,
    chance: Chance,
    listener: Listener,
    stop: Stop,
) -> AsyncIterator[Fetch | None]:
    """Give what fetches pictures, to be called in threads; None unless it is asked for.

    Raises UsageError as Pictures does.
    """
    if look is not MaskLook.FETCHED:
        yield None
        return
    fetch = Fetching(
        Pictures(settings=settings, clock=clock),
        settings=settings,
        clock=clock,
        chance=chance,
        listener=listener,
        stop=stop,
    )
    try:
        yield fetch
    finally:
        await fetch.close()
