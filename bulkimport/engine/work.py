"""What producer, consumer and settler of one apply share: the run's parts and its open shards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from bulkimport.clock import Clock
from bulkimport.destinations.base import Destination
from bulkimport.engine.bodies import Bodies
from bulkimport.engine.clerk import Clerk
from bulkimport.engine.open_shards import OpenShards
from bulkimport.engine.present import Present
from bulkimport.engine.results import Results
from bulkimport.engine.shutdown import Stop
from bulkimport.events import Listener
from bulkimport.ledger.ledger import Ledger
from bulkimport.settings import Settings
from bulkimport.uploads.pace import Pace
from bulkimport.uploads.submit import InDoubt

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Offloading(Protocol):
    """Runs a call in some thread, off the loop."""

    def __call__(
        self,
        call: Callable[Arguments, Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Awaitable[Result]:
        """Give the call's result."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """The world as arguments: everything that is not the run itself."""

    destination: Destination
    settings: Settings
    clock: Clock
    listener: Listener
    offload: Offloading


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one apply goes.

    `last_shard` ends the canary; shards are counted as planned. More than `max_failed` rows, or
    `max_failed_percent` of those planned, failed at the destination stop the run. `bisect` splits
    a shard that FAILED as a whole; `keep_accepted` writes accepted rows down too. `in_doubt` says
    what becomes of a shard that may have arrived; `resent_replaces` that a second one of the same
    rows replaces the first, so that none is named as possibly double.
    """

    last_shard: int | None = None
    max_failed: int | None = None
    max_failed_percent: float | None = None
    max_bytes: int | None = None
    wait: bool = True
    bisect: bool = False
    keep_accepted: bool = False
    in_doubt: InDoubt = InDoubt.ASK
    resent_replaces: bool = False


@dataclass(slots=True)
class Work:
    """One apply in progress."""

    tools: Tools
    limits: Limits
    ledger: Ledger
    clerk: Clerk
    bodies: Bodies
    results: Results
    pace: Pace
    open_shards: OpenShards
    stop: Stop
    present: Present | None = None
