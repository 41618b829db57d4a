"""Making and changing things at Labelbox: how the answer of one attempt is read."""

from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.verdicts import error_of, verdict_of
from bulkimport.errors import CredentialsRefused
from bulkimport.model import Accepted, Receipt, TryLater, Verdict


def verdict_of_making(answer: Json | Fault, *path: str, name: str) -> Verdict:
    """Read the answer of a mutation whose result lies at `path` and has an `id`.

    An answer without the thing says nothing: it may be there or not.
    """
    if isinstance(answer, Fault):
        return verdict_of(answer)
    found: object = answer
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not found.get("id"):
        return TryLater("the answer holds nothing that was made", doubt=True)
    return Accepted(Receipt(name, str(found["id"])))


async def find(graphql: GraphQL, document: str, variables: Json, *, field: str) -> Json | None:
    """Ask for one thing; None when the service knows none. Raises what other faults mean."""
    answer = await graphql.ask(document, variables)
    if isinstance(answer, Fault):
        if answer.cause is Cause.NOT_FOUND:
            return None
        raise error_of(answer)
    found = answer.get(field)
    return found if isinstance(found, dict) else None


def unknown(kind: str, identity: str) -> CredentialsRefused:
    """Say that the service shows no such thing to the owner of the key."""
    return CredentialsRefused(f"Labelbox knows no {kind} {identity!r} that this key may see")
