"""Pictures behind addresses that rows name: fetched whole or not at all, and without any key."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from bulkimport.clock import Clock
from bulkimport.destinations.http import Answer, HttpClient, NoAnswer
from bulkimport.settings import MEBIBYTE, Settings

MOST_BYTES: Final = 64 * MEBIBYTE
# A host that gives a byte now and then would else be listened to for ever.
MOST_SECONDS: Final = 120.0
ATTEMPTS: Final = 3
SCHEMES: Final = frozenset({"http", "https"})
_PASSING: Final = frozenset({408, 425, 429})


class Pictures:
    """Fetches what an address holds, with a few attempts where trouble may pass.

    What is said of a failure names the host at most: an address may be signed.
    """

    def __init__(self, *, settings: Settings, clock: Clock, most: int = MOST_BYTES) -> None:
        """Fetch up to `most` bytes an address. Raises UsageError as HttpClient does."""
        self._http = HttpClient(settings=settings, clock=clock)
        self._backoff = settings.backoff_base
        self._clock = clock
        self._most = most

    async def fetch(self, address: str) -> bytes | NoAnswer:
        """Give the bytes behind an address, or why they cannot be had.

        Memory: that of one picture.
        """
        if not _is_http(address):
            return NoAnswer("no address of the web", doubt=False)
        result = await self._attempt(address)
        for attempt in range(1, ATTEMPTS):
            if not isinstance(result, NoAnswer) or not result.doubt:
                break
            await self._clock.sleep(self._backoff * 2**attempt)
            result = await self._attempt(address)
        return result

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    async def _attempt(self, address: str) -> bytes | NoAnswer:
        body = bytearray()
        seen = 0

        async def take(length: int | None, pieces: AsyncIterator[bytes]) -> None:
            nonlocal seen
            seen = length or 0
            if seen > self._most:
                return
            async for piece in pieces:
                body.extend(piece)
                seen = len(body)
                if seen > self._most:
                    return

        try:
            async with asyncio.timeout(MOST_SECONDS):
                answer = await self._http.get(address, take)
        except TimeoutError:
            return NoAnswer(f"not whole in {MOST_SECONDS:.0f} s", doubt=False)
        if isinstance(answer, NoAnswer):
            return NoAnswer(answer.reason, doubt=True)
        if seen > self._most:
            return NoAnswer(f"more than {self._most:,} bytes", doubt=False)
        return bytes(body) if answer.good else _refused(answer)


def _refused(answer: Answer) -> NoAnswer:
    broken = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return NoAnswer(f"status {answer.status}", doubt=broken or answer.status in _PASSING)


def _is_http(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.hostname)
