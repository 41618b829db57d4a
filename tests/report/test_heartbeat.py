"""A line a minute, also when nothing happens."""

import asyncio
import json
from contextlib import suppress

from bulkimport.events import Planned, Scanned
from bulkimport.report.heartbeat import Heartbeat


class Hands:
    """A clock that is moved by whoever sleeps, and stops after a few sleeps."""

    def __init__(self, sleeps: int) -> None:
        """Allow so many sleeps."""
        self.time = 0.0
        self.sleeps = sleeps

    def now(self) -> float:
        """Return seconds since the epoch."""
        return 1000.0 + self.time

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        if not self.sleeps:
            raise asyncio.CancelledError
        self.sleeps -= 1
        self.time += seconds


async def beats(heart: Heartbeat) -> None:
    """Let it beat until its clock stops."""
    with suppress(asyncio.CancelledError):
        await heart.run()


async def test_a_line_comes_every_minute() -> None:
    """Not at once, and again though nothing was told meanwhile."""
    clock, lines = Hands(2), list[str]()
    heart = Heartbeat(clock, lines.append)
    heart(Scanned(rows=7, bytes=1, total_bytes=2, rejected=0))
    assert lines == []

    await beats(heart)

    assert clock.time == 120.0
    assert lines == ["scanning 50%: 7 rows"] * 2


async def test_the_line_can_be_an_object() -> None:
    """One line of JSON with the time and every number; null is what cannot be told."""
    clock, lines = Hands(1), list[str]()
    heart = Heartbeat(clock, lines.append, as_json=True, every=5.0)
    heart(Planned("run", rows=10, data_rows=2, shards=1, bytes=100, rejected=1, held=0))

    await beats(heart)

    assert "\n" not in lines[0]
    assert json.loads(lines[0]) == {
        "time": 1005.0,
        "stage": "sending",
        "fraction": 0.0,
        "scanned_rows": None,
        "pictures": None,
        "rejected": 1,
        "rows": 10,
        "settled_rows": 0,
        "failed": 0,
        "unknown": 0,
        "bytes": 100,
        "sent_bytes": 0,
        "rows_per_second": None,
        "seconds_left": None,
        "in_flight": 0,
        "limit": None,
        "retries": 0,
        "outage": None,
        "stopping": None,
    }
