"""Lines into files: whole lines, JSON arrays, none larger than asked."""

import json
from collections.abc import AsyncIterator

import pytest

from bulkimport.destinations.labelbox.chunks import chunks

LINES = [json.dumps({"n": number, "text": "a, b"}) for number in range(100)]
BODY = "".join(f"{line}\n" for line in LINES).encode()


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    """The body in pieces."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
@pytest.mark.parametrize("most", [300, 1_000, 1_000_000])
async def test_chunks_are_arrays_of_all_lines_in_their_order(size: int, most: int) -> None:
    """Wherever the pieces are cut."""
    made = [b"".join(chunk) async for chunk in chunks(pieces(BODY, size), most=most)]

    assert [row for chunk in made for row in json.loads(chunk)] == list(map(json.loads, LINES))
    assert all(len(chunk) <= most + 2 for chunk in made if size <= most)


async def test_no_lines_are_no_chunks() -> None:
    """Nothing is uploaded for nothing."""
    assert [chunk async for chunk in chunks(pieces(b"", 1))] == []
