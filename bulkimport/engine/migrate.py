"""One migration from its file to its end: dataset, data rows, ontology, project, batches, labels.

Every step is planned before the first thing is made, written down before it begins and when it is
done, and skipped when it is done; the two that send rows are runs of their own, which resume by
themselves. Killed anywhere, the same command goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bulkimport.destinations.labelbox.batches import Naming
from bulkimport.destinations.labelbox.projects import ProjectWanted
from bulkimport.engine.accepted_keys import write_accepted_keys
from bulkimport.engine.chosen_keys import KeyLines
from bulkimport.engine.job import Job, Sending
from bulkimport.engine.places import Places, StepAt
from bulkimport.engine.queueing import queue_keys
from bulkimport.engine.shutdown import Stop
from bulkimport.errors import BudgetReached, UsageError
from bulkimport.ledger.steps import Steps, StepState
from bulkimport.model import LABELBOX, Address
from bulkimport.report.document import Report
from bulkimport.report.tally import SIGNAL_BASE, RunState, exit_code

DATASET, DATA_ROWS, ONTOLOGY = "dataset", "data rows", "ontology"
PROJECT, CONNECTED, BATCHES, ANNOTATIONS = "project", "connected", "batches", "annotations"
STEPS = (DATASET, DATA_ROWS, ONTOLOGY, PROJECT, CONNECTED, BATCHES, ANNOTATIONS)
KEYS_FILE = "keys.txt"

Result = TypeVar("Result")


class Sender(Protocol):
    """Imports rows as a run of its own that resumes by itself."""

    def __call__(self, sending: Sending, to: Address, /) -> Awaitable[Report]:
        """Send what is not yet sent, and give the account."""
        ...


@dataclass(frozen=True, slots=True)
class Migrated:
    """How a migration stands: what each step came to, and the code to exit with."""

    folder: str
    state: RunState
    exit_code: int
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    reason: str = ""


class Stopped(Exception):
    """Somebody asked to stop before a step was done."""


class Unfinished(Exception):
    """A run that ended before all its rows had met their fate: the migration ends with it."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.reason)
        self.report = report


@dataclass(frozen=True, slots=True)
class Migration:
    """One job, what it is carried out with, and where that is written down."""

    job: Job
    places: Places
    send: Sender
    steps: Steps
    folder: Path
    stop: Stop

    async def run(self) -> Migrated:
        """Do what is left to do. Raises what ends a step for good; the steps before it are kept.

        Asked to stop, a run of rows is given its grace, all else ends at once.
        """
        try:
            dataset = await self._unless_stopped(self._dataset())
            await self._data_rows(dataset)
            ontology = await self._unless_stopped(self._ontology())
            project = await self._unless_stopped(self._project(ontology))
            await self._unless_stopped(self._batches(project))
            await self._annotations(project)
        except Unfinished as unfinished:
            report = unfinished.report
            return self._told(report.state, report.exit_code, reason=report.reason)
        except Stopped:
            code = SIGNAL_BASE + self.stop.signal if self.stop.signal else BudgetReached.exit_code
            return self._told(RunState.INTERRUPTED, code, reason=self.stop.reason)
        codes = [self.steps[name].facts.get("exit_code", 0) for name in (DATA_ROWS, ANNOTATIONS)]
        return self._told(RunState.FINISHED, max(codes))

    async def _dataset(self) -> str:
        wanted = self.job.dataset
        if wanted.id:
            return await self._there(DATASET, lambda: self.places.dataset(wanted.id), wanted.id)
        at = StepAt(self.steps, DATASET)
        made = await self.places.create_dataset(wanted.name, wanted.description, step=at)
        return made.id

    async def _data_rows(self, dataset: str) -> None:
        await self._sent(DATA_ROWS, self.job.data_rows, f"dataset/{dataset}")

    async def _ontology(self) -> str:
        wanted = self.job.ontology
        if wanted.features is not None:
            media = self.job.project
            made = await self.places.create_ontology(
                wanted.name,
                dict(wanted.features),
                media_type=media.media_type if isinstance(media, ProjectWanted) else None,
                step=StepAt(self.steps, ONTOLOGY),
            )
            return made.id
        if wanted.id:
            return await self._there(ONTOLOGY, lambda: self.places.ontology(wanted.id), wanted.id)
        source = wanted.project or getattr(self.job.project, "id", "")
        if self.steps[ONTOLOGY].done:
            return str(self.steps[ONTOLOGY].facts["id"])
        found = (await self.places.project(source)).ontology
        if found is None:
            raise UsageError(f"project {source!r} has no ontology", remedy="give [ontology] a file")
        self.steps.finish(ONTOLOGY, id=found)
        return found

    async def _project(self, ontology: str) -> str:
        wanted = self.job.project
        if isinstance(wanted, ProjectWanted):
            at = StepAt(self.steps, PROJECT)
            project = (await self.places.create_project(wanted, step=at)).id
        else:
            project = await self._there(PROJECT, lambda: self.places.project(wanted.id), wanted.id)
        if not self.steps[CONNECTED].done:
            if (await self.places.project(project)).ontology != ontology:
                await self.places.connect_ontology(project, ontology)
            self.steps.finish(CONNECTED, project=project, ontology=ontology)
        return project

    async def _batches(self, project: str) -> None:
        if self.steps[BATCHES].done:
            return
        facts = self.steps[DATA_ROWS].facts
        path = self.folder / KEYS_FILE
        if not facts["accepted"]:
            self.steps.finish(BATCHES, batches=0, data_rows=0)
            return
        if not path.exists():
            run = Path(facts["run"])
            await asyncio.to_thread(write_accepted_keys, run, path, accepted=facts["accepted"])
        keys = await asyncio.to_thread(KeyLines.read, path, Naming.GLOBAL_KEYS)
        wanted = replace(self.job.batches, project=project)
        queued = await queue_keys(self.places, wanted, keys, steps=self.steps)
        self.steps.finish(BATCHES, batches=len(queued), data_rows=sum(each.size for each in queued))

    async def _annotations(self, project: str) -> None:
        if self.job.annotations is not None:
            await self._sent(ANNOTATIONS, self.job.annotations, project)

    async def _unless_stopped(self, step: Coroutine[Any, Any, Result]) -> Result:
        """Do a step that may be cut off anywhere; raises Stopped when somebody asks to stop."""
        doing, stopping = asyncio.create_task(step), asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise Stopped
            return doing.result()
        finally:
            doing.cancel()
            stopping.cancel()
            await asyncio.wait((doing, stopping))

    async def _there(self, step: str, look: Callable[[], Awaitable[object]], identity: str) -> str:
        """Take what is there already, after a look at it."""
        if not self.steps[step].done:
            await look()
            self.steps.finish(step, id=identity, found=True)
        return identity

    async def _sent(self, step: str, sending: Sending, place: str) -> None:
        if self.steps[step].done:
            return
        self.steps.intend(step, place=place)
        report = await self.send(sending, Address(LABELBOX, place))
        if report.state is not RunState.FINISHED:
            raise Unfinished(report)
        account = report.account
        self.steps.finish(
            step,
            run=report.run,
            exit_code=exit_code(account),
            **({"present": report.counts.present} if step == DATA_ROWS else {}),
            **{name: getattr(account, name) for name in ("read", "accepted", "rejected")},
            **{name: getattr(account, name) for name in ("held", "failed", "unknown")},
        )

    def _told(self, state: RunState, code: int, *, reason: str = "") -> Migrated:
        wanted = STEPS if self.job.annotations is not None else STEPS[:-1]
        steps = {
            name: {"state": self.steps[name].state, **_shown(self.steps, name)} for name in wanted
        }
        return Migrated(str(self.folder), state, code, steps, reason)


def _shown(steps: Steps, name: str) -> dict[str, Any]:
    step = steps[name]
    return dict(step.facts) if step.state is StepState.DONE else {}
