"""One program, run as a child and measured by the kernel: wall time, CPU time, peak memory."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"
# NumPy's BLAS, which no side uses, would turn in circles at the start, on a core that another side
# or thread may want; `bulkimport` tells it so itself. Compiled modules are kept, as installed ones.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}


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
    with tempfile.TemporaryDirectory() as scratch:
        numbers = Path(scratch) / "numbers"
        # Without site-packages the process in between starts at once and is small.
        launch = [sys.executable, "-I", "-S", str(PROGRAMS / "launch.py"), str(numbers)]
        ended = subprocess.run(
            [*launch, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
            check=False,
        )
        if ended.returncode != good:
            words = ended.stderr.decode()[-2000:]
            raise Failed(f"{command[:3]} exits with {ended.returncode}: {words}")
        wall, user, system, peak_rss = json.loads(numbers.read_text())
    return Sample(wall, user, system, peak_rss, _told(ended.stdout))


def run_program(
    name: str,
    *arguments: object,
    environment: Mapping[str, str] | None = None,
    python: Path | str = sys.executable,
) -> Sample:
    """Run one of `programs/`, with this interpreter unless another is named."""
    command = [str(python), str(PROGRAMS / f"{name}.py"), *map(str, arguments)]
    return run(command, environment=environment)


def _told(output: bytes) -> dict[str, Any]:
    lines = output.splitlines()
    try:
        told = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
