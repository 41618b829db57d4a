"""Files that Labelbox keeps for 24 hours: what was sent, and what became of it."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from bulkimport.clock import Clock
from bulkimport.destinations.base import Take
from bulkimport.destinations.http import Answer, HttpClient, NoAnswer
from bulkimport.destinations.retry_after import retry_after
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

        Holds one piece at a time, and stops where the length differs already. Raises as `read`.
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

    async def read(self, url: str, take: Take) -> None:
        """Give the file at `url` to `take`, in its order.

        Raises FateUnknown when the service keeps it no longer, DestinationAway for passing
        trouble: then what was taken is not the whole file.
        """

        async def some(_: int | None, pieces: AsyncIterator[bytes]) -> None:
            waiting: list[bytes] = []
            async for piece in pieces:
                waiting.append(piece)
                # Who takes them goes to a thread, and the way costs as much as a piece.
                if len(waiting) == PIECES_AT_ONCE:
                    await take(waiting)
                    waiting = []
            await take(waiting)

        self._check(await self._http.get(url, some))

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
