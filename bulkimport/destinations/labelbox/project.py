"""The project at Labelbox that imports go to."""

from typing import Final

import orjson

from bulkimport.destinations.base import Place
from bulkimport.destinations.faults import Cause, Fault
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.verdicts import error_of
from bulkimport.errors import CredentialsRefused

_DOCUMENT: Final = (
    "query Project($project: ID!) { project(where: {id: $project})"
    " { id name allowedMediaType ontology { normalized } } }"
)


async def examine(graphql: GraphQL, project: str) -> Place:
    """Ask for the project and its ontology.

    Raises CredentialsRefused for the key, also when it may see no such project (the service does
    not tell the two apart), DestinationAway when the service does not answer.
    """
    answer = await graphql.ask(_DOCUMENT, {"project": project})
    if isinstance(answer, Fault) and answer.cause is not Cause.NOT_FOUND:
        raise error_of(answer)
    found = None if isinstance(answer, Fault) else answer.get("project")
    if not isinstance(found, dict):
        raise CredentialsRefused(
            f"Labelbox knows no project {project!r} that this key may see",
            remedy="take the id from the project's address in Labelbox, after /projects/",
        )
    return Place(
        place_id=str(found.get("id") or project),
        name=str(found.get("name") or ""),
        media_type=found.get("allowedMediaType"),
        ontology=_ontology(found.get("ontology")),
    )


def _ontology(ontology: object) -> str | None:
    """Return the normalized ontology as JSON text; the service sends an object, or its text."""
    normalized = ontology.get("normalized") if isinstance(ontology, dict) else None
    if normalized is None or isinstance(normalized, str):
        return normalized or None
    return orjson.dumps(normalized).decode()
