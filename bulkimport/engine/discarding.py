"""A place on loopback that takes any body and keeps nothing: the far side of a measured send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

READ_BYTES = 1 << 18
LIMIT = 1 << 20
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def discarding() -> AsyncIterator[str]:
    """Listen while inside; gives the address. It runs on the caller's own loop, and shares it."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, limit=LIMIT)
    host, port = server.sockets[0].getsockname()
    async with server:
        yield f"http://{host}:{port}/"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await _head(reader):
            await _drain(reader, _length(head))
            writer.write(ANSWER)
            await writer.drain()
    except ConnectionError:
        # The sender has gone, which is the end of any connection.
        return
    finally:
        writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Read one request's head; nothing when the sender is through."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def _drain(reader: asyncio.StreamReader, left: int) -> None:
    while left and (piece := await reader.read(min(left, READ_BYTES))):
        left -= len(piece)
