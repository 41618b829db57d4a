"""Ontologies: what may be annotated. Made and read by GraphQL, changed and deleted by REST."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import orjson

from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.labelbox.changes import find, unknown, verdict_of_making
from bulkimport.destinations.labelbox.features import Change
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.pages import PAGE, Page, an_object, by_cursor, objects
from bulkimport.destinations.labelbox.verdicts import error_of
from bulkimport.errors import DestinationRefused
from bulkimport.model import Verdict

_SELECTION: Final = "id name mediaType normalized"
_NEW: Final = "new_feature_schema_id"


@dataclass(frozen=True, slots=True)
class Ontology:
    """An ontology as the service shows it; `normalized` has all ids."""

    id: str
    name: str
    media_type: str | None
    normalized: Json = field(repr=False)


class Ontologies:
    """The ontologies that the key may see. Every call is one attempt, except where it says so."""

    def __init__(self, graphql: GraphQL) -> None:
        """Ask through `graphql`."""
        self._graphql = graphql

    async def create(self, name: str, normalized: Json, *, media_type: str | None) -> Verdict:
        """Make an ontology; its id comes in the receipt."""
        answer = await self._graphql.ask(
            "mutation CreateOntology($data: UpsertOntologyInput!) {"
            f" upsertOntology(data: $data) {{ {_SELECTION} }} }}",
            {
                "data": {
                    "name": name,
                    "normalized": orjson.dumps(normalized).decode(),
                    "mediaType": media_type,
                }
            },
        )
        return verdict_of_making(answer, "upsertOntology", name=name)

    async def get(self, identity: str) -> Ontology:
        """Ask for an ontology. Raises CredentialsRefused when there is none."""
        found = await find(
            self._graphql,
            f"query Ontology($id: ID!) {{ ontology(where: {{id: $id}}) {{ {_SELECTION} }} }}",
            {"id": identity},
            field="ontology",
        )
        if found is None:
            raise unknown("ontology", identity)
        return _ontology(found)

    async def find(self, text: str) -> list[Ontology]:
        """List the ontologies whose name contains `text`. Costs a request for every 100."""

        async def page(cursor: str | None) -> Page:
            answer = await self._graphql.read(
                "query Ontologies($search: String, $filter: OntologyFilter, $from: String,"
                " $first: PageSize) { ontologies(where: {filter: $filter, search: $search},"
                f" after: $from, first: $first) {{ nodes {{ {_SELECTION} }} nextCursor }} }}",
                {"search": text, "filter": {"status": "ALL"}, "from": cursor, "first": PAGE},
            )
            found = an_object(answer.get("ontologies"))
            return objects(found.get("nodes")), found.get("nextCursor")

        return [_ontology(each) for each in await by_cursor(page)]

    async def send(self, ontology: str, change: Change) -> None:
        """Change a feature of an ontology, or add one. A new one takes two requests.

        Raises what a fault means. Repeated, a change leaves the same; a new feature that was made
        but not added belongs to no ontology and is in nobody's way.
        """
        made = await self._rest(
            "PUT",
            f"/feature-schemas/{quote(change.feature_id or _NEW)}",
            {"normalized": orjson.dumps(change.feature).decode()},
        )
        if not change.feature_id:
            place = f"/ontologies/{quote(ontology)}/feature-schemas/{quote(str(made['schemaId']))}"
            await self._rest("POST", place, {"position": change.position})

    async def delete(self, identity: str) -> None:
        """Delete an ontology that no project has. One that is not there any more is deleted.

        Raises DestinationRefused with the service's words while a project has it.
        """
        answer = await self._graphql.rest("DELETE", f"/ontologies/{quote(identity)}")
        if isinstance(answer, Fault) and answer.cause is not Cause.NOT_FOUND:
            raise error_of(answer)

    async def _rest(self, method: str, path: str, content: Json) -> Json:
        answer = await self._graphql.rest(method, path, content)
        if isinstance(answer, Fault):
            raise error_of(answer)
        if method == "PUT" and not answer.get("schemaId"):
            raise DestinationRefused("Labelbox does not name the feature that was made")
        return answer


def _ontology(found: Json) -> Ontology:
    normalized: Any = found.get("normalized")
    if isinstance(normalized, str):
        normalized = orjson.loads(normalized)
    return Ontology(
        id=str(found["id"]),
        name=str(found.get("name") or ""),
        media_type=found.get("mediaType"),
        normalized=normalized or {},
    )
