"""What people see while a run works: a live line on a terminal, a heartbeat a minute elsewhere."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bulkimport.cli.options import LogForm
from bulkimport.cli.output import say
from bulkimport.cli.signals import stopped_by_signals
from bulkimport.clock import SystemClock
from bulkimport.engine.shutdown import Stop
from bulkimport.events import (
    Event,
    Listener,
    OutageBegan,
    OutageEnded,
    Planned,
    Resumed,
    Split,
    Stopping,
)
from bulkimport.report.heartbeat import EVERY, Heartbeat
from bulkimport.report.numbers import counted, duration, size

Result = TypeVar("Result")
Call = Callable[[Listener, Stop], Awaitable[Result]]
SECONDS_PER_DRAWING = 0.2


async def told(call: Call[Result], *, log_format: LogForm) -> Result:
    """Run `call` with a listener that tells people and a stop that listens to signals."""
    async with stopped_by_signals() as stop:
        return await _told(call, stop, log_format)


async def _told(call: Call[Result], stop: Stop, log_format: LogForm) -> Result:
    with _heartbeat(log_format) as heart:

        def listener(event: Event, /) -> None:
            heart(event)
            if log_format is LogForm.TEXT and (line := news(event)):
                say(line)

        beating = asyncio.create_task(heart.run())
        try:
            return await call(listener, stop)
        finally:
            beating.cancel()


def news(event: Event) -> str:
    """What is worth a line at once, on a terminal and off it; empty for the rest."""
    line = ""
    match event:
        case Planned():
            line = (
                f"planned {counted(event.rows, 'row')} on {counted(event.data_rows, 'data row')} "
                f"in {counted(event.shards, 'shard')}, {size(event.bytes)}"
            )
        case Resumed():
            line = f"going on: {event.settled:,} of {counted(event.shards, 'shard')} were settled"
        case OutageBegan():
            line = f"the destination is away ({event.reason}); waiting for it"
        case OutageEnded():
            line = f"the destination is back after {duration(event.seconds)}"
        case Split():
            line = f"{event.shard} goes on as {event.parts} shards: {event.reason}"
        case Stopping():
            line = f"{event.reason}; uploads under way have {duration(event.grace)}"
    return line


@contextmanager
def _heartbeat(log_format: LogForm) -> Iterator[Heartbeat]:
    as_json = log_format is LogForm.JSON
    if as_json or not sys.stderr.isatty():
        yield Heartbeat(SystemClock(), say, as_json=as_json, every=EVERY)
        return
    console = Console(stderr=True)
    with Live(console=console, transient=True, auto_refresh=False) as live:

        def draw(line: str) -> None:
            live.update(Text(line, overflow="ellipsis", no_wrap=True), refresh=True)

        yield Heartbeat(SystemClock(), draw, every=SECONDS_PER_DRAWING)
