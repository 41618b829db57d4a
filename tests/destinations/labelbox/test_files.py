"""Files of an import are read whole or not at all, and compared without being held."""

import os
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.files import Files
from bulkimport.errors import DestinationAway, FateUnknown
from bulkimport.native import Digest

MEBIBYTE = 1 << 20
SIGNED = "/files/token?sig=s3cret"


@pytest.fixture
def files(connect: Callable[..., HttpClient], clock: Any) -> Files:
    """Files at the scripted service."""
    return Files(connect(answer_timeout=5.0), clock)


def digest(content: bytes) -> str:
    """The digest of the whole."""
    running = Digest()
    running.update(content)
    return running.hexdigest()


class Taken(list[bytes]):
    """Takes every piece."""

    async def __call__(self, pieces: Sequence[bytes]) -> None:
        """Keep them."""
        self.extend(pieces)


@pytest.mark.parametrize("content", [b"", b"{}\n", os.urandom(3 * MEBIBYTE + 1)], ids=len)
async def test_a_file_is_read_whole(service: Any, files: Files, content: bytes) -> None:
    """In its order, and no key is sent."""
    service.answers(200, content)
    taken = Taken()

    await files.read(service.url + SIGNED, taken)

    assert b"".join(taken) == content
    assert "authorization" not in service.seen[0].headers


async def test_a_file_is_read_no_faster_than_it_is_taken(service: Any, files: Files) -> None:
    """Of 48 MiB only some pieces wait."""
    service.streams(b"x" * MEBIBYTE, times=48)
    sizes: list[int] = []

    async def take(pieces: Sequence[bytes]) -> None:
        sizes.append(sum(map(len, pieces)))

    tracemalloc.start()
    try:
        await files.read(service.url + SIGNED, take)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert sum(sizes) == 48 * MEBIBYTE
    assert peak < 12 * MEBIBYTE


async def test_a_file_cut_short_is_told(service: Any, files: Files) -> None:
    """What was taken is not all."""
    service.cuts(b"half", missing=4)

    with pytest.raises(DestinationAway):
        await files.read(service.url + SIGNED, Taken())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_a_file_that_is_gone_leaves_the_fate_unknown(
    service: Any, files: Files, status: int
) -> None:
    """The sentence says how long files are kept, and never where."""
    service.answers(status, b"<html>")

    with pytest.raises(FateUnknown, match="24 hours") as raised:
        await files.read(service.url + SIGNED, Taken())

    assert "s3cret" not in str(raised.value)
    assert "token" not in str(raised.value)


@pytest.mark.parametrize("status", [304, 407, 408, 429, 500, 503])
async def test_passing_trouble_can_be_waited_out(service: Any, files: Files, status: int) -> None:
    """For as long as the storage wishes."""
    service.answers(status, b"", Retry_After="5")

    with pytest.raises(DestinationAway) as raised:
        await files.read(service.url + SIGNED, Taken())

    assert raised.value.retry_after == 5.0


async def test_an_address_where_nobody_listens_is_not_told(
    files: Files, unused_tcp_port: int
) -> None:
    """Not in the error, nor in what it was raised from."""
    with pytest.raises(DestinationAway) as raised:
        await files.read(f"http://127.0.0.1:{unused_tcp_port}{SIGNED}", Taken())

    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize("content", [b"", b"{}\n", os.urandom(MEBIBYTE)], ids=len)
async def test_equal_bytes_match(service: Any, files: Files, content: bytes) -> None:
    """By length and digest."""
    service.answers(200, content)

    assert await files.matches(service.url, size=len(content), digest=digest(content))


@pytest.mark.parametrize("stored", [b"", b"abcdef", b"abcdefgh", b"abcdefG", b"bacdefg"])
async def test_other_bytes_do_not_match(service: Any, files: Files, stored: bytes) -> None:
    """None, fewer, more, others, and the same in another order."""
    service.answers(200, stored)

    assert not await files.matches(service.url, size=7, digest=digest(b"abcdefg"))


async def test_a_comparison_holds_a_piece_at_a_time(service: Any, files: Files) -> None:
    """Of 48 MiB, whose length is not announced."""
    service.streams(b"x" * MEBIBYTE, times=48)
    expected = Digest()
    for _ in range(48):
        expected.update(b"x" * MEBIBYTE)
    tracemalloc.start()
    try:
        same = await files.matches(service.url, size=48 * MEBIBYTE, digest=expected.hexdigest())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert same
    assert peak < 8 * MEBIBYTE


async def test_a_stored_file_without_end_is_not_read_to_its_end(service: Any, files: Files) -> None:
    """One byte over the planned size is an answer."""
    service.streams(b"x" * MEBIBYTE, times=1 << 20)

    assert not await files.matches(service.url, size=MEBIBYTE, digest="")


@pytest.mark.parametrize("status", [403, 404])
async def test_a_file_that_is_gone_cannot_be_compared(
    service: Any, files: Files, status: int
) -> None:
    """Neither yes nor no would be true."""
    service.answers(status)

    with pytest.raises(FateUnknown):
        await files.matches(service.url, size=1, digest="")
