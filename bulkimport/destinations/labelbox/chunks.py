"""The rows of a parcel as files of at most some megabytes, each a JSON array."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final

# The service's own client cuts at 10,000,000 bytes; smaller ones are sent again more cheaply.
CHUNK_BYTES: Final = 4_000_000


async def chunks(
    pieces: AsyncIterator[bytes], *, most: int = CHUNK_BYTES
) -> AsyncIterator[list[bytes]]:
    """Give the lines of `pieces`, one JSON value each, as arrays of at most `most` bytes.

    A line that is larger is alone with its piece. Memory: one array.
    """
    held: list[bytes] = []
    size, rest = 0, b""
    async with aclosing(pieces) as stream:  # type: ignore[type-var]  # a stream of ours
        async for piece in stream:
            end = piece.rfind(b"\n") + 1
            if not end:
                rest += piece
                continue
            whole = rest + piece[:end]
            rest = piece[end:]
            if held and size + len(whole) > most:
                # Nothing else keeps the lines while the array is sent.
                array, held, size = _array(held), [], 0
                yield array
                del array
            held.append(whole)
            size += len(whole)
    if held:
        yield _array(held)


def _array(lines: list[bytes]) -> list[bytes]:
    """Turn line ends into commas; no JSON value has one inside."""
    turned = [some.replace(b"\n", b",") for some in lines]
    return [b"[", *turned[:-1], turned[-1][:-1], b"]"]
