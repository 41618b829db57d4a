"""Datasets, ontologies and projects at Labelbox: made once, found, changed, deleted.

Every call waits out passing trouble with the patience of the settings. A thing that is made and
whose answer is lost is looked for before it is made again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bulkimport.destinations.faults import Json
from bulkimport.destinations.labelbox.account import LabelboxAccount
from bulkimport.destinations.labelbox.batches import Batch
from bulkimport.destinations.labelbox.datasets import Dataset
from bulkimport.destinations.labelbox.features import changes
from bulkimport.destinations.labelbox.ontologies import Ontology
from bulkimport.destinations.labelbox.projects import Project, ProjectWanted
from bulkimport.errors import DestinationRefused, UsageError
from bulkimport.ledger.steps import Step, Steps
from bulkimport.report.numbers import counted
from bulkimport.uploads.making import Identities, Intent, Making, make_once
from bulkimport.uploads.pace import Pace

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class StepAt:
    """Where a making is written down, and under which name."""

    steps: Steps
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """One Labelbox account and how patiently it is asked."""

    account: LabelboxAccount
    pace: Pace

    async def ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """Repeat a question, or a change that may as well be made twice, until it is answered."""
        return await self.pace.ask(question)

    async def make(self, making: Making, step: StepAt | None = None) -> str:
        """Bring one thing into being and return its id; the intent is on disk if there is a step.

        Done already, it is not made again. Raises as `uploads.making.make_once`.
        """
        known = step.steps[step.name] if step else Step()
        if known.done:
            return str(known.facts["id"])
        if known.intended:
            intent = Intent(frozenset(known.facts["before"]), in_doubt=True)
        else:
            intent = Intent(await self.ask(making.named))
            if step:
                step.steps.intend(step.name, before=sorted(intent.before))
        window = self.pace.settings.quiet_window
        made = await make_once(making, intent=intent, pace=self.pace, window=window)
        if step:
            step.steps.finish(step.name, id=made)
        return made

    # --- datasets --------------------------------------------------------------------------------

    async def create_dataset(
        self, name: str, description: str = "", *, step: StepAt | None = None
    ) -> Dataset:
        """Make a dataset and return it as the service shows it."""
        datasets = self.account.datasets

        async def named() -> Identities:
            return frozenset(each.id for each in await datasets.list(name))

        making = Making(f"dataset {name!r}", lambda: datasets.create(name, description), named)
        return await self.dataset(await self.make(making, step))

    async def dataset(self, identity: str) -> Dataset:
        """Ask for a dataset; its data rows are counted anew."""
        return await self.ask(lambda: self.account.datasets.get(identity))

    async def datasets(self, name: str | None = None) -> list[Dataset]:
        """List the datasets of this very name, or all."""
        return await self.ask(lambda: self.account.datasets.list(name))

    async def delete_dataset(self, identity: str, *, if_empty: bool = False) -> None:
        """Delete a dataset with its data rows; `if_empty` only when a fresh count finds none.

        Raises DestinationRefused when it is to be empty and is not.
        """
        if if_empty and (rows := (await self.dataset(identity)).rows):
            raise DestinationRefused(f"the dataset is not empty: {counted(rows, 'data row')}")
        await self.ask(lambda: self.account.datasets.delete(identity))

    # --- ontologies ------------------------------------------------------------------------------

    async def create_ontology(
        self,
        name: str,
        features: Json,
        *,
        media_type: str | None = None,
        step: StepAt | None = None,
    ) -> Ontology:
        """Make an ontology of features and return it with all ids; `media_type` is the wire's."""
        ontologies = self.account.ontologies
        whole = {"tools": [], "classifications": [], **features}

        async def named() -> Identities:
            found = await ontologies.find(name)
            return frozenset(each.id for each in found if each.name == name)

        making = Making(
            f"ontology {name!r}",
            lambda: ontologies.create(name, whole, media_type=media_type),
            named,
        )
        return await self.ontology(await self.make(making, step))

    async def ontology(self, identity: str) -> Ontology:
        """Ask for an ontology."""
        return await self.ask(lambda: self.account.ontologies.get(identity))

    async def ontologies(self, text: str) -> list[Ontology]:
        """List the ontologies whose name contains `text`."""
        return await self.ask(lambda: self.account.ontologies.find(text))

    async def update_ontology(self, identity: str, features: Json) -> Ontology:
        """Add the features that an ontology lacks and change those that differ; none is removed."""
        old = await self.ontology(identity)
        for change in changes(old.normalized, features):
            # A change repeats harmlessly, a new feature at worst leaves one of no ontology.
            await self.ask(partial(self.account.ontologies.send, identity, change))
        return await self.ontology(identity)

    async def delete_ontology(self, identity: str) -> None:
        """Delete an ontology that no project has."""
        await self.ask(lambda: self.account.ontologies.delete(identity))

    # --- projects --------------------------------------------------------------------------------

    async def create_project(self, wanted: ProjectWanted, *, step: StepAt | None = None) -> Project:
        """Make a project and return it as the service shows it."""
        projects = self.account.projects
        if not wanted.name.strip():
            raise UsageError("a project needs a name")

        async def named() -> Identities:
            return frozenset(each.id for each in await projects.list(wanted.name))

        making = Making(f"project {wanted.name!r}", lambda: projects.create(wanted), named)
        return await self.project(await self.make(making, step))

    async def project(self, identity: str) -> Project:
        """Ask for a project."""
        return await self.ask(lambda: self.account.projects.get(identity))

    async def projects(self, name: str | None = None) -> list[Project]:
        """List the projects of this very name, or all."""
        return await self.ask(lambda: self.account.projects.list(name))

    async def update_project(self, identity: str, **fields: str) -> Project:
        """Change `name`, `description` or `allowedMediaType`."""
        await self.ask(lambda: self.account.projects.update(identity, **fields))
        return await self.project(identity)

    async def delete_project(self, identity: str) -> None:
        """Delete a project with its labels."""
        await self.ask(lambda: self.account.projects.delete(identity))

    async def connect_ontology(self, project: str, ontology: str) -> Project:
        """Give a project its ontology.

        Raises DestinationRefused when their media types differ, as the official SDK does before
        it asks: the editor would show nothing.
        """
        mine, theirs = await self.project(project), await self.ontology(ontology)
        if theirs.media_type is not None and theirs.media_type != mine.media_type:
            raise DestinationRefused(
                f"the project is for {mine.media_type}, the ontology for {theirs.media_type}",
                remedy="connect an ontology of the same media type, or of none",
            )
        await self.ask(lambda: self.account.projects.connect_ontology(project, ontology))
        return await self.project(project)

    async def batches(self, project: str) -> list[Batch]:
        """List the batches of a project."""
        return await self.ask(self.account.batches(project).list)
