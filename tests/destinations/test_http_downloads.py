"""Downloads follow redirects, carry no key, and end whole or not at all."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bulkimport.destinations.http import Answer, HttpClient, NoAnswer, Reader

Connect = Callable[..., HttpClient]


def read_all(pieces: list[bytes]) -> Reader:
    """A reader that keeps what it gets."""

    async def reader(length: int | None, incoming: AsyncIterator[bytes]) -> None:
        pieces.extend([piece async for piece in incoming])

    return reader


async def test_a_download_follows_redirects(service: Any, connect: Connect) -> None:
    """Five of them, relative ones too."""
    for step in range(5):
        service.answers(302, b"", Location=f"/step/{step}")
    service.answers(200, b"content")
    pieces: list[bytes] = []

    answer = await connect().get(f"{service.url}/file?sig=1", read_all(pieces))

    assert isinstance(answer, Answer)
    assert (answer.status, b"".join(pieces)) == (200, b"content")
    assert service.seen[-1].target == "/step/4"


@pytest.mark.parametrize("location", ["/again", "ftp://127.0.0.1/file", "file:///etc/passwd"])
async def test_a_download_is_not_led_around(service: Any, connect: Connect, location: str) -> None:
    """Neither for ever nor out of HTTP."""
    service.answers(302, b"", Location=location)

    answer = await connect().get(service.url, read_all([]))

    assert isinstance(answer, NoAnswer)
    assert len(service.seen) == (6 if location == "/again" else 1)


async def test_a_download_cut_short_is_no_answer(service: Any, connect: Connect) -> None:
    """What was read so far is not the file."""
    service.cuts(b"part", missing=10)

    assert isinstance(await connect().get(service.url, read_all([])), NoAnswer)


async def test_a_refused_download_is_not_read(service: Any, connect: Connect) -> None:
    """A page of apology is not the file."""
    service.answers(403, b"<html>")
    pieces: list[bytes] = []

    answer = await connect().get(service.url, read_all(pieces))

    assert isinstance(answer, Answer)
    assert (answer.status, answer.good, pieces) == (403, False, [])


async def test_netrc_is_not_read(
    service: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Its password neither replaces the key nor travels with downloads."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    service.answers(200)
    client = connect()

    await client.post(service.url, b"{}", headers={"Authorization": "Bearer key"})
    await client.get(service.url, read_all([]))

    assert service.seen[0].headers["authorization"] == "Bearer key"
    assert "authorization" not in service.seen[1].headers
