"""Watching imports until they end: all of them in one request, at the pace of the imports."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

from bulkimport.destinations.base import Destination
from bulkimport.model import ImportState, ImportStatus, Receipt
from bulkimport.uploads.pace import Pace
from bulkimport.uploads.waiting import sleep_unless

RECEIPTS_A_REQUEST: Final = 50
AGE_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Overdue:
    """An import that has not ended `seconds` after it was added; it is watched no more."""

    receipt: Receipt
    seconds: float


Ended = ImportStatus | Overdue


class Watch:
    """The imports that are accepted and not yet settled.

    Receipts may be added at any time, also while somebody waits; one task at a time may wait. An
    import leaves the watch in the moment in which `wait` returns it, so cancelling loses none.

    The next request comes when the first import is due: at the age at which imports ended lately,
    and past that after a quarter of its age, so that an end is seen at most a quarter late and a
    slow import is asked for ever less often; within `poll_least` a request and `poll_most` seconds.
    """

    def __init__(self, *, destination: Destination, pace: Pace) -> None:
        """Watch nothing yet."""
        self._destination = destination
        self._pace = pace
        self._watched: dict[str, _Watched] = {}
        self._added = asyncio.Event()
        self._usual = 0.0
        self._asked_at = pace.clock.monotonic()

    def __len__(self) -> int:
        """Return how many imports are watched."""
        return len(self._watched)

    def add(self, receipt: Receipt) -> None:
        """Watch one more import; its deadline, `settle_deadline`, counts from now."""
        self._watched[receipt.name] = _Watched(receipt, self._pace.clock.monotonic())
        self._added.set()

    async def wait(self) -> list[Ended]:
        """Wait until at least one import has ended, and return all that have.

        An import that the service does not know is taken for MISSING only after the quiet window:
        a reply may come from a copy that lags behind. Raises DestinationAway when the patience
        with an outage has ended; everything is still watched then.
        """
        while True:
            await self._wait_until_due()
            statuses = await self._ask()
            if ended := list(self._ended(statuses)):
                for one in ended:
                    self._forget(one)
                return ended

    async def _wait_until_due(self) -> None:
        """Let the interval pass; who is added meanwhile may be due sooner."""
        clock = self._pace.clock
        while not self._watched or (wait := self._due_at() - clock.monotonic()) > 0:
            self._added.clear()
            if self._watched:
                await sleep_unless(self._added, wait, clock=clock)
            else:
                await self._added.wait()
        self._asked_at = clock.monotonic()

    def _due_at(self) -> float:
        settings, requests = self._pace.settings, -(-len(self._watched) // RECEIPTS_A_REQUEST)
        due = min(self._due_in(self._asked_at - one.since) for one in self._watched.values())
        return self._asked_at + min(max(due, settings.poll_least * requests), settings.poll_most)

    def _due_in(self, age: float) -> float:
        return self._usual - age if age < self._usual else age * AGE_SHARE

    async def _ask(self) -> list[ImportStatus]:
        receipts = [one.receipt for one in self._watched.values()]
        statuses: list[ImportStatus] = []
        for few in _in_parts(receipts, RECEIPTS_A_REQUEST):
            statuses += await self._pace.ask(partial(self._destination.statuses, few))
        return statuses

    def _ended(self, statuses: Sequence[ImportStatus]) -> Iterator[Ended]:
        now, settings = self._pace.clock.monotonic(), self._pace.settings
        for status in statuses:
            one = self._watched[status.name]
            age = now - one.since
            gone = status.state is ImportState.MISSING and age >= settings.quiet_window
            if gone or status.state in (ImportState.FINISHED, ImportState.FAILED):
                yield status
            elif age >= settings.settle_deadline:
                yield Overdue(one.receipt, age)

    def _forget(self, ended: Ended) -> None:
        if isinstance(ended, Overdue):
            del self._watched[ended.receipt.name]
            return
        age = self._pace.clock.monotonic() - self._watched.pop(ended.name).since
        self._usual += (age - self._usual) / 4 if self._usual else age


@dataclass(frozen=True, slots=True)
class _Watched:
    receipt: Receipt
    since: float


def _in_parts(receipts: Sequence[Receipt], size: int) -> Iterator[list[Receipt]]:
    rest = iter(receipts)
    while part := list(islice(rest, size)):
        yield part
