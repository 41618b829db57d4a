"""The sink: built when it is not, started for one measurement, ended with its totals."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CRATE = Path(__file__).parent / "sink"
PROGRAM = CRATE / "target" / "release" / "sink"
ONE_GIGABIT = 1_000_000_000


@dataclass
class Sink:
    """A sink that listens at `endpoint`; `totals` are there once it has ended."""

    endpoint: str
    totals: dict[str, Any] = field(default_factory=dict)

    @property
    def cpu(self) -> float:
        """CPU seconds that it took itself."""
        return float(self.totals["cpu_user"] + self.totals["cpu_system"])


def build() -> None:
    """Build the sink, or find that it is built."""
    manifest = str(CRATE / "Cargo.toml")
    command = ["cargo", "build", "--release", "--quiet", "--locked", "--manifest-path", manifest]
    subprocess.run(command, check=True)


@contextmanager
def sink(*, bits_per_second: int | None = None) -> Iterator[Sink]:
    """Run a fresh sink for as long as the `with` lasts."""
    command = [str(PROGRAM)]
    if bits_per_second is not None:
        command += ["--bits-per-second", str(bits_per_second)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        one = Sink(process.stdout.readline().strip())
        try:
            yield one
        finally:
            output, _ = process.communicate()
            one.totals.update(json.loads(output))
