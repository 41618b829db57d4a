"""Pictures behind addresses come whole, or it is said why not, without the address."""

from typing import Any

import pytest

from bulkimport.destinations.http import NoAnswer
from bulkimport.destinations.pictures import ATTEMPTS, Pictures
from bulkimport.settings import Settings

SIGNED = "/mask.png?sig=marked-4c1"


@pytest.fixture
async def pictures(clock: Any) -> Any:
    """One that takes a hundred bytes."""
    made = Pictures(settings=Settings(), clock=clock, most=100)
    yield made
    await made.close()


async def test_a_picture_is_fetched_without_a_key(service: Any, pictures: Pictures) -> None:
    """Whole, in one request."""
    service.answers(200, b"x" * 100)

    assert await pictures.fetch(service.url + SIGNED) == b"x" * 100
    assert "authorization" not in service.seen[0].headers


@pytest.mark.parametrize(
    ("act", "requests"),
    [
        (("answers", 404, b"gone"), 1),
        (("answers", 403, b"expired"), 1),
        (("answers", 503, b"busy"), ATTEMPTS),
        (("answers", 200, b"x" * 101), 1),
        (("streams", b"x" * 60), 1),
        (("cuts", b"x" * 10), ATTEMPTS),
        # aiohttp repeats a download once by itself when a connection breaks.
        (("resets",), 2 * ATTEMPTS),
    ],
)
async def test_what_cannot_be_had_is_told_without_the_address(
    service: Any, pictures: Pictures, act: tuple[Any, ...], requests: int
) -> None:
    """Passing trouble gets further attempts, a refusal and too many bytes do not."""
    more = {"streams": {"times": 2}, "cuts": {"missing": 10}}.get(act[0], {})
    service.plays(act[0], *act[1:], **more)

    found = await pictures.fetch(service.url + SIGNED)

    assert isinstance(found, NoAnswer)
    assert found.reason
    assert "mask.png" not in found.reason
    assert "marked" not in found.reason
    assert len(service.seen) == requests


@pytest.mark.parametrize("address", ["file:///etc/passwd", "gs://bucket/m.png", "http://", "//[x"])
async def test_only_the_web_is_asked(pictures: Pictures, address: str) -> None:
    """Files of this machine least of all."""
    assert isinstance(await pictures.fetch(address), NoAnswer)
