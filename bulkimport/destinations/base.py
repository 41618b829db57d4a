"""What every service that receives imports must be able to do."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from bulkimport.model import ImportStatus, Parcel, Receipt, Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """The project at the destination, as the service describes it.

    `ontology` is the JSON text of the normalized ontology, or None when none is connected.
    `list_files` writes the names of the project's files to a path, one a line, where the service
    matches annotations by name; it raises what `Destination` raises.
    """

    place_id: str
    name: str
    media_type: str | None
    ontology: str | None
    list_files: Callable[[Path], Awaitable[None]] | None = None


class Take(Protocol):
    """Takes further pieces of a file."""

    def __call__(self, pieces: Sequence[bytes], /) -> Awaitable[None]:
        """Use them; nothing more comes until that is done."""
        ...


class Destination(Protocol):
    """One service and one place in it, for one kind of import.

    Every call makes bounded attempts of its own only where it says so; waiting and trying again
    is for `uploads`. Errors that nobody can wait out are raised as DestinationError's children;
    passing trouble of a question (not of a send) is raised as DestinationAway.
    """

    @property
    def requests(self) -> int:
        """Count every request made so far."""
        ...

    async def examine(self) -> Place:
        """Prove that the key works and the place exists. Raises CredentialsRefused and the like."""
        ...

    async def send(self, parcel: Parcel) -> Verdict:
        """Make one attempt to create an import from the parcel, and read the answer."""
        ...

    async def find(self, name: str) -> Receipt | None:
        """Ask for the import of this name. None means that the service knows none now."""
        ...

    async def count_named(self, name: str) -> int:
        """Count the imports of this name by listing all: dear, only for names in doubt.

        One, where the service shows no names.
        """
        ...

    async def carries(self, receipt: Receipt, parcel: Parcel) -> bool:
        """Tell whether the import's stored input has the parcel's length and digest."""
        ...

    async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
        """Ask for the state of several imports in one request, in the order asked."""
        ...

    async def read(self, url: str, take: Take) -> None:
        """Give a result file to `take`, some pieces at a time; FateUnknown if expired.

        When DestinationAway is raised, what was taken is not the whole file.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


@runtime_checkable
class Keyed(Protocol):
    """A destination whose rows have keys that are taken once: to send twice makes nothing twice."""

    async def known_keys(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that are taken; raises as the questions of a Destination do."""
        ...


@runtime_checkable
class Exporting(Protocol):
    """A destination that gives out the data rows of its place, in files cut between lines."""

    async def start_export(self) -> str:
        """Have them exported; gives the export's id."""
        ...

    async def export_size(self, export: str) -> int:
        """Wait until the export is complete; its bytes, 0 when there are no data rows."""
        ...

    async def read_export(self, export: str, offset: int, take: Take) -> int:
        """Give the file that begins at `offset`; returns where the next one begins."""
        ...


@runtime_checkable
class Keeper(Protocol):
    """A destination that keeps files which rows name by their addresses."""

    async def keep(self, name: str, content: bytes, content_type: str) -> str:
        """Make one attempt to leave a file at the service; gives the address that all may read.

        Raises DestinationAway for passing trouble, and what else the questions of a Destination do.
        """
        ...
