"""How far a run is, folded from its events. Pure: the time comes with each event.

before the plan     scanned of all bytes
pictures ahead      bytes of rows that were passed, of all rows' bytes
planned             bytes that left of all bodies' bytes, rows whose fate is on disk
everything sent     rows whose fate is on disk
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from bulkimport.events import (
    BytesSent,
    Event,
    LimitChanged,
    OutageBegan,
    OutageEnded,
    PicturesSent,
    Planned,
    Resumed,
    Retried,
    Scanned,
    Settled,
    Split,
    Stopping,
    Submitted,
)

# The rate is that of the last so many seconds, known to the precision of one sample.
WINDOW: Final = 20.0
SAMPLE_EVERY: Final = 0.5


class Stage(StrEnum):
    """What a run is busy with."""

    STARTING = "starting"
    SCANNING = "scanning"
    PICTURES = "sending pictures"
    SENDING = "sending"
    SETTLING = "settling"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Wire:
    """What leaves: body bytes that count, shards on their way, the limit, attempts repeated."""

    bytes: int = 0
    shards: frozenset[str] = frozenset()
    limit: int | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What this process brought to its fate."""

    shards: int = 0
    rows: int = 0
    failed: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The run as far as its events tell.

    `samples` are times, in seconds of a clock that never goes back, with the bytes that had left.
    """

    scanned: Scanned | None = None
    pictures: PicturesSent | None = None
    planned: Planned | None = None
    resumed: Resumed | None = None
    wire: Wire = field(default_factory=Wire)
    done: Done = field(default_factory=Done)
    outage: str = ""
    stopping: str = ""
    samples: tuple[tuple[float, int], ...] = ()

    def after(self, event: Event, at: float) -> "Progress":
        """Return the progress after `event`, which came at the time `at`."""
        after = self
        match event:
            case Scanned():
                # After pictures the rows are scanned anew.
                after = replace(self, scanned=event, pictures=None)
            case PicturesSent():
                after = replace(self, pictures=event)
            case Planned():
                after = replace(self, planned=event)
            case Resumed():
                after = replace(self, resumed=event)
            case Settled():
                after = replace(self, done=_more(self.done, event))
            case OutageBegan(reason=reason):
                after = replace(self, outage=reason)
            case OutageEnded():
                after = replace(self, outage="")
            case Stopping(reason=reason):
                after = replace(self, stopping=reason)
            case _:
                after = replace(self, wire=_wired(self.wire, event), samples=self._sampled(at))
        return after

    @property
    def stage(self) -> Stage:
        """What the run is busy with."""
        if self.stopping:
            return Stage.STOPPING
        if self.planned is None and self.resumed is None:
            if self.pictures is not None:
                return Stage.PICTURES
            return Stage.STARTING if self.scanned is None else Stage.SCANNING
        if self.planned is not None and self.sent_bytes >= self.planned.bytes:
            return Stage.SETTLING
        return Stage.SENDING

    @property
    def sent_bytes(self) -> int:
        """Body bytes that count as sent, those of earlier processes included."""
        return self.wire.bytes + self._before(self.planned.bytes if self.planned else 0)

    @property
    def settled_rows(self) -> int:
        """Rows whose fate is on disk, those of earlier processes included."""
        return self.done.rows + self._before(self.planned.rows if self.planned else 0)

    @property
    def fraction(self) -> float | None:
        """The part of the present stage's bytes that is done, from 0 to 1, where it is known."""
        if self.planned is not None:
            done, whole = self.sent_bytes, self.planned.bytes
        elif self.pictures is not None:
            done, whole = self.pictures.bytes, self.pictures.total_bytes
        elif self.scanned is not None:
            done, whole = self.scanned.bytes, self.scanned.total_bytes
        else:
            return None
        return min(1.0, max(0.0, done / whole)) if whole else 1.0

    def bytes_per_second(self, at: float) -> float | None:
        """The rate of sending over the last seconds before `at`; None until it can be told."""
        if not self.samples:
            return None
        recent = [sample for sample in self.samples if sample[0] >= at - WINDOW]
        since, bytes_then = recent[0] if recent else self.samples[-1]
        return max(0.0, (self.wire.bytes - bytes_then) / (at - since)) if at > since else None

    def rows_per_second(self, at: float) -> float | None:
        """The rate of sending in rows, taking all rows to be of the same length."""
        rate = self.bytes_per_second(at)
        if rate is None or self.planned is None or not self.planned.bytes:
            return None
        return rate * self.planned.rows / self.planned.bytes

    def seconds_left(self, at: float) -> float | None:
        """How long sending will take at this rate; settling comes on top of it."""
        rate = self.bytes_per_second(at)
        if not rate or self.planned is None or self.stage is not Stage.SENDING:
            return None
        return (self.planned.bytes - self.sent_bytes) / rate

    def _before(self, whole: int) -> int:
        # Only the number of shards is told of an earlier process; shards are of about one size.
        if self.resumed is None or not self.resumed.shards:
            return 0
        return whole * self.resumed.settled // self.resumed.shards

    def _sampled(self, at: float) -> tuple[tuple[float, int], ...]:
        if self.samples and at - self.samples[-1][0] < SAMPLE_EVERY:
            return self.samples
        kept = tuple(sample for sample in self.samples if sample[0] >= at - WINDOW)
        return (*kept, (at, self.wire.bytes))


def _more(done: Done, event: Settled) -> Done:
    rows = event.accepted + event.failed + event.unknown
    return Done(
        shards=done.shards + 1,
        rows=done.rows + rows,
        failed=done.failed + event.failed,
        unknown=done.unknown + event.unknown,
    )


def _wired(wire: Wire, event: Event) -> Wire:
    """Return what is on the wire after an event of sending."""
    match event:
        case BytesSent(shard=shard, bytes=size):
            shards = wire.shards | {shard} if size > 0 else wire.shards - {shard}
            return replace(wire, bytes=wire.bytes + size, shards=shards)
        case Submitted(shard=shard, bytes=size, adopted=adopted):
            more = size if adopted else 0
            return replace(wire, bytes=wire.bytes + more, shards=wire.shards - {shard})
        case Split(shard=shard):
            return replace(wire, shards=wire.shards - {shard})
        case Retried(shard=shard):
            return replace(wire, retries=wire.retries + 1, shards=wire.shards - {shard})
        case LimitChanged(limit=limit):
            return replace(wire, limit=limit)
        case _:
            return wire
