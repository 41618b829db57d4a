"""Limiter stories: what a service does over time, read from tests/scenarios/*.toml and played.

story = "what should happen, and why"
seconds = 200                      how long it is played, in virtual time
fixed = [8, 16, 32]                the fixed limits whose best goodput is the measure
[client]                           ceiling, first, size (bytes a shard), seed
[service]                          the fields of support.served.Service
[[change]]  at = 60.0, slots = 64  what changes when
[[expect]]                         any of these, each a range [least, most]:
    between = [100, 200]           the stretch of time it is about
    limit, in_flight               the mean in that stretch
    goodput                        share of the best of the fixed limits
    requests                       sends in that stretch
    waste                          sends a useful send
    probes                         of all outages so far
"""

import asyncio
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.scripted import parcel_of
from support.served import ServedDestination, Service
from support.virtual import VirtualClock, run_virtual

from bulkimport.events import Event, OutageEnded
from bulkimport.model import Parcel
from bulkimport.settings import Settings
from bulkimport.uploads.limiter import FIRST, Limiter
from bulkimport.uploads.pace import Pace
from bulkimport.uploads.submit import Intent, submit

FOLDER = Path(__file__).resolve().parents[1] / "scenarios"


@dataclass
class Played:
    """What was seen: the state once a tenth of a second, all events, the destination's book."""

    destination: ServedDestination
    samples: list[tuple[float, int, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def seen(self, measure: str, between: list[float]) -> list[int]:
        """The values of a measure in a stretch of time."""
        begin, end = between
        index = {"limit": 1, "in_flight": 2}[measure]
        return [int(one[index]) for one in self.samples if begin <= one[0] < end]

    def requests(self, between: list[float]) -> int:
        """Sends that ended in a stretch of time."""
        return sum(between[0] <= at < between[1] for at, _ in self.destination.attempts)

    def useful(self, between: list[float]) -> int:
        """Sends that were accepted in a stretch of time."""
        return sum(between[0] <= at < between[1] for at, _ in self.destination.accepted)

    def probes(self) -> int:
        """Probes of all outages."""
        return sum(event.probes for event in self.events if isinstance(event, OutageEnded))


def read(path: Path) -> dict[str, Any]:
    """Read one story."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def play(story: Mapping[str, Any], *, fixed: int | None = None) -> Played:
    """Play a story from its beginning, with the adaptive limit or with a fixed one."""
    return run_virtual(_play(story, fixed))


def best_fixed(story: Mapping[str, Any], limits: list[int], between: list[float]) -> float:
    """The best goodput that any of the fixed limits reaches in a stretch of time."""
    return max(play(story, fixed=one).destination.goodput(between) for one in limits)


class FixedLimit(Limiter):
    """What the adaptive limit is compared with: it learns nothing."""

    def __init__(self, limit: int) -> None:
        """Stay at `limit`."""
        super().__init__(ceiling=limit, first=limit)

    @property
    def limit(self) -> int:
        """The same as ever."""
        return self._ceiling


async def _play(story: Mapping[str, Any], fixed: int | None) -> Played:
    client = {"ceiling": 64, "first": FIRST, "size": 1_000_000, "seed": 1} | story.get("client", {})
    ceiling = fixed or client["ceiling"]
    destination = ServedDestination(Service(**story["service"]), seed=client["seed"])
    played = Played(destination)
    pace = Pace(
        settings=Settings(max_in_flight=ceiling),
        clock=VirtualClock(),
        chance=random.Random(client["seed"]).random,
        listener=played.events.append,
        first_limit=fixed or client["first"],
    )
    if fixed:
        pace._limiter = FixedLimit(fixed)
    tasks = [asyncio.create_task(_sample(pace, played))]
    tasks += [asyncio.create_task(_change(destination, one)) for one in story.get("change", [])]
    tasks += [
        asyncio.create_task(_work(pace, destination, _parcel(number, client["size"])))
        for number in range(ceiling + 4)
    ]
    await asyncio.sleep(story["seconds"])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return played


def _parcel(number: int, size: int) -> Parcel:
    small = parcel_of(f"worker-{number}")
    return Parcel(small.name, 1, size, small.digest, small.open)


async def _work(pace: Pace, destination: ServedDestination, parcel: Parcel) -> None:
    while True:
        await submit(parcel, destination=destination, pace=pace, on_intend=_intend, window=60.0)


async def _intend(intent: Intent) -> None:
    """Nothing is written down in a story."""


async def _change(destination: ServedDestination, change: Mapping[str, Any]) -> None:
    await asyncio.sleep(change["at"])
    destination.change(**{name: value for name, value in change.items() if name != "at"})


async def _sample(pace: Pace, played: Played) -> None:
    while True:
        permits = pace.statistics().permits
        played.samples.append((pace.clock.monotonic(), permits.limit, permits.in_flight))
        await pace.clock.sleep(0.1)
