"""Which data rows Labelbox has: by global key, by id; and whether it has processed them."""

from collections.abc import Sequence
from typing import Final

from bulkimport.clock import Clock
from bulkimport.destinations.faults import Json
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.errors import DestinationAway

JOB_SECONDS: Final = 60.0
_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 2.0
_LOOK_UP: Final = (
    "query LookUp($keys: [ID!]!) { dataRowsForGlobalKeys(where: {ids: $keys}) { jobId } }"
)
_FOUND: Final = (
    "query Found($job: ID!) { dataRowsForGlobalKeysResult(jobId: {id: $job})"
    " { data { %s } jobStatus } }"
)
_PROCESSED: Final = (
    "query Processed($ids: [ID!]) { queryAllDataRowsHaveBeenProcessed(dataRowIds: $ids)"
    " { allDataRowsHaveBeenProcessed } }"
)
PROCESSED_AT_ONCE: Final = 20_000


class DataRowKeys:
    """Asks by keys and ids, many at a time: some thousands of keys a call are best."""

    def __init__(self, graphql: GraphQL, clock: Clock) -> None:
        """Ask through `graphql`; `clock` waits for the service's jobs."""
        self._graphql = graphql
        self._clock = clock

    async def missing(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that no data row has; a key of a data row one may not see is taken."""
        data = await self._job(keys, "notFoundGlobalKeys")
        return set(data.get("notFoundGlobalKeys") or ())

    async def ids(self, keys: Sequence[str]) -> list[str]:
        """The ids of the data rows with these keys, in their order; empty where there is none."""
        data = await self._job(keys, "fetchedDataRows { id }")
        found = [str(row.get("id") or "") for row in data.get("fetchedDataRows") or ()]
        if len(found) != len(keys):
            raise DestinationAway(f"Labelbox answers {len(found)} of {len(keys)} keys")
        return found

    async def processed(self, ids: Sequence[str]) -> bool:
        """Whether data rows, some ten thousands by their ids, are ready for a project."""
        answer = await self._graphql.read(_PROCESSED, {"ids": list(ids)})
        told = answer.get("queryAllDataRowsHaveBeenProcessed") or {}
        return bool(told.get("allDataRowsHaveBeenProcessed"))

    async def _job(self, keys: Sequence[str], selection: str) -> Json:
        started = await self._graphql.read(_LOOK_UP, {"keys": list(keys)})
        job = (started.get("dataRowsForGlobalKeys") or {}).get("jobId")
        ends, wait = self._clock.monotonic() + JOB_SECONDS, _FIRST_WAIT
        while True:
            answer = await self._graphql.read(_FOUND % selection, {"job": job})
            result = answer.get("dataRowsForGlobalKeysResult") or {}
            if result.get("jobStatus") == "COMPLETE":
                data: Json = result.get("data") or {}
                return data
            if result.get("jobStatus") == "FAILED" or self._clock.monotonic() >= ends:
                raise DestinationAway("Labelbox does not look global keys up at present")
            await self._clock.sleep(wait)
            wait = min(_LONGEST_WAIT, 2 * wait)
