"""Starts a sandbox and stops it."""

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

import orjson
import uvloop
from aiohttp import web

from bulkimport.clock import Clock, SystemClock
from bulkimport.disk import replace_file
from bulkimport.errors import RunHeld
from bulkimport.sandbox.gateway import Gateway
from bulkimport.sandbox.labellerr.gateway import LabellerrGateway
from bulkimport.sandbox.mishaps import Mishaps
from bulkimport.sandbox.rest import Rest
from bulkimport.sandbox.service import Service
from bulkimport.sandbox.settings import HOST, SandboxSettings
from bulkimport.sandbox.tiers import LIMITS
from bulkimport.sandbox.worker import Worker

BODY_MAX: Final = 1 << 28
DRAIN_SECONDS: Final = 5.0


def run(settings: SandboxSettings) -> None:
    """Serve in this thread until a signal; see `serve`."""
    uvloop.run(serve(settings))


async def serve(settings: SandboxSettings) -> None:
    """Serve until SIGTERM or SIGINT, then close cleanly.

    Prints the address on stderr and writes `settings.ready_file` once requests are taken. Raises
    RunHeld when another sandbox works on the same folder.
    """
    stop = asyncio.Event()
    async with running(settings, SystemClock()) as sandbox:
        # An import that breaks is our own mistake: end, and let the exception be seen.
        sandbox.importing.add_done_callback(lambda _: stop.set())
        announce(sandbox.address, settings.ready_file)
        with stopped_by_signals(stop):
            await stop.wait()


@dataclass(frozen=True)
class Running:
    """A sandbox that takes requests: its address, and the task that runs its imports."""

    address: str
    importing: asyncio.Task[None]


@contextlib.asynccontextmanager
async def running(settings: SandboxSettings, clock: Clock) -> AsyncIterator[Running]:
    """Serve while inside; what is unfinished at the end goes on at the next start."""
    with held(settings.folder):
        service = Service(settings, clock)
        mishaps = Mishaps(settings.faults, clock)
        gateway = Gateway(
            service,
            settings.key,
            mishaps=mishaps,
            clock=clock,
            requests_per_minute=LIMITS[settings.tier].requests_per_minute,
        )
        labellerr = LabellerrGateway(
            service.store, service.files, settings.labellerr, mishaps=mishaps, clock=clock
        )
        rest = Rest(service, settings, clock)
        workers = (service.importer, labellerr.runner)
        runner = await _listening([*gateway.routes(), *rest.routes(), *labellerr.routes()])
        importing = asyncio.create_task(_work(workers))
        try:
            yield Running(await _address(runner, settings.port), importing)
        finally:
            await runner.cleanup()
            await mishaps.close()
            for worker in workers:
                worker.close()
            await importing
            service.store.close()


async def _work(workers: Iterable[Worker[Any]]) -> None:
    """Let all work until they are closed; one that breaks ends all."""
    async with asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(worker.run())


async def _listening(routes: list[web.RouteDef]) -> web.AppRunner:
    app = web.Application(client_max_size=BODY_MAX)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    return runner


async def _address(runner: web.AppRunner, port: int) -> str:
    await web.TCPSite(runner, HOST, port).start()
    host, bound = runner.addresses[0][:2]
    return f"http://{host}:{bound}"


def announce(address: str, ready_file: Path | None) -> None:
    """Tell people and programs where the sandbox listens."""
    if ready_file is not None:
        told = {
            "endpoint": address,
            "graphql": f"{address}/graphql",
            "rest": f"{address}/api/v1",
            "labellerr": address,
            "pid": os.getpid(),
        }
        replace_file(ready_file, orjson.dumps(told))
    print(f"sandbox listens on {address}", file=sys.stderr, flush=True)  # noqa: T201 - the talk


@contextlib.contextmanager
def stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[TextIO]:
    """Hold a folder for one server; the lock ends with the process, however it ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunHeld("another sandbox works here", place=str(folder)) from error
        yield lock
