"""Labelbox as a destination: one project, one kind of import."""

from collections.abc import Sequence

from bulkimport.clock import Clock
from bulkimport.destinations.base import Place, Take
from bulkimport.destinations.faults import Fault
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.exports import Exports
from bulkimport.destinations.labelbox.files import Files
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.imports import Imports
from bulkimport.destinations.labelbox.project import examine
from bulkimport.destinations.labelbox.verdicts import error_of, verdict_of
from bulkimport.errors import DestinationAway, FateUnknown
from bulkimport.model import (
    Accepted,
    Address,
    ImportState,
    ImportStatus,
    Kind,
    Parcel,
    Receipt,
    Verdict,
)
from bulkimport.settings import Secret, Settings

PIECE_BYTES = 256 * 1024


class Labelbox:
    """Implements Destination. Every call is one attempt; nothing waits but for the rate."""

    def __init__(
        self,
        *,
        address: Address,
        kind: Kind,
        endpoint: str,
        key: Secret,
        settings: Settings,
        clock: Clock,
    ) -> None:
        """Open nothing yet. Raises UsageError or CredentialsRefused for what cannot work."""
        self._project = address.place
        self._http = HttpClient(settings=settings, clock=clock)
        self._graphql = GraphQL(endpoint=endpoint, key=key, http=self._http, clock=clock)
        self._imports = Imports(self._graphql, project=address.place, kind=kind)
        self._files = Files(self._http, clock)
        self._exports = Exports(self._graphql, self._files, clock)
        self._patience = settings.settle_deadline

    @property
    def requests(self) -> int:
        """Count every HTTP request made so far, downloads too."""
        return self._http.requests

    async def examine(self) -> Place:
        """Prove that the key works and the project exists.

        Raises CredentialsRefused, DestinationRefused or DestinationAway.
        """
        return await examine(self._graphql, self._project)

    async def send(self, parcel: Parcel) -> Verdict:
        """Make one attempt to create an import from the parcel.

        Raises only what the parcel's own stream raises; then the request was never completed.
        """
        result = await self._imports.create(parcel)
        return verdict_of(result) if isinstance(result, Fault) else Accepted(result)

    async def find(self, name: str) -> Receipt | None:
        """Ask for the import of this name."""
        status = await self._status(name)
        if status.state is ImportState.MISSING:
            return None
        return Receipt(status.name, status.import_id)

    async def count_named(self, name: str) -> int:
        """Count the imports of this name, by listing all of the project."""
        return await self._imports.count(name)

    async def carries(self, receipt: Receipt, parcel: Parcel) -> bool:
        """Tell whether the import's stored input has the parcel's length and digest.

        Costs a download of at most the parcel's size. Raises FateUnknown when the service does
        not give the input out (any more): then nothing can be compared and nothing is guessed.
        """
        status = await self._status(receipt.name)
        if status.state is ImportState.MISSING:
            raise DestinationAway(f"Labelbox does not show the import {receipt.name} at present")
        if status.input_url is None:
            raise FateUnknown(f"Labelbox does not give out the input of the import {receipt.name}")
        return await self._files.matches(status.input_url, size=parcel.size, digest=parcel.digest)

    async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
        """Ask for the state of several imports, in the order asked; up to 50 in one request."""
        return await self._imports.statuses([receipt.name for receipt in receipts])

    async def read(self, url: str, take: Take) -> None:
        """Give a result file to `take`, some pieces at a time.

        Raises FateUnknown when the service keeps it no longer.
        """
        await self._files.read(url, take)

    async def start_export(self) -> str:
        """Have the project's data rows exported."""
        return await self._exports.start(self._project)

    async def export_size(self, export: str) -> int:
        """Wait until the export is complete; its bytes."""
        await self._exports.wait(export, seconds=self._patience)
        return await self._exports.size(export)

    async def read_export(self, export: str, offset: int, take: Take) -> int:
        """Give one file of the export; returns where the next one begins."""
        return await self._exports.read(export, offset, take)

    async def keep(self, name: str, content: bytes, content_type: str) -> str:
        """Leave a file at Labelbox in one attempt; gives its address, which needs no key.

        Raises DestinationAway, CredentialsRefused, QuotaReached and DestinationRefused.
        """
        pieces = [
            content[start : start + PIECE_BYTES] for start in range(0, len(content), PIECE_BYTES)
        ]
        url = await self._graphql.upload_file(name, pieces, content_type=content_type)
        if isinstance(url, Fault):
            raise error_of(url)
        return url

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    async def _status(self, name: str) -> ImportStatus:
        [status] = await self._imports.statuses([name])
        return status
