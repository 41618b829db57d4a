"""Fetches the rows of an import that is given by URL, as the platform does. Loopback only."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Final

import aiohttp

from bulkimport.sandbox.urls import host_of, is_loopback, is_reachable

CHUNK: Final = 1 << 20
PATIENCE: Final = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)


class Unfetched(Exception):
    """The rows cannot be had from their URL."""


async def fetch(url: str, path: Path, away: Collection[str] = ()) -> None:
    """Write what `url` holds to `path`; raises Unfetched.

    No address outside this machine is opened, redirects are not followed.
    """
    if not is_reachable(url, away):
        raise Unfetched("Failed to access URL")
    if not is_loopback(host_of(url)):
        raise Unfetched("The sandbox opens no URL outside this machine")
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as client,
            client.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:  # noqa: PLR2004 - OK
                raise Unfetched(f"Failed to access URL: {response.status}")
            with path.open("wb") as file:
                async for chunk in response.content.iter_chunked(CHUNK):
                    await asyncio.to_thread(file.write, chunk)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unfetched(f"Failed to access URL: {type(error).__name__}") from error
