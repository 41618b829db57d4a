"""The data rows of a project, as the service's own streamable export gives them."""

from collections.abc import Sequence
from typing import Final

from bulkimport.clock import Clock
from bulkimport.destinations.base import Take
from bulkimport.destinations.labelbox.files import Files
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.pages import an_object
from bulkimport.destinations.labelbox.tasks import TaskState, look_at_task
from bulkimport.errors import DestinationAway, DestinationRefused

# The service is asked for nothing that is not used: an export with labels is many times larger.
_PARAMETERS: Final = {
    **dict.fromkeys(
        (
            *("includeAttachments", "includeEmbeddings", "includeMetadata"),
            *("includePerformanceDetails", "includeInterpolatedFrames", "includeDataRowDetails"),
        ),
        False,
    ),
    "includeProjectDetails": True,
    "includeLabelDetails": True,
    "mediaTypeOverride": None,
}
_EVERYTHING: Final = {"scope": None, "query": list[str]()}
_START: Final = (
    "mutation Export($input: ExportDataRowsInProjectInput!)"
    " { exportDataRowsInProject(input: $input) { taskId } }"
)
_HEADER: Final = (
    "query Header($task: ID!) { task(where: {id: $task})"
    " { exportMetadataHeader(streamType: RESULT) { totalSize } } }"
)
_FILE: Final = (
    "query File($task: ID!, $offset: UInt64!) { task(where: {id: $task})"
    " { exportFileFromOffset(streamType: RESULT, offset: $offset)"
    " { offsets { start end } file } } }"
)
_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 10.0


class Exports:
    """Exports of projects; 10 may run at once in a project, 20 in an organization."""

    def __init__(self, graphql: GraphQL, files: Files, clock: Clock) -> None:
        """Ask through `graphql`, read through `files`, wait by `clock`."""
        self._graphql = graphql
        self._files = files
        self._clock = clock

    async def start(self, project: str) -> str:
        """Have the data rows of a project exported; gives the task's id."""
        wanted = {
            "taskName": None,
            "isStreamableReady": True,
            "streamable": True,
            "filters": {"projectId": project, "searchQuery": _EVERYTHING},
            "params": _PARAMETERS,
        }
        answer = await self._graphql.read(_START, {"input": wanted})
        task = an_object(answer.get("exportDataRowsInProject")).get("taskId")
        if not task:
            raise DestinationAway("Labelbox answers without an export")
        return str(task)

    async def wait(self, task: str, *, seconds: float) -> None:
        """Wait until an export is complete. Raises DestinationAway when that takes too long."""
        ends, wait = self._clock.monotonic() + seconds, _FIRST_WAIT
        while (found := await look_at_task(self._graphql, task)).state is TaskState.RUNNING:
            if self._clock.monotonic() >= ends:
                raise DestinationAway("the export of the project is not ready", place=task)
            await self._clock.sleep(wait)
            wait = min(_LONGEST_WAIT, 2 * wait)
        if found.state is not TaskState.COMPLETE:
            raise DestinationRefused(f"the export failed: {found.words}", place=task)

    async def size(self, task: str) -> int:
        """The bytes of a complete export; 0 when it is empty."""
        answer = await self._graphql.read(_HEADER, {"task": task})
        header = an_object(an_object(answer.get("task")).get("exportMetadataHeader"))
        return int(header.get("totalSize") or 0)

    async def read(self, task: str, offset: int, take: Take) -> int:
        """Give the file that begins at `offset` to `take`; returns where the next one begins.

        Raises DestinationAway when its length is not what the service says; then what was taken
        is not the whole file.
        """
        answer = await self._graphql.read(_FILE, {"task": task, "offset": str(offset)})
        found = an_object(an_object(answer.get("task")).get("exportFileFromOffset"))
        offsets, url = an_object(found.get("offsets")), found.get("file")
        if not isinstance(url, str) or int(offsets.get("start") or 0) != offset:
            raise DestinationAway("Labelbox shows no further file of the export", place=task)
        taken = 0

        async def counted(pieces: Sequence[bytes]) -> None:
            nonlocal taken
            taken += sum(map(len, pieces))
            await take(pieces)

        await self._files.read(url, counted)
        following = int(offsets["end"]) + 1
        if taken != following - offset:
            raise DestinationAway("a file of the export is cut off", place=task)
        return following
