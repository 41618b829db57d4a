"""One parcel to one import, never sent a second time before the service was asked by name.

the service's answer          what follows
accepted                      done
too large                     done; the caller splits
refused                       done, after one look by name if an earlier send was in doubt
try later, nothing committed  wait, send again
try later, in doubt           ask by name over the quiet window; found and ours: adopted;
                              window over and still not there: send again
name taken                    ask by name; ours: adopted; a stranger's: refused, or unknown
                              when an earlier send was in doubt
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Final

from bulkimport.destinations.base import Destination
from bulkimport.errors import DestinationRefused, FateUnknown
from bulkimport.events import BytesSent, Retried
from bulkimport.model import (
    Accepted,
    NameTaken,
    Parcel,
    Receipt,
    Refused,
    TooLarge,
    TryLater,
    Unknown,
    Verdict,
)
from bulkimport.uploads.pace import Pace


@dataclass(frozen=True, slots=True)
class Intent:
    """A send that is about to begin; `doubted` when an earlier one may have been committed."""

    sent_at: float
    doubted: bool


OnIntend = Callable[[Intent], Awaitable[None]]


class InDoubt(StrEnum):
    """What follows when a send may have been committed unseen.

    Where the service can be asked by name it is asked. Where it cannot, the parcel is sent again,
    which may double it, or its fate stays unknown.
    """

    ASK = "ask"
    RESEND = "resend"
    UNKNOWN = "unknown"


Outcome = Accepted | TooLarge | Refused | Unknown

UNSEEN: Final = "a send may have arrived, and the service cannot be asked for it by name"
STRANGER: Final = "an import of this name exists and carries other rows than ours"


async def submit(
    parcel: Parcel,
    *,
    destination: Destination,
    pace: Pace,
    on_intend: OnIntend,
    in_doubt: bool = False,
    window: float,
    since: float | None = None,
    doubt: InDoubt = InDoubt.ASK,
) -> Outcome:
    """Bring `parcel` into one import, whatever it takes, or say why that cannot be.

    `on_intend` is awaited right before every send, with the wall time: when it returns, the intent
    must be durable. When it says that there is doubt, the parcel is *resent*; ask `confirm_single`
    about it when it settles. `doubt` says what follows where the service cannot be asked by name.

    `in_doubt` says that an earlier process may have sent this parcel. `since` is the last wall
    time at which that process may still have been sending; without it the whole quiet window of
    `window` seconds is waited from now. The time of an intent is not it: a send takes a while.

    Costs no memory for bodies and no permit while it waits. Raises DestinationAway when patience
    with an outage has ended, whatever a question raises for good (CredentialsRefused and the
    like), and what the parcel's stream raises (RunMismatch); in all these cases the shard is to be
    taken up later, in doubt if an intent was recorded. Cancelling is safe at any moment.
    """
    submission = _Submission(
        parcel, destination, pace, window=window, on_intend=on_intend, doubt=doubt
    )
    if in_doubt:
        passed = 0.0 if since is None else max(0.0, pace.clock.now() - since)
        outcome = await submission.resolve_doubt(window - passed)
        if outcome is not None:
            return outcome
    return await submission.send_until_decided()


async def confirm_single(name: str, *, destination: Destination, pace: Pace) -> Unknown | None:
    """Tell whether a shard that was resent is there twice. None when it is not.

    Where names are not unique, a send that was committed after the quiet window cannot be seen by
    asking for the name. Costs a listing of all imports, so only for shards that were resent.
    """
    found = await pace.ask(lambda: destination.count_named(name))
    return Unknown(f"the destination holds {found} imports of this name") if found > 1 else None


class _Submission:
    """One parcel on its way; `_doubted` once a send may have been committed unseen."""

    def __init__(
        self,
        parcel: Parcel,
        destination: Destination,
        pace: Pace,
        *,
        window: float,
        on_intend: OnIntend,
        doubt: InDoubt,
    ) -> None:
        self._parcel = parcel
        self._destination = destination
        self._pace = pace
        self._window = window
        self._on_intend = on_intend
        self._doubt = doubt
        self._doubted = False

    async def send_until_decided(self) -> Outcome:
        """Send, wait and send again until the service has decided."""
        for failures in count(1):
            verdict = await self._send()
            outcome = await self._decide(verdict, failures)
            if outcome is not None:
                return outcome
        raise AssertionError("unreachable")

    async def resolve_doubt(self, window: float) -> Outcome | None:
        """Ask by name until `window` seconds have passed. None when it is to be sent (again)."""
        self._doubted = True
        if self._doubt is InDoubt.UNKNOWN:
            return Unknown(UNSEEN)
        return await self._look(window) if self._doubt is InDoubt.ASK else None

    async def _decide(self, verdict: Verdict, failures: int) -> Outcome | None:
        match verdict:
            case Accepted() | TooLarge():
                return verdict
            case Refused():
                return await self._refused(verdict)
            case NameTaken():
                found = await self._look(self._window)
                return found or Unknown("the name is taken, but no import of this name is shown")
            case TryLater():
                return await self._wait(verdict, failures)

    async def _refused(self, refused: Refused) -> Outcome:
        if not self._doubted:
            return refused
        if self._doubt is InDoubt.ASK:
            return await self._look(0.0) or refused
        return refused if refused.fatal else Unknown(f"{UNSEEN}; then: {refused.error.message}")

    async def _wait(self, verdict: TryLater, failures: int) -> Outcome | None:
        delay = self._pace.delay(failures, retry_after=verdict.retry_after)
        asking = verdict.doubt and self._doubt is InDoubt.ASK
        window = self._window if asking else 0.0
        self._pace.listener(Retried(self._parcel.name, verdict.reason, max(delay, window)))
        rested = await self._pace.rest(delay)
        return await self.resolve_doubt(window - rested) if verdict.doubt else None

    async def _send(self) -> Verdict:
        """Make one attempt; the bytes of a failed one are taken back from what listeners count."""
        name, sent = self._parcel.name, 0

        def tell(size: int) -> None:
            nonlocal sent
            sent += size
            self._pace.listener(BytesSent(name, size))

        metered = replace(self._parcel, open=lambda: _told(self._parcel.open(), tell))
        verdict: Verdict | None = None
        try:
            verdict = await self._pace.submit(
                lambda: self._destination.send(metered), size=metered.size, intend=self._intend
            )
        finally:
            if sent and not isinstance(verdict, Accepted):
                self._pace.listener(BytesSent(name, -sent))
        return verdict

    async def _intend(self) -> None:
        await self._on_intend(Intent(self._pace.clock.now(), self._doubted))

    async def _look(self, window: float) -> Outcome | None:
        """Ask by name, last of all after the window; what is found is adopted if it is ours."""
        clock, settings = self._pace.clock, self._pace.settings
        ends = clock.monotonic() + window
        for asked in count():
            left = ends - clock.monotonic()
            receipt = await self._pace.ask(lambda: self._destination.find(self._parcel.name))
            if receipt is not None:
                return await self._adopt(receipt)
            if left <= 0:
                return None
            await clock.sleep(min(left, settings.backoff_base * 2**asked))
        raise AssertionError("unreachable")

    async def _adopt(self, receipt: Receipt) -> Outcome:
        try:
            ours = await self._pace.ask(lambda: self._destination.carries(receipt, self._parcel))
        except FateUnknown as error:
            return Unknown(error.message)
        if ours:
            return Accepted(receipt, adopted=True)
        if self._doubted:
            return Unknown(STRANGER)
        return Refused(DestinationRefused(STRANGER, place=receipt.name), fatal=False)


async def _told(pieces: AsyncIterator[bytes], tell: Callable[[int], None]) -> AsyncIterator[bytes]:
    """Pass pieces on, telling the size of each as it leaves."""
    try:
        async for piece in pieces:
            tell(len(piece))
            yield piece
    finally:
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()
