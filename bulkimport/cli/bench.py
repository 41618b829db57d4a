"""`bulkimport bench`: how fast each stage is on this machine, with the caller's own rows."""

import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from bulkimport.api import run
from bulkimport.cli.options import Json, Sources, Verbose
from bulkimport.cli.output import print_json, say
from bulkimport.cli.signals import stopped_by_signals
from bulkimport.engine.measuring import Measured, measure
from bulkimport.report.numbers import counted, size
from bulkimport.settings import Settings

PACKAGES = ("bulkimport", "aiohttp", "uvloop", "numpy", "orjson")


def bench(sources: Sources, json: Json = False, verbose: Verbose = False) -> None:
    """Measure reading, checking, planning and sending of these rows; nothing leaves the machine."""
    measured = run(_measured(sources))
    if json:
        print_json({**asdict(measured), "machine": machine()})
    else:
        for line in lines(measured):
            say(line)


async def _measured(sources: list[str]) -> Measured:
    async with stopped_by_signals() as stop:
        return await measure(sources, settings=Settings(), stop=stop)


def machine() -> dict[str, Any]:
    """What the numbers hang on."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def lines(measured: Measured) -> list[str]:
    """One line a stage, and which of them bounds an import."""
    heading = (
        f"{counted(measured.rows, 'row')}, {size(measured.bytes)},"
        f" {counted(measured.shards, 'shard')}; {os.cpu_count()} cores"
    )
    table = [
        f"{stage.name:<5} {stage.seconds:9.3f} s {stage.cpu_seconds:9.3f} CPU s"
        f" {size(stage.bytes_per_second):>12}/s {stage.rows_per_second:>14,} rows/s"
        for stage in measured.stages
    ]
    return [heading, *table, f"the slowest stage here is: {measured.bottleneck}"]
