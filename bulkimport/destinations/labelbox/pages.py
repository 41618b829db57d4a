"""Lists that the service gives out page by page: by offset, or by a cursor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bulkimport.destinations.faults import Json
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.errors import DestinationAway

PAGE: Final = 100

Page = tuple[list[Json], str | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: the root field, its condition and selection, the types of its variables.

    `where` may name the variables; `declared` is `$name: String!` and the like.
    """

    field: str
    where: str
    selection: str
    declared: str = ""


async def by_offset(graphql: GraphQL, listing: Listing, variables: Json) -> list[Json]:
    """Return all that meets the condition. Costs a request for every 100, and one for the end.

    Each thing comes once, also when something is made while the pages are read. Raises what a
    fault means; a repetition begins at the first page.
    """
    found: dict[str, Json] = {}
    declared = f"({listing.declared})" if listing.declared else ""
    for skip in range(0, 1 << 31, PAGE):
        # The two numbers are literals as in the service's own client.
        document = (
            f"query List{declared} {{ {listing.field}(where: {listing.where}"
            f" skip: {skip} first: {PAGE}) {{ {listing.selection} }} }}"
        )
        page = objects((await graphql.read(document, variables)).get(listing.field))
        found |= {str(each["id"]): each for each in page}
        if len(page) < PAGE:
            break
    return list(found.values())


async def by_cursor(read_page: Callable[[str | None], Awaitable[Page]]) -> list[Json]:
    """Return all nodes; `read_page` gives those after a cursor, and the next cursor if any."""
    nodes: list[Json] = []
    cursor: str | None = None
    while True:
        page, cursor = await read_page(cursor)
        nodes += page
        if not cursor or not page:
            return nodes


def objects(value: Any) -> list[Json]:  # noqa: ANN401 - whatever the service answers
    """Read a list of objects. Raises DestinationAway for anything else."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise DestinationAway("Labelbox answers with no list")
    return value


def an_object(value: Any) -> Json:  # noqa: ANN401 - whatever the service answers
    """Read one object. Raises DestinationAway for anything else."""
    if not isinstance(value, dict):
        raise DestinationAway("Labelbox answers with nothing")
    return value
