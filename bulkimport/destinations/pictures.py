"""Pictures behind addresses that rows name: asked for once, without any key, whole or not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from bulkimport.clock import Clock
from bulkimport.destinations.http import Answer, HttpClient, NoAnswer
from bulkimport.destinations.retry_after import retry_after
from bulkimport.settings import MEBIBYTE, Settings

MOST_BYTES: Final = 64 * MEBIBYTE
# A host that gives a byte now and then would else be listened to for ever.
MOST_SECONDS: Final = 120.0
SCHEMES: Final = frozenset({"http", "https"})
_PASSING: Final = frozenset({408, 425, 429, 502, 503, 504})


class Lack(Enum):
    """Why there is no picture.

    | the host                                                        | lack     |
    |-----------------------------------------------------------------|----------|
    | does not answer, hangs up, or says 408, 425, 429, 502, 503, 504 | AWAY     |
    | says another 5xx, which may be about this picture alone         | BROKEN   |
    | gives more bytes than were asked for                            | LARGE    |
    | says anything else, redirects without end, is too slow, is none | FOR_GOOD |
    """

    AWAY = auto()
    BROKEN = auto()
    LARGE = auto()
    FOR_GOOD = auto()


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no picture; `reason` names the host at most, since an address may be signed."""

    reason: str
    lack: Lack
    retry_after: float | None = None


class Pictures:
    """Makes attempts at what addresses hold; any number of them at once."""

    def __init__(self, *, settings: Settings, clock: Clock) -> None:
        """Raise UsageError as HttpClient does."""
        self._http = HttpClient(settings=settings, clock=clock)
        self._clock = clock

    async def attempt(self, address: str, *, most: int = MOST_BYTES) -> bytes | Missing:
        """Give the bytes behind an address, up to `most`, or why they cannot be had now.

        Memory: that of one picture.
        """
        if host_of(address) is None:
            return Missing("no address of the web", Lack.FOR_GOOD)
        body = bytearray()
        seen = 0

        async def take(length: int | None, pieces: AsyncIterator[bytes]) -> None:
            nonlocal seen
            seen = length or 0
            if seen > most:
                return
            async for piece in pieces:
                body.extend(piece)
                seen = len(body)
                if seen > most:
                    return

        try:
            async with asyncio.timeout(MOST_SECONDS):
                answer = await self._http.get(address, take)
        except TimeoutError:
            lack = Lack.FOR_GOOD if body else Lack.AWAY
            return Missing(f"not whole in {MOST_SECONDS:.0f} s", lack)
        if isinstance(answer, NoAnswer):
            return Missing(answer.reason, Lack.FOR_GOOD if answer.astray else Lack.AWAY)
        if seen > most:
            return Missing(f"more than {most:,} bytes", Lack.LARGE)
        return bytes(body) if answer.good else self._refused(answer)

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    def _refused(self, answer: Answer) -> Missing:
        lack = Lack.FOR_GOOD
        if answer.status in _PASSING:
            lack = Lack.AWAY
        elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            lack = Lack.BROKEN
        wish = retry_after(answer.headers.get("retry-after"), self._clock.now())
        return Missing(f"status {answer.status}", lack, wish)


def host_of(address: str) -> str | None:
    """The host that is asked, with its port; None for what is no address of the web."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return f"{host}:{port or parts.scheme}" if parts.scheme in SCHEMES and host else None
