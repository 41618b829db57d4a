"""How fast each stage of an import is on this machine, with the caller's own rows.

| stage | what is done                                              |
|-------|-----------------------------------------------------------|
| read  | the plain rows are read and digested                      |
| scan  | and checked, and kept by data row                         |
| plan  | grouped, cut, and every body digested                     |
| body  | the bodies are read as they are sent, and checked         |
| send  | and sent over loopback to a place that keeps nothing      |

Each stage is timed by itself; in an import, body and send overlap. Nothing leaves the machine.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bulkimport.clock import SystemClock
from bulkimport.destinations.http import FilePart, Form, HttpClient, NoAnswer
from bulkimport.engine.bodies import Bodies, open_bodies
from bulkimport.engine.discarding import discarding
from bulkimport.engine.opening import OpenRun, planned_cuts
from bulkimport.engine.request import Request, Shaping
from bulkimport.engine.run import World, plan_run
from bulkimport.engine.shutdown import Stop
from bulkimport.errors import InternalError
from bulkimport.events import Event, Scanned
from bulkimport.ledger.shard import Cut
from bulkimport.model import LABELBOX, Address, Kind, Parcel
from bulkimport.settings import Settings
from bulkimport.shards.group import Incomplete
from bulkimport.shards.index import Index
from bulkimport.source.blocks import open_plain, walk

TOGETHER = 4
NOWHERE = Address(LABELBOX, "nowhere")
CONTENT_TYPE = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage took; `bytes` are those of the rows, `cpu_seconds` of all threads."""

    name: str
    seconds: float
    cpu_seconds: float
    bytes_per_second: float
    rows_per_second: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, and which stage bounds an import here."""

    rows: int
    rejected: int
    bytes: int
    shards: int
    stages: tuple[Stage, ...]
    bottleneck: str


@dataclass(slots=True)
class _Watch:
    """Seconds and CPU seconds of each stage, as they end."""

    began: tuple[float, float] = (0.0, 0.0)
    taken: dict[str, tuple[float, float]] = field(default_factory=dict)

    def start(self) -> None:
        self.began = time.perf_counter(), time.process_time()

    def stop(self, stage: str) -> None:
        wall, cpu = self.began
        self.taken[stage] = time.perf_counter() - wall, time.process_time() - cpu

    @contextmanager
    def over(self, stage: str) -> Iterator[None]:
        self.start()
        yield
        self.stop(stage)


async def measure(sources: Sequence[str], *, settings: Settings, stop: Stop) -> Measured:
    """Plan the sources in a scratch folder and send every body to nobody.

    Costs five passes over the rows and room for a run's folder. Raises what planning raises.
    """
    watch = _Watch()
    with tempfile.TemporaryDirectory(prefix="bulkimport-") as scratch:
        run = await _plan(sources, Path(scratch), settings, watch=watch, stop=stop)
        with watch.over("read"):
            await asyncio.to_thread(_read, run, settings)
        cuts = list(planned_cuts(run.folder, run.plan))
        with open_bodies(
            run.plan.sources,
            Index.open(run.folder.path / "index"),
            offload=asyncio.to_thread,
            slice_bytes=settings.slice_bytes,
        ) as bodies:
            await _send(bodies, cuts, settings=settings, watch=watch)
    return _measured(run, watch)


async def _plan(
    sources: Sequence[str], scratch: Path, settings: Settings, *, watch: _Watch, stop: Stop
) -> OpenRun:
    def listen(event: Event, /) -> None:
        # The last of them stays: what follows is the grouping.
        if isinstance(event, Scanned):
            watch.stop("scan")

    request = Request(
        sources=sources,
        destination=NOWHERE,
        endpoint="",
        kind=Kind.PRELABELS,
        runs=scratch,
        shaping=Shaping(incomplete=Incomplete.SEND),
    )
    world = World(settings, SystemClock(), lambda: 0.0, listen, stop, "bulkimport bench")
    watch.start()
    run = await plan_run(request, world)
    watch.stop("plan")
    watch.taken["plan"] = _difference(watch.taken["plan"], watch.taken["scan"])
    return run


def _difference(whole: tuple[float, float], part: tuple[float, float]) -> tuple[float, float]:
    return whole[0] - part[0], whole[1] - part[1]


def _read(run: OpenRun, settings: Settings) -> None:
    def take(block: bytes, offset: int, *, last: bool) -> int:
        del offset, last
        return len(block)

    for source in run.plan.sources:
        with open_plain(Path(source.read_path)) as descriptor:
            walk(descriptor, name=source.name, block_bytes=settings.scan_block_bytes, take=take)


async def _send(bodies: Bodies, cuts: Sequence[Cut], *, settings: Settings, watch: _Watch) -> None:
    parcels = [bodies.parcel(cut) for cut in cuts]
    with watch.over("body"):
        await _each(parcels, lambda parcel: _drain(parcel.open()))
    http = HttpClient(settings=settings, clock=SystemClock())
    try:
        async with discarding() as address:
            with watch.over("send"):
                await _each(parcels, lambda parcel: _post(http, address, parcel))
    finally:
        await http.close()


async def _each(parcels: Sequence[Parcel], call: Callable[[Parcel], Awaitable[None]]) -> None:
    """Call for each parcel, a few at a time as a small limit allows."""
    waiting = iter(parcels)

    async def work() -> None:
        for parcel in waiting:
            await call(parcel)

    await asyncio.gather(*(work() for _ in range(TOGETHER)))


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    async for _ in pieces:
        pass


async def _post(http: HttpClient, address: str, parcel: Parcel) -> None:
    part = FilePart("1", f"{parcel.name}.ndjson", CONTENT_TYPE, parcel.size, parcel.open)
    answer = await http.post(address, Form({}, part), headers={})
    if isinstance(answer, NoAnswer):
        raise InternalError(f"a body did not arrive on loopback: {answer.reason}")


def _measured(run: OpenRun, watch: _Watch) -> Measured:
    totals = run.plan.totals
    given = sum(source.fingerprint.size for source in run.plan.sources)
    sizes = {
        "read": given,
        "scan": given,
        "plan": given,
        "body": totals.bytes,
        "send": totals.bytes,
    }
    rows = {"read": totals.read, "scan": totals.read}
    stages = tuple(
        Stage(
            name,
            seconds=round(seconds, 4),
            cpu_seconds=round(cpu, 4),
            bytes_per_second=round(size / seconds),
            rows_per_second=round(rows.get(name, totals.planned) / seconds),
        )
        for name, size in sizes.items()
        for seconds, cpu in [watch.taken[name]]
    )
    slowest = max(stages, key=lambda stage: stage.seconds)
    return Measured(
        totals.read, totals.rejected, given, totals.shards, stages, bottleneck=slowest.name
    )
