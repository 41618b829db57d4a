"""The machine's clock goes forward."""

import time

import pytest

from bulkimport.clock import SystemClock


def test_now_is_the_machine_s_time() -> None:
    """In seconds since the epoch."""
    before = time.time()

    assert before <= SystemClock().now() <= time.time()


def test_intervals_never_go_back() -> None:
    """However often it is asked."""
    clock = SystemClock()
    seen = [clock.monotonic() for _ in range(1000)]

    assert seen == sorted(seen)


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_no_time_at_all_only_gives_way(seconds: float) -> None:
    """A deadline that has passed is no error."""
    await SystemClock().sleep(seconds)
