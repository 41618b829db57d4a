"""Files that Labelbox keeps for 24 hours: what was sent, and what became of it."""

import asyncio
import os
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final

from bulkimport.clock import Clock
from bulkimport.destinations.http import Answer, HttpClient, NoAnswer
from bulkimport.destinations.retry_after import retry_after
from bulkimport.disk import FILE_MODE, disk_trouble_at
from bulkimport.errors import DestinationAway, FateUnknown
from bulkimport.native import Digest

PIECES_AT_ONCE: Final = 8
# Refusals by a proxy or of the moment; every other 4xx says that the file is gone, each storage
# in its own way (400, 403, 404, 410).
_PASSING: Final = frozenset({407, 408, 425, 429})


class Files:
    """Reads files by their URLs, without any key: a URL carries its own access."""

    def __init__(self, http: HttpClient, clock: Clock) -> None:
        """Read through `http`; `clock` serves `Retry-After` dates."""
        self._http = http
        self._clock = clock

    async def matches(self, url: str, *, size: int, digest: str) -> bool:
        """Tell whether the file at `url` has this length and digest.

        Holds one piece at a time, and stops where the length differs already. Raises as `save`.
        """
        seen = Digest()
        length = 0

        async def compare(announced: int | None, pieces: AsyncIterator[bytes]) -> None:
            nonlocal length
            if announced is not None and announced != size:
                length = announced
                return
            async for piece in pieces:
                length += len(piece)
                if length > size:
                    return
                seen.update(piece)

        self._check(await self._http.get(url, compare))
        return length == size and seen.hexdigest() == digest

    async def save(self, url: str, path: Path) -> int:
        """Put the file at `url` at `path`, whole or not at all; return its bytes.

        It is not made durable: after a power cut it is asked for again, as after any crash.
        Raises FateUnknown when the service keeps it no longer, DestinationAway for passing
        trouble, DiskTrouble for this machine's.
        """
        draft = path.with_name(f"{path.name}.draft")
        size = 0

        async def write(_: int | None, pieces: AsyncIterator[bytes]) -> None:
            nonlocal size
            some: list[bytes] = []
            with _created(draft) as file:
                async for piece in pieces:
                    some.append(piece)
                    size += len(piece)
                    # The way to a thread costs as much as the writing of a piece.
                    if len(some) == PIECES_AT_ONCE:
                        await _append(file, some, path)
                        some = []
                await _append(file, some, path)
                with disk_trouble_at(path):
                    file.flush()
                    draft.replace(path)

        try:
            self._check(await self._http.get(url, write))
        finally:
            draft.unlink(missing_ok=True)
        return size

    def _check(self, answer: Answer | NoAnswer) -> None:
        if isinstance(answer, NoAnswer):
            raise DestinationAway(f"a file cannot be fetched from Labelbox: {answer.reason}")
        if answer.good:
            return
        status = answer.status
        refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        if refused and status not in _PASSING:
            raise FateUnknown(
                f"Labelbox no longer gives out this file (status {status}); it keeps the files"
                " of an import for 24 hours",
                remedy="look at the import in Labelbox",
            )
        raise DestinationAway(
            f"a file cannot be fetched from Labelbox: status {status}",
            retry_after=retry_after(answer.headers.get("retry-after"), self._clock.now()),
        )


def _created(path: Path) -> BinaryIO:
    with disk_trouble_at(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        return os.fdopen(descriptor, "wb")


async def _append(file: BinaryIO, pieces: list[bytes], path: Path) -> None:
    with disk_trouble_at(path):
        await asyncio.to_thread(file.writelines, pieces)
