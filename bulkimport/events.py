"""What the engine tells while it works; only listeners draw, log or count."""

import asyncio
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Scanned:
    """So many bytes of all `total_bytes` are scanned, with so many rows."""

    rows: int
    bytes: int
    total_bytes: int
    rejected: int


@dataclass(frozen=True, slots=True)
class PicturesSent:
    """So many pictures were sent ahead; `bytes` of the rows' `total_bytes` are passed."""

    pictures: int
    bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan stands."""

    run: str
    rows: int
    data_rows: int
    shards: int
    bytes: int
    rejected: int
    held: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier run goes on: so many shards are settled already."""

    run: str
    settled: int
    shards: int


@dataclass(frozen=True, slots=True)
class BytesSent:
    """Body bytes left. Negative when an attempt failed and its bytes count no more."""

    shard: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """The service has a shard. `adopted` when it was found by name instead of sent."""

    shard: str
    rows: int
    bytes: int
    adopted: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """The fate of a shard's rows is on disk."""

    shard: str
    accepted: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Retried:
    """An attempt failed and another comes in `delay` seconds."""

    shard: str
    reason: str
    delay: float


@dataclass(frozen=True, slots=True)
class Split:
    """A shard was too large, or failed as a whole, and goes on as several."""

    shard: str
    parts: int
    reason: str


@dataclass(frozen=True, slots=True)
class LimitChanged:
    """How many submits may be in flight now."""

    limit: int
    in_flight: int


@dataclass(frozen=True, slots=True)
class OutageBegan:
    """The destination is away; work is parked and single probes are sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class OutageEnded:
    """The destination answers again."""

    seconds: float
    probes: int


@dataclass(frozen=True, slots=True)
class Stopping:
    """No new shard is started; bodies in flight have `grace` seconds."""

    reason: str
    grace: float


Event = (
    Scanned
    | PicturesSent
    | Planned
    | Resumed
    | BytesSent
    | Submitted
    | Settled
    | Retried
    | Split
    | LimitChanged
    | OutageBegan
    | OutageEnded
    | Stopping
)


class Listener(Protocol):
    """Somebody who wants to know; called on the event loop, so it must be quick."""

    def __call__(self, event: Event, /) -> None:
        """Take one event."""
        ...


def to_nobody(event: Event, /) -> None:
    """Listen to nothing."""


def from_threads(listener: Listener) -> Listener:
    """Tell a listener of the running loop what happens in other threads."""
    loop = asyncio.get_running_loop()

    def tell(event: Event, /) -> None:
        loop.call_soon_threadsafe(listener, event)

    return tell
