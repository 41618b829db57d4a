"""Tasks: work that the service reports on later."""

from dataclasses import dataclass
from enum import StrEnum

from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.pages import an_object, objects
from bulkimport.errors import DestinationAway


class TaskState(StrEnum):
    """How far the service is; a state that is not known is not yet an end."""

    RUNNING = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


@dataclass(frozen=True, slots=True)
class Task:
    """A task; `words` are the service's own when it failed."""

    state: TaskState
    words: str = ""


async def look_at_task(graphql: GraphQL, identity: str) -> Task:
    """Ask for a task of the key's own user. Raises DestinationAway while none is shown."""
    answer = await graphql.read(
        "query Task($id: ID!) { user { createdTasks(where: {id: $id} skip: 0 first: 1)"
        " { id status result errors } } }",
        {"id": identity},
    )
    shown = objects(an_object(answer.get("user")).get("createdTasks"))
    if not shown:
        raise DestinationAway(f"Labelbox does not show the task {identity} at present")
    status = shown[0].get("status")
    state = TaskState(status) if status in set(TaskState) else TaskState.RUNNING
    return Task(state, str(shown[0].get("result") or shown[0].get("errors") or ""))
