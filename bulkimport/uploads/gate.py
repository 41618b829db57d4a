"""The outage gate: while the destination is away all work is parked and one probe at a time goes.

    open    everybody passes, unless the service asked to come later: then all wait that long
    closed  after FAILURES_IN_A_ROW or when the retry budget is empty; whoever stands first in the
            queue is the probe, after a gap that grows from probe to probe
    open    again with the first success of anything, a probe or what was in flight before

What is parked holds no permit and no bytes. Nothing fails by waiting, until nothing at all has
succeeded for `outage_patience` seconds since the trouble began: then everybody who waits gets
DestinationAway, and the run can be resumed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bulkimport.clock import Clock
from bulkimport.errors import DestinationAway
from bulkimport.events import Listener, OutageBegan, OutageEnded
from bulkimport.settings import Settings
from bulkimport.uploads.backoff import Chance, probe_gap
from bulkimport.uploads.waiting import sleep_unless

FAILURES_IN_A_ROW: Final = 5


class Gate:
    """Lets attempts through while the destination answers, and probes alone while it does not."""

    def __init__(
        self, *, settings: Settings, clock: Clock, chance: Chance, listener: Listener
    ) -> None:
        """Begin open."""
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._listener = listener
        self._changed = asyncio.Event()
        self._trouble = _Trouble()
        self._outage: _Outage | None = None

    def is_clear(self) -> bool:
        """Tell whether a passage given before is still good: open, and not asked to come later."""
        return self._outage is None and self._clock.monotonic() >= self._trouble.not_before

    def patience(self) -> float:
        """The seconds until patience ends: without end while there is no trouble."""
        return max(0.0, self._patience_ends() - self._clock.monotonic())

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[bool]:
        """Wait for leave to make one attempt; yields True when it is the only probe.

        Raises DestinationAway when patience has ended, be the gate open or not. What is learned by
        the attempt is told by `succeeded` or `failed`; leaving without a word (cancelled) lets the
        next probe go.
        """
        outage = await self._come_through()
        try:
            yield outage is not None
        finally:
            if outage is not None:
                outage.probing = False
                self._tell_the_parked()

    def succeeded(self) -> bool:
        """Note that the destination answered. True when this ended an outage."""
        outage, self._outage = self._outage, None
        self._trouble = _Trouble(not_before=self._trouble.not_before)
        if outage is None:
            return False
        self._tell_the_parked()
        seconds = self._clock.monotonic() - outage.began
        self._listener(OutageEnded(seconds=seconds, probes=outage.probes))
        return True

    def failed(
        self, reason: str, *, pushback: bool = False, retry_after: float | None = None
    ) -> None:
        """Note a failed attempt. Pushback alone closes nothing: who pushes back is there."""
        now, trouble = self._clock.monotonic(), self._trouble
        trouble.note(now, reason, retry_after=retry_after)
        trouble.failures += not pushback
        if self._outage is not None:
            self._space_out(self._outage)
        elif trouble.failures >= FAILURES_IN_A_ROW:
            self.close(reason)

    def close(self, reason: str) -> None:
        """Park all work. Does nothing when it is parked already."""
        if self._outage is not None:
            return
        now = self._clock.monotonic()
        self._trouble.note(now, reason)
        self._outage = _Outage(began=now, next_probe=now)
        self._space_out(self._outage)
        self._listener(OutageBegan(reason))

    async def _come_through(self) -> "_Outage | None":
        """Wait as long as it takes; returns the outage when the caller is its probe."""
        while True:
            self._lose_patience()
            if self.is_clear():
                return None
            outage = self._outage
            wait = self._until_next(outage)
            if outage is not None and wait <= 0:
                outage.probing = True
                outage.probes += 1
                return outage
            await sleep_unless(self._changed, wait, clock=self._clock)

    def _until_next(self, outage: "_Outage | None") -> float:
        """Return the seconds until a parked attempt has something to do."""
        due = self._trouble.not_before
        if outage is not None:
            due = self._patience_ends() if outage.probing else max(due, outage.next_probe)
        return min(due, self._patience_ends()) - self._clock.monotonic()

    def _tell_the_parked(self) -> None:
        """Wake all who wait, to look again: the gate opened or the probe came back."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _space_out(self, outage: "_Outage") -> None:
        """Set the next probe; late failures of what was in flight before count as none."""
        now = self._clock.monotonic()
        if now >= outage.next_probe:
            outage.gaps += 1
            outage.next_probe = now + probe_gap(
                outage.gaps, settings=self._settings, chance=self._chance
            )

    def _patience_ends(self) -> float:
        began = self._trouble.began
        return float("inf") if began is None else began + self._settings.outage_patience

    def _lose_patience(self) -> None:
        """Raise when patience has ended, or will have before the service wants to be asked."""
        ends = self._patience_ends()
        if max(self._clock.monotonic(), self._trouble.not_before) >= ends:
            raise DestinationAway(
                f"nothing succeeded for {self._settings.outage_patience:.0f} s: "
                f"{self._trouble.reason}",
                remedy="run the same command again when the service is back",
            )


@dataclass(slots=True)
class _Trouble:
    """Failures since the last success, and until when the service wants no request."""

    not_before: float = float("-inf")
    began: float | None = None
    reason: str = ""
    failures: int = 0

    def note(self, now: float, reason: str, *, retry_after: float | None = None) -> None:
        self.began = now if self.began is None else self.began
        self.reason = reason
        self.not_before = max(self.not_before, now + (retry_after or 0.0))


@dataclass(slots=True)
class _Outage:
    """A closed gate: since when, how many probes went, when the next may."""

    began: float
    next_probe: float
    probing: bool = False
    probes: int = 0
    gaps: int = 0
