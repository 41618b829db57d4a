"""Projects: made, found, changed, deleted, and given an ontology. Names need not be unique."""

from dataclasses import dataclass
from typing import Final

from bulkimport.destinations.faults import Json
from bulkimport.destinations.labelbox.changes import find, unknown, verdict_of_making
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.media import QualitySettings
from bulkimport.destinations.labelbox.pages import Listing, by_offset
from bulkimport.model import Verdict

_SELECTION: Final = (
    "id name description allowedMediaType dataRowCount isBenchmarkEnabled isConsensusEnabled"
    " autoAuditNumberOfLabels autoAuditPercentage ontology { id }"
)
_NAMED: Final = Listing(
    "projects", "{AND: [{name: $name}, {deleted: false}]}", _SELECTION, "$name: String!"
)
_ALL: Final = Listing("projects", "{deleted: false}", _SELECTION)
_TYPES: Final = {
    "name": "String!",
    "description": "String!",
    "allowedMediaType": "MediaType!",
}


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the service shows it; `data_rows` are those in its batches."""

    id: str
    name: str
    description: str
    media_type: str | None
    data_rows: int
    ontology: str | None
    quality: QualitySettings


@dataclass(frozen=True, slots=True)
class ProjectWanted:
    """What a project is made of; `media_type` is the wire's name."""

    name: str
    media_type: str
    quality: QualitySettings
    description: str = ""


class Projects:
    """The projects that the key may see. Every call is one attempt."""

    def __init__(self, graphql: GraphQL) -> None:
        """Ask through `graphql`."""
        self._graphql = graphql

    async def create(self, wanted: ProjectWanted) -> Verdict:
        """Make a project; its id comes in the receipt."""
        quality = wanted.quality
        answer = await self._graphql.ask(
            "mutation CreateProject($name: String!, $description: String!, $media: MediaType!,"
            " $labels: Int!, $share: Float!, $benchmark: Boolean!, $consensus: Boolean!) {"
            " createProject(data: {name: $name, description: $description,"
            " allowedMediaType: $media, autoAuditNumberOfLabels: $labels,"
            " autoAuditPercentage: $share, isBenchmarkEnabled: $benchmark,"
            f" isConsensusEnabled: $consensus}}) {{ {_SELECTION} }} }}",
            {
                "name": wanted.name,
                "description": wanted.description,
                "media": wanted.media_type,
                "labels": quality.labels,
                "share": quality.share,
                "benchmark": quality.benchmark,
                "consensus": quality.consensus,
            },
        )
        return verdict_of_making(answer, "createProject", name=wanted.name)

    async def get(self, identity: str) -> Project:
        """Ask for a project. Raises CredentialsRefused when there is none."""
        found = await find(
            self._graphql,
            f"query Project($id: ID!) {{ project(where: {{id: $id}}) {{ {_SELECTION} }} }}",
            {"id": identity},
            field="project",
        )
        if found is None:
            raise unknown("project", identity)
        return _project(found)

    async def list(self, name: str | None = None) -> list[Project]:
        """List the projects of this very name, or all."""
        listing, variables = (_ALL, {}) if name is None else (_NAMED, {"name": name})
        return [_project(each) for each in await by_offset(self._graphql, listing, variables)]

    async def update(self, identity: str, **fields: str) -> None:
        """Change `name`, `description` or `allowedMediaType`; repeated it leaves the same."""
        declared = ", ".join(f"${name}: {_TYPES[name]}" for name in fields)
        data = ", ".join(f"{name}: ${name}" for name in fields)
        await self._graphql.read(
            f"mutation UpdateProject($id: ID!, {declared}) {{"
            f" updateProject(where: {{id: $id}} data: {{{data}}}) {{ id }} }}",
            {"id": identity, **fields},
        )

    async def delete(self, identity: str) -> None:
        """Delete a project with its labels. One that is not there any more is deleted."""
        await find(
            self._graphql,
            "mutation DeleteProject($id: ID!) {"
            " updateProject(where: {id: $id} data: {deleted: true}) { id } }",
            {"id": identity},
            field="updateProject",
        )

    async def connect_ontology(self, identity: str, ontology: str) -> None:
        """Give a project its ontology; repeated it leaves the same."""
        await self._graphql.read(
            "mutation ConnectOntology($project: ID!, $ontology: ID!) {"
            " project(where: {id: $project}) { connectOntology(ontologyId: $ontology) { id } } }",
            {"project": identity, "ontology": ontology},
        )


def _project(found: Json) -> Project:
    ontology = found.get("ontology")
    return Project(
        id=str(found["id"]),
        name=str(found.get("name") or ""),
        description=str(found.get("description") or ""),
        media_type=found.get("allowedMediaType"),
        data_rows=int(found.get("dataRowCount") or 0),
        ontology=str(ontology["id"]) if isinstance(ontology, dict) else None,
        quality=QualitySettings(
            labels=int(found.get("autoAuditNumberOfLabels") or 0),
            share=float(found.get("autoAuditPercentage") or 0),
            benchmark=bool(found.get("isBenchmarkEnabled")),
            consensus=bool(found.get("isConsensusEnabled")),
        ),
    )
