"""Datasets: where data rows are kept. Names need not be unique."""

from dataclasses import dataclass
from typing import Final

from bulkimport.destinations.faults import Json
from bulkimport.destinations.labelbox.changes import find, unknown, verdict_of_making
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.pages import Listing, by_offset
from bulkimport.model import Verdict

_SELECTION: Final = "id name description rowCount"
_NAMED: Final = Listing(
    "datasets", "{AND: [{name: $name}, {deleted: false}]}", _SELECTION, "$name: String!"
)
_ALL: Final = Listing("datasets", "{deleted: false}", _SELECTION)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as the service shows it; `rows` counts its data rows at that moment."""

    id: str
    name: str
    description: str
    rows: int


class Datasets:
    """The datasets that the key may see. Every call is one attempt."""

    def __init__(self, graphql: GraphQL) -> None:
        """Ask through `graphql`."""
        self._graphql = graphql

    async def create(self, name: str, description: str = "") -> Verdict:
        """Make a dataset; its id comes in the receipt."""
        answer = await self._graphql.ask(
            "mutation CreateDataset($name: String!, $description: String!) { createDataset"
            f"(data: {{name: $name, description: $description}}) {{ {_SELECTION} }} }}",
            {"name": name, "description": description},
        )
        return verdict_of_making(answer, "createDataset", name=name)

    async def get(self, identity: str) -> Dataset:
        """Ask for a dataset, counted anew. Raises CredentialsRefused when there is none."""
        found = await find(
            self._graphql,
            f"query Dataset($id: ID!) {{ dataset(where: {{id: $id}}) {{ {_SELECTION} }} }}",
            {"id": identity},
            field="dataset",
        )
        if found is None:
            raise unknown("dataset", identity)
        return _dataset(found)

    async def list(self, name: str | None = None) -> list[Dataset]:
        """List the datasets of this very name, or all."""
        listing, variables = (_ALL, {}) if name is None else (_NAMED, {"name": name})
        return [_dataset(each) for each in await by_offset(self._graphql, listing, variables)]

    async def delete(self, identity: str) -> None:
        """Delete a dataset with its data rows. One that is not there any more is deleted."""
        await find(
            self._graphql,
            "mutation DeleteDataset($id: ID!) {"
            " updateDataset(where: {id: $id} data: {deleted: true}) { id } }",
            {"id": identity},
            field="updateDataset",
        )


def _dataset(found: Json) -> Dataset:
    return Dataset(
        id=str(found["id"]),
        name=str(found.get("name") or ""),
        description=str(found.get("description") or ""),
        rows=int(found.get("rowCount") or 0),
    )
