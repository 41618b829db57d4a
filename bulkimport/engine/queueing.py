"""Queue data rows to a project: batches of at most 100,000, named by a prefix and four digits.

Each batch is a step of its own: named, made empty, filled, compared. The names of all are looked
up before the first is made. After a lost answer a batch is looked for by its name; data rows that
are queued already are not queued twice, so filling may be repeated.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import count

from bulkimport.destinations.labelbox.batches import (
    HIGHEST_PRIORITY,
    LOWEST_PRIORITY,
    Batch,
    Batches,
    Chosen,
    Consensus,
)
from bulkimport.destinations.labelbox.tasks import Task, TaskState
from bulkimport.engine.chosen_keys import ChosenKeys
from bulkimport.engine.places import Places, StepAt
from bulkimport.errors import (
    BulkimportError,
    DestinationAway,
    DestinationRefused,
    InternalError,
    UsageError,
)
from bulkimport.events import Retried
from bulkimport.ledger.steps import Steps
from bulkimport.model import Accepted, Refused, TryLater
from bulkimport.uploads.making import Identities, Making
from bulkimport.uploads.pace import already_intended

MOST_BATCHES = 10_000
NAME = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Queueing:
    """How data rows are queued: the project, the names' beginning, and what labelers see first.

    Without a priority it is the lowest. `consensus` makes the batch use it, whatever the project
    does.
    """

    project: str
    prefix: str
    priority: int = LOWEST_PRIORITY
    consensus: Consensus | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for what the service would not take."""
        if not self.prefix.strip():
            raise UsageError("batches need a prefix of their names")
        if not HIGHEST_PRIORITY <= self.priority <= LOWEST_PRIORITY:
            raise UsageError(f"{self.priority} is no priority", remedy="1 (first) to 5 (last)")
        if self.consensus and not 0 < self.consensus.share <= 1:
            raise UsageError(f"{self.consensus.share} is no share", remedy="more than 0, at most 1")

    def name(self, number: int) -> str:
        """The name of a batch, counted from 0. Raises UsageError past what four digits hold."""
        if number >= MOST_BATCHES:
            raise UsageError(f"one prefix names at most {MOST_BATCHES:,} batches")
        return f"{self.prefix}{number:04d}"


@dataclass(frozen=True, slots=True)
class Queued:
    """One batch: how many data rows were `asked` for it, and how many it has.

    They differ by data rows that other batches of the project have.
    """

    id: str
    name: str
    asked: int
    size: int


async def queue_keys(
    places: Places, wanted: Queueing, keys: ChosenKeys, *, steps: Steps
) -> list[Queued]:
    """Queue data rows, 100,000 to a batch in their order; what is done by `steps` is not repeated.

    Waits until the service has processed the data rows and has queued them. Raises
    DestinationRefused when a batch of such a name is there already, or a key is not known.
    """
    names = [wanted.name(number) for number in range(len(keys.sizes))]
    queue = _Queue(places, wanted, steps)
    await queue.require_free(names)
    made = []
    for number, name in enumerate(names):
        texts = await asyncio.to_thread(keys.part, number)
        made.append(await queue.one(name, Chosen(keys.naming, texts)))
    return made


async def queue_dataset(
    places: Places, wanted: Queueing, dataset: str, *, steps: Steps
) -> list[Queued]:
    """Queue what of a dataset the project lacks; the service cuts and names the batches."""
    return await _Queue(places, wanted, steps).dataset(dataset)


def require_new(names: set[str], there: Iterable[Batch]) -> None:
    """Raise DestinationRefused when a batch that is there has one of the names."""
    taken = sorted(names & {each.name for each in there})
    if taken:
        raise DestinationRefused(
            f"the project has a batch {taken[0]!r} already", remedy="choose another prefix"
        )


class _Queue:
    """The batches of one project on their way."""

    def __init__(self, places: Places, wanted: Queueing, steps: Steps) -> None:
        self._places = places
        self._wanted = wanted
        self._steps = steps
        self._batches: Batches = places.account.batches(wanted.project)

    async def require_free(self, names: Iterable[str]) -> None:
        """Raise DestinationRefused when a name is taken by a batch that is not of these steps."""
        new = {name for name in names if self._steps[_batch_step(name)].facts == {}}
        if new:
            require_new(new, await self._list())

    async def one(self, name: str, chosen: Chosen) -> Queued:
        """Make a batch and fill it."""
        asked = len(set(chosen.texts))
        done = self._steps[_fill_step(name)]
        if done.done:
            return Queued(str(done.facts["id"]), name, asked, int(done.facts["size"]))

        async def named() -> Identities:
            return frozenset(each.id for each in await self._batches.list() if each.name == name)

        making = Making(
            f"batch {name!r}", lambda: self._batches.create(name, self._wanted.consensus), named
        )
        made = await self._places.make(making, StepAt(self._steps, _batch_step(name)))
        await self._until_processed(chosen)
        self._steps.intend(_fill_step(name), id=made)
        batch = await self._filled(made, chosen, asked, doubted=done.intended)
        if batch.size > asked:
            raise DestinationRefused(f"batch {name!r} has data rows that are not ours")
        self._steps.finish(_fill_step(name), id=made, size=batch.size)
        return Queued(made, name, asked, batch.size)

    async def dataset(self, dataset: str) -> list[Queued]:
        """Have the service queue what of a dataset is not in the project."""
        step = self._steps["dataset"]
        if step.facts == {}:
            await self.require_free([self._wanted.name(0)])
            self._steps.intend("dataset", before=[each.id for each in await self._list()])
        before = set(self._steps["dataset"].facts["before"])

        async def named() -> Identities:
            new = [each for each in await self._own() if each.id not in before]
            return frozenset({self._wanted.prefix} if new else ())

        wanted = self._wanted
        making = Making(
            f"batches {wanted.prefix!r}",
            lambda: self._batches.from_dataset(
                wanted.prefix, dataset, priority=wanted.priority, consensus=wanted.consensus
            ),
            named,
        )
        made = await self._places.make(making, StepAt(self._steps, "batches of the dataset"))
        if made == wanted.prefix:
            await self._until_still(before)
        for task in made.split() if made != wanted.prefix else ():
            self._require_complete(await self._until_over(task))
        new = [each for each in await self._places.ask(self._own) if each.id not in before]
        return [Queued(each.id, each.name, each.size, each.size) for each in new]

    async def _filled(self, batch: str, chosen: Chosen, asked: int, *, doubted: bool) -> Batch:
        """Queue the data rows; a repetition that adds none is no failure."""
        pace = self._places.pace
        for failures in count(1):
            verdict = await pace.submit(
                lambda: self._batches.fill(batch, chosen, priority=self._wanted.priority),
                size=0,
                intend=already_intended,
            )
            refusal: BulkimportError
            match verdict:
                case TryLater():
                    doubted = doubted or verdict.doubt
                    delay = pace.delay(failures, retry_after=verdict.retry_after)
                    pace.listener(Retried(batch, verdict.reason, delay))
                    await pace.rest(delay)
                    continue
                case Accepted():
                    task = await self._until_over(verdict.receipt.import_id)
                    refusal = DestinationRefused(f"a batch was not filled: {task.words}")
                    whole = task.state is TaskState.COMPLETE
                case Refused():
                    refusal, whole = verdict.error, False
                case _:
                    raise InternalError(f"a batch was filled with {verdict}")
            found = await self._places.ask(lambda: self._batches.get(batch))
            if whole or found.size == asked or (doubted and found.size):
                return found
            raise refusal
        raise AssertionError("unreachable")

    async def _until_processed(self, chosen: Chosen) -> None:
        """Wait until the service is ready for these data rows: created is not yet processed."""

        async def ready() -> bool:
            return await self._places.ask(lambda: self._batches.processed(chosen))

        await self._until(ready, "has not processed the data rows")

    async def _until_over(self, task: str) -> Task:
        found: list[Task] = []

        async def over() -> bool:
            found[:] = [await self._places.ask(lambda: self._places.account.task(task))]
            return found[0].state is not TaskState.RUNNING

        await self._until(over, f"is still at work on the task {task}")
        return found[0]

    async def _until_still(self, before: set[str]) -> None:
        """Wait until batches whose tasks nobody can name grow no more, over the quiet window."""
        sizes: list[tuple[str, int]] | None = None
        while True:
            found = await self._places.ask(self._own)
            now = sorted((each.id, each.size) for each in found if each.id not in before)
            if now == sizes:
                return
            sizes = now
            await self._places.pace.clock.sleep(self._places.pace.settings.quiet_window)

    async def _until(self, holds: Callable[[], Awaitable[bool]], trouble: str) -> None:
        pace = self._places.pace
        ends = pace.clock.monotonic() + pace.settings.settle_deadline
        gap = pace.settings.poll_least
        while not await holds():
            if pace.clock.monotonic() >= ends:
                raise DestinationAway(f"Labelbox {trouble}")
            await pace.clock.sleep(gap)
            gap = min(gap * 2, pace.settings.poll_most)

    def _require_complete(self, task: Task) -> None:
        if task.state is not TaskState.COMPLETE:
            raise DestinationRefused(f"a batch was not filled: {task.words}")

    async def _list(self) -> list[Batch]:
        return await self._places.ask(self._batches.list)

    async def _own(self) -> list[Batch]:
        """The batches that one prefix can name."""
        prefix = self._wanted.prefix
        return [
            each
            for each in await self._batches.list()
            if each.name.startswith(prefix) and NAME.fullmatch(each.name[len(prefix) :])
        ]


def _batch_step(name: str) -> str:
    return f"batch {name}"


def _fill_step(name: str) -> str:
    return f"data rows of batch {name}"
