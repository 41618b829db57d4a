"""One program, run as a child and measured by the kernel: wall time, CPU time, peak memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Sample:
    """What one run cost. `told` is the last line of its output, read as JSON."""

    wall: float
    user: float
    system: float
    peak_rss: int
    told: dict[str, Any]

    @property
    def cpu(self) -> float:
        """CPU seconds, user and system."""
        return self.user + self.system

    def document(self) -> dict[str, Any]:
        """All numbers, for the raw results."""
        return asdict(self)


class Failed(RuntimeError):
    """A program that is measured did not end well."""


def run(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, good: int = 0
) -> Sample:
    """Run a command to its end. Raises Failed, with its last words, unless it exits with `good`."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    ) as process:
        began = time.perf_counter()
        assert process.stdout is not None
        assert process.stderr is not None
        # A command that is measured says little, so neither pipe fills while the other is read.
        output, words = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != good:
        raise Failed(f"{command[:3]} exits with {process.returncode}: {words.decode()[-2000:]}")
    return Sample(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024, _told(output))


def run_program(
    name: str, *arguments: object, environment: Mapping[str, str] | None = None
) -> Sample:
    """Run one of `programs/` with this interpreter."""
    command = [sys.executable, str(PROGRAMS / f"{name}.py"), *map(str, arguments)]
    return run(command, environment=environment)


def _told(output: bytes) -> dict[str, Any]:
    lines = output.splitlines()
    try:
        told = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
