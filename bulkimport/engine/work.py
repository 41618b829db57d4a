"""What producer, consumer and settler of one apply share: the run's parts and its open shards."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import ParamSpec, Protocol, TypeVar

from bulkimport.clock import Clock
from bulkimport.destinations.base import Destination
from bulkimport.engine.bodies import Bodies
from bulkimport.engine.budget import Budget
from bulkimport.engine.clerk import Clerk
from bulkimport.engine.results import Results
from bulkimport.engine.shutdown import Stop
from bulkimport.events import Listener
from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.shard import Shard
from bulkimport.settings import Settings
from bulkimport.uploads.pace import Pace

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
    a shard that FAILED as a whole; `keep_accepted` writes accepted rows down too.
    """

    last_shard: int | None = None
    max_failed: int | None = None
    max_failed_percent: float | None = None
    max_bytes: int | None = None
    wait: bool = True
    bisect: bool = False
    keep_accepted: bool = False


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
    budget: Budget
    stop: Stop
    taken: set[int] = field(default_factory=set)
    open_shards: int = 0
    more: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, shard: Shard) -> None:
        """Open a shard: from now on its bytes count against the budget."""
        await self.budget.take(shard.cut.bytes)
        self.taken.add(shard.number)
        self.open_shards += 1

    def close(self, shard: Shard) -> None:
        """Close a shard whose fate is on record, or that the producer must look at again."""
        self.taken.discard(shard.number)
        self.leave(shard)

    def leave(self, shard: Shard) -> None:
        """Close a shard that is not to be looked at again in this apply."""
        self.open_shards -= 1
        self.budget.give(shard.cut.bytes)
        self.more.set()
