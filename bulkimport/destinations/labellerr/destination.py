"""Labellerr as a destination: pre-annotations for one project, each shard a COCO document.

Nothing can be asked by name here: what a lost answer has left behind is never learned.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

import orjson

from bulkimport.clock import Clock
from bulkimport.destinations.base import Place, Take
from bulkimport.destinations.faults import Cause, Fault
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labellerr.answers import error_of, verdict_of
from bulkimport.destinations.labellerr.files import datasets_of, list_files
from bulkimport.destinations.labellerr.wire import Wire
from bulkimport.errors import CredentialsRefused, DestinationRefused, FateUnknown
from bulkimport.model import (
    Accepted,
    Address,
    ImportState,
    ImportStatus,
    Parcel,
    Receipt,
    TryLater,
    Verdict,
)
from bulkimport.settings import LABELLERR_CLIENT_VARIABLE, LabellerrKeys, Settings

IMAGE: Final = "image"
_STATES: Final = {"completed": ImportState.FINISHED, "failed": ImportState.FAILED}
# Questions after jobs that are on the wire at once.
QUESTIONS: Final = 8


class Labellerr:
    """Implements Destination. Every call is one attempt; nothing waits but for the rate."""

    def __init__(
        self,
        *,
        address: Address,
        endpoint: str,
        keys: LabellerrKeys,
        settings: Settings,
        clock: Clock,
        conf_bucket: str | None = None,
    ) -> None:
        """Open nothing yet. Raises UsageError or CredentialsRefused for what cannot work."""
        self._project = address.place
        self._conf_bucket = conf_bucket
        self._http = HttpClient(settings=settings, clock=clock)
        self._wire = Wire(endpoint=endpoint, keys=keys, http=self._http, clock=clock)
        self._questions = asyncio.Semaphore(QUESTIONS)

    @property
    def requests(self) -> int:
        """Count every HTTP request made so far."""
        return self._http.requests

    async def examine(self) -> Place:
        """Prove that the keys work and the project exists and holds images.

        Raises CredentialsRefused, DestinationRefused or DestinationAway.
        """
        answer = await self._wire.project(self._project)
        if isinstance(answer, Fault):
            raise error_of(answer)
        project = answer.get("response")
        if not isinstance(project, dict):
            raise CredentialsRefused(
                f"Labellerr knows no project {self._project!r} of this client id",
                remedy=f"check the id behind labellerr:, and {LABELLERR_CLIENT_VARIABLE}",
            )
        medium = project.get("data_type")
        if medium != IMAGE:
            raise DestinationRefused(
                f"the project holds {medium}, and COCO pre-annotations are for images",
                place=self._project,
            )

        return Place(
            place_id=str(project.get("project_id") or self._project),
            name=str(project.get("project_name") or ""),
            media_type=IMAGE,
            ontology=None,
            list_files=lambda to: list_files(self._wire, datasets_of(project), to),
        )

    async def send(self, parcel: Parcel) -> Verdict:
        """Make one attempt to upload the parcel.

        Raises only what the parcel's own stream raises; then the request was never completed.
        """
        answer = await self._wire.upload(self._project, parcel, conf_bucket=self._conf_bucket)
        if isinstance(answer, Fault):
            return verdict_of(answer)
        response = answer.get("response")
        job = response.get("job_id") if isinstance(response, dict) else None
        if not job:
            return TryLater("the answer names no job", doubt=True)
        return Accepted(Receipt(parcel.name, str(job)))

    async def find(self, name: str) -> Receipt | None:
        """Know of no import by its name: there is no such question."""
        del name
        return None

    async def count_named(self, name: str) -> int:
        """Count one: there is no such question."""
        del name
        return 1

    async def carries(self, receipt: Receipt, parcel: Parcel) -> bool:
        """Raise FateUnknown: what was sent is not given out."""
        del parcel
        raise FateUnknown("Labellerr does not give out what was sent", place=receipt.name)

    async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
        """Ask for the state of several jobs, a request each, in the order asked."""
        asking = [asyncio.ensure_future(self._status(receipt)) for receipt in receipts]
        try:
            return list(await asyncio.gather(*asking))
        finally:
            for one in asking:
                one.cancel()

    async def read(self, url: str, take: Take) -> None:
        """Raise FateUnknown: there are no result files."""
        del url, take
        raise FateUnknown("Labellerr gives out no result files")

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    async def _status(self, receipt: Receipt) -> ImportStatus:
        status = partial(ImportStatus, receipt.name, receipt.import_id)
        async with self._questions:
            answer = await self._wire.job(self._project, receipt.import_id)
        if isinstance(answer, Fault):
            if answer.cause is Cause.NOT_FOUND:
                return status(ImportState.MISSING)
            raise error_of(answer)
        response = answer.get("response")
        word = response.get("status") if isinstance(response, dict) else None
        state = _STATES.get(str(word), ImportState.RUNNING)
        return status(state, answer=orjson.dumps(answer))
