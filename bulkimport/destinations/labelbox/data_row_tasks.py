"""Labelbox's tasks of data rows: made from files in place, followed, read to their last page."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import orjson

from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.errors import DestinationAway

PAGE: Final = 5000
TOGETHER_MOST: Final = 50
_UPSERT: Final = (
    "mutation UpsertDataRows($manifest: String!)"
    " { upsertDataRows(data: {manifestUri: $manifest}) { id } }"
)
_USER: Final = "query User { user { id } }"
_MADE: Final = (
    "query Made($task: ID!, $first: Int, $from: String) { successesfulDataRowImports"
    "(data: {taskId: $task, first: $first, from: $from}) { nodes { id globalKey } after total } }"
)
_FAILED: Final = (
    "query Failed($task: ID!, $first: Int, $from: String) { failedDataRowImports"
    "(data: {taskId: $task, first: $first, from: $from})"
    " { after total results { message spec { globalKey } } } }"
)


class DataRowTasks:
    """The tasks that the owner of the key has made."""

    def __init__(self, graphql: GraphQL) -> None:
        """Ask through `graphql`."""
        self._graphql = graphql
        self._user = ""

    async def upsert(self, name: str, chunks: Sequence[str], *, rows: int) -> str | Fault:
        """Make one attempt to have the data rows in uploaded `chunks` made; gives the task's id."""
        manifest = {"source": "SDK", "item_count": rows, "chunk_uris": list(chunks)}
        url = await self._graphql.upload_file(f"{name}-manifest.json", [orjson.dumps(manifest)])
        if isinstance(url, Fault):
            return url
        answer = await self._graphql.ask(_UPSERT, {"manifest": url})
        if isinstance(answer, Fault):
            return answer
        task = (answer.get("upsertDataRows") or {}).get("id")
        return str(task) if task else Fault(Cause.BROKEN, "the answer holds no task")

    async def states(self, tasks: Sequence[str]) -> list[str]:
        """Ask for the status of several tasks, in their order; empty for one that is not shown."""
        found: list[str] = []
        for start in range(0, len(tasks), TOGETHER_MOST):
            found += await self._together(tasks[start : start + TOGETHER_MOST])
        return found

    async def _together(self, tasks: Sequence[str]) -> list[str]:
        variables = {f"task{place}": task for place, task in enumerate(tasks)}
        declared = "".join(f", ${variable}: ID!" for variable in variables)
        # As the service's own client asks: the task lies below the user who made it.
        asked = " ".join(
            f"{variable}: createdTasks(where: {{id: ${variable}}}, skip: 0, first: 100)"
            " { id status }"
            for variable in variables
        )
        answer = await self._graphql.read(
            f"query Tasks($user: ID!{declared}) {{ user(where: {{id: $user}}) {{ {asked} }} }}",
            {"user": await self._own_id(), **variables},
        )
        user = answer.get("user") or {}
        pages = [user.get(variable) or [] for variable in variables]
        return [str(page[0].get("status") or "") if page else "" for page in pages]

    async def made(self, task: str) -> AsyncIterator[list[Json]]:
        """Give pages of `{id, globalKey}` of the data rows that a task made or changed."""
        async for page in self._pages(
            _MADE, task, field="successesfulDataRowImports", member="nodes"
        ):
            yield page

    async def failed(self, task: str) -> AsyncIterator[list[Json]]:
        """Give pages of `{message, spec {globalKey}}` of those that it could not make."""
        async for page in self._pages(
            _FAILED, task, field="failedDataRowImports", member="results"
        ):
            yield page

    async def _pages(
        self, document: str, task: str, *, field: str, member: str
    ) -> AsyncIterator[list[Json]]:
        after: Any = None
        while True:
            variables = {"task": task, "first": PAGE, "from": after}
            answer = (await self._graphql.read(document, variables)).get(field)
            if not isinstance(answer, dict):
                raise DestinationAway("Labelbox shows no results of the task")
            page = answer.get(member) or []
            if page:
                yield page
            after = answer.get("after")
            if not after or not page:
                return

    async def _own_id(self) -> str:
        if not self._user:
            answer = await self._graphql.read(_USER, {})
            self._user = str((answer.get("user") or {}).get("id") or "")
        return self._user
