"""Batches of one project: data rows queued to be labeled, at most 100,000 in each.

A name is unique in its project, and a data row is in at most one batch of it: queueing the same
data rows once more changes nothing. That is what makes a lost answer harmless.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bulkimport.destinations.faults import Fault, Json
from bulkimport.destinations.labelbox.changes import verdict_of_making
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.pages import PAGE, Page, an_object, by_cursor, objects
from bulkimport.destinations.labelbox.verdicts import verdict_of
from bulkimport.errors import DestinationRefused
from bulkimport.model import Accepted, Receipt, TryLater, Verdict

MOST_DATA_ROWS: Final = 100_000
HIGHEST_PRIORITY: Final = 1
LOWEST_PRIORITY: Final = 5
_SELECTION: Final = "id name size consensusSettingsJson"


class Naming(StrEnum):
    """What the texts are by which data rows are named."""

    GLOBAL_KEYS = "globalKeys"
    IDS = "dataRowIds"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Data rows by their global keys or by their ids, never by both."""

    naming: Naming
    texts: Sequence[str]

    def arguments(self) -> Json:
        """Name them as the wire does: the list that is not used is empty."""
        return {each.value: list(self.texts) if each is self.naming else [] for each in Naming}


@dataclass(frozen=True, slots=True)
class Consensus:
    """How many labels a data row gets, and for which share of the data rows."""

    labels: int
    share: float

    def json(self) -> Json:
        """Write it as the wire does."""
        return {"numberOfLabels": self.labels, "coveragePercentage": self.share}


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the service shows it."""

    id: str
    name: str
    size: int
    consensus: Json | None = None


class Batches:
    """The batches of one project. Every call is one attempt, but for lists."""

    def __init__(self, graphql: GraphQL, project: str) -> None:
        """Look at `project` through `graphql`."""
        self._graphql = graphql
        self._project = project

    async def create(self, name: str, consensus: Consensus | None = None) -> Verdict:
        """Make an empty batch; its id comes in the receipt. NameTaken when there is one."""
        settings = consensus.json() if consensus else None
        answer = await self._ask(
            "createEmptyBatch",
            "CreateEmptyBatchInput!",
            selection="id",
            given={"name": name, "consensusSettings": settings},
        )
        return verdict_of_making(answer, "project", "createEmptyBatch", name=name)

    async def fill(self, batch: str, chosen: Chosen, *, priority: int) -> Verdict:
        """Queue data rows in a batch; the id of the task that does it comes in the receipt."""
        answer = await self._ask(
            "addDataRowsToBatchAsync",
            "AddDataRowsToBatchInput!",
            selection="taskId",
            given={"batchId": batch, "priority": priority, **chosen.arguments()},
        )
        if isinstance(answer, Fault):
            return verdict_of(answer)
        made = an_object(an_object(answer.get("project")).get("addDataRowsToBatchAsync"))
        if not made.get("taskId"):
            return TryLater("the answer names no task", doubt=True)
        return Accepted(Receipt(batch, str(made["taskId"])))

    async def from_dataset(
        self, prefix: str, dataset: str, *, priority: int, consensus: Consensus | None
    ) -> Verdict:
        """Queue what of a dataset the project lacks; the receipt is that of the first task.

        The service cuts and names: `prefix` and four digits, from 0000 on.
        """
        answer = await self._ask(
            "createBatchesFromDataset",
            "CreateBatchesFromDatasetInput!",
            selection="tasks { batchUuid taskId }",
            given={
                "batchNamePrefix": prefix,
                "datasetId": dataset,
                "priority": priority,
                "consensusSettings": consensus.json() if consensus else None,
            },
        )
        if isinstance(answer, Fault):
            return verdict_of(answer)
        made = an_object(an_object(answer.get("project")).get("createBatchesFromDataset"))
        tasks = [str(each["taskId"]) for each in objects(made.get("tasks"))]
        return Accepted(Receipt(prefix, " ".join(tasks)))

    async def list(self) -> list[Batch]:
        """List all batches of the project. Costs a request for every 100."""

        async def page(cursor: str | None) -> Page:
            answer = await self._graphql.read(
                "query Batches($project: ID!, $from: String, $first: PageSize) {"
                " project(where: {id: $project}) { batches(after: $from, first: $first) {"
                f" nodes {{ {_SELECTION} }} pageInfo {{ endCursor }} }} }} }}",
                {"project": self._project, "from": cursor, "first": PAGE},
            )
            found = an_object(an_object(answer.get("project")).get("batches"))
            return objects(found.get("nodes")), an_object(found.get("pageInfo")).get("endCursor")

        return [_batch(each) for each in await by_cursor(page)]

    async def get(self, identity: str) -> Batch:
        """Ask for a batch. Raises DestinationRefused when there is none."""
        answer = await self._graphql.read(
            "query Batch($project: ID!, $batch: ID!) { project(where: {id: $project}) {"
            f" batches(where: {{id: $batch}}) {{ nodes {{ {_SELECTION} }} }} }} }}",
            {"project": self._project, "batch": identity},
        )
        nodes = objects(an_object(an_object(answer.get("project")).get("batches")).get("nodes"))
        if not nodes:
            raise DestinationRefused(f"Labelbox knows no batch {identity!r} in this project")
        return _batch(nodes[0])

    async def processed(self, chosen: Chosen) -> bool:
        """Ask whether these data rows, at most 100,000, are ready to be queued."""
        used = chosen.naming.value
        answer = await self._graphql.read(
            f"query Processed(${used}: [ID!]) {{ queryAllDataRowsHaveBeenProcessed"
            f"({used}: ${used}) {{ allDataRowsHaveBeenProcessed }} }}",
            {used: list(chosen.texts)},
        )
        found = an_object(answer.get("queryAllDataRowsHaveBeenProcessed"))
        return bool(found.get("allDataRowsHaveBeenProcessed"))

    async def _ask(self, field: str, type_: str, *, selection: str, given: Json) -> Json | Fault:
        document = (
            f"mutation Queue($project: ID!, $input: {type_}) {{ project(where: {{id: $project}}) {{"
            f" {field}(input: $input) {{ {selection} }} }} }}"
        )
        return await self._graphql.ask(document, {"project": self._project, "input": given})


def _batch(found: Json) -> Batch:
    return Batch(
        id=str(found["id"]),
        name=str(found.get("name") or ""),
        size=int(found.get("size") or 0),
        consensus=found.get("consensusSettingsJson"),
    )
