"""Pictures behind addresses come whole, or it is said why not, without the address."""

from typing import Any

import pytest

from bulkimport.destinations.pictures import Lack, Missing, Pictures, host_of
from bulkimport.settings import Settings

SIGNED = "/mask.png?sig=marked-4c1"
MOST = 100


@pytest.fixture
async def pictures(clock: Any) -> Any:
    """Who asks."""
    made = Pictures(settings=Settings(), clock=clock)
    yield made
    await made.close()


async def test_a_picture_is_fetched_without_a_key(service: Any, pictures: Pictures) -> None:
    """Whole, in one request."""
    service.answers(200, b"x" * MOST)

    assert await pictures.attempt(service.url + SIGNED, most=MOST) == b"x" * MOST
    assert "authorization" not in service.seen[0].headers


@pytest.mark.parametrize(
    ("act", "lack"),
    [
        (("answers", 404, b"gone"), Lack.FOR_GOOD),
        (("answers", 403, b"expired"), Lack.FOR_GOOD),
        (("answers", 500, b"oops"), Lack.BROKEN),
        (("answers", 429, b"busy"), Lack.AWAY),
        (("answers", 503, b"busy"), Lack.AWAY),
        (("answers", 200, b"x" * (MOST + 1)), Lack.LARGE),
        (("streams", b"x" * 60), Lack.LARGE),
        (("cuts", b"x" * 10), Lack.AWAY),
        (("resets",), Lack.AWAY),
    ],
)
async def test_what_cannot_be_had_is_told_without_the_address(
    service: Any, pictures: Pictures, act: tuple[Any, ...], lack: Lack
) -> None:
    """And whether it may pass, for this picture or for all of the host."""
    more = {"streams": {"times": 2}, "cuts": {"missing": 10}}.get(act[0], {})
    service.plays(act[0], *act[1:], **more)

    found = await pictures.attempt(service.url + SIGNED, most=MOST)

    assert isinstance(found, Missing)
    assert found.lack is lack
    assert found.reason
    assert "mask.png" not in found.reason
    assert "marked" not in found.reason


async def test_a_host_may_say_when_to_come_again(service: Any, pictures: Pictures) -> None:
    """Retry-After goes with what is missing."""
    service.answers(429, b"busy", Retry_After="7")

    found = await pictures.attempt(service.url + SIGNED)

    assert isinstance(found, Missing)
    assert found.retry_after == 7


async def test_who_sends_us_elsewhere_for_ever_is_there(service: Any, pictures: Pictures) -> None:
    """Such a picture is missing for good: its host answers."""
    service.answers(302, b"", Location="ftp://elsewhere/mask.png")

    found = await pictures.attempt(service.url + SIGNED)

    assert isinstance(found, Missing)
    assert found.lack is Lack.FOR_GOOD


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "gs://bucket/m.png", "http://", "//[x", "http://a:port/x"]
)
async def test_only_the_web_is_asked(pictures: Pictures, address: str) -> None:
    """Files of this machine least of all."""
    found = await pictures.attempt(address)

    assert isinstance(found, Missing)
    assert found.lack is Lack.FOR_GOOD
    assert host_of(address) is None


def test_a_host_is_named_with_its_port() -> None:
    """Two services of one machine are two."""
    assert host_of("https://h.test/a?sig=1") == "h.test:https"
    assert host_of("http://h.test:81/a") == "h.test:81"
