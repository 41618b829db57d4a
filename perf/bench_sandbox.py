"""The sandbox: rows a second from the first byte to FINISHED with its status file."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import inputs
from compare import Bench, Line, alternate, middle
from importing import KEY, apply_seconds, import_file
from measure import Sample, run_program
from scale import Scale

BAR = 100_000
SECONDS_TO_START = 30


def bench(scale: Scale) -> Bench:
    """Import into a fresh sandbox on this machine; both share its cores."""
    path = inputs.grouped(scale.fewer_rows)

    def once() -> Sample:
        with local_sandbox(scale.fewer_rows) as (endpoint, seeded):
            return import_file(path, endpoint=endpoint, to=f"labelbox:{seeded['project_id']}")

    samples = alternate({"into the sandbox": once}, pairs=min(2, scale.pairs), warm=False)
    rate = scale.fewer_rows / middle(samples["into the sandbox"], apply_seconds)
    done = Bench()
    done.keep(samples)
    done.lines.append(
        Line(
            "sandbox, client included / 100,000 rows/s",
            f"{rate:,.0f} rows/s",
            f"{BAR:,} rows/s",
            rate / BAR,
            at_least=1.0,
        )
    )
    return done


@contextmanager
def local_sandbox(rows: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run a sandbox in a scratch folder, with a project that the rows bind to."""
    scratch = Path(tempfile.mkdtemp(prefix="sandbox-", dir=inputs.folder()))
    ready = scratch / "ready.json"
    seeded = run_program("seed_sandbox", scratch / "data", rows).told
    command = [sys.executable, "-m", "bulkimport", "sandbox", "--dir", str(scratch / "data")]
    with subprocess.Popen(
        [*command, "--port", "0", "--ready-file", str(ready)],
        env={**os.environ, **KEY},
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield _ready(ready)["graphql"], seeded
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(scratch, ignore_errors=True)


def _ready(path: Path) -> dict[str, Any]:
    until = time.monotonic() + SECONDS_TO_START
    while not path.exists():
        if time.monotonic() > until:
            raise TimeoutError("the sandbox does not start")
        time.sleep(0.05)
    told: dict[str, Any] = json.loads(path.read_text())
    return told
