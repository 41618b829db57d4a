"""Every bench runs, so that none rots: once, with few rows, and nothing is held against a bar."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS = (
    "scan",
    "check",
    "move",
    "import",
    "link",
    "masks",
    "coco",
    "memory",
    "sandbox",
    "data_rows",
    "labellerr",
)


@pytest.fixture(scope="module", autouse=True)
def _programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The folder of programs as a place to import from, and inputs in a place of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "perf"))
        patch.setenv("BULKIMPORT_PERF_DIR", str(tmp_path_factory.mktemp("perf")))
        # No test installs anything.
        patch.setenv("BULKIMPORT_PEER_PYTHON", "")
        importlib.import_module("sinking").build()
        yield


@pytest.mark.timeout(180)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_bench_brings_home_lines_and_the_samples_behind_them(subject: str) -> None:
    """Each line has a subject, and a ratio above nothing where there was a peer."""
    scale = importlib.import_module("scale").Scale(rows=1_000, pairs=1, scan_pairs=1, warm=False)
    done = importlib.import_module(f"bench_{subject}").bench(scale)
    assert done.lines
    assert done.samples
    for line in done.lines:
        assert line.ratio is None or line.ratio > 0
        assert line.ratio is not None or line.note


def test_the_command_tells_of_a_subject_that_it_does_not_know() -> None:
    """A wrong word ends with a sentence and not with a table."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "perf" / "bench.py"), "everything"],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "scan, check, move, import, link, masks, coco, memory, sandbox, data_rows" in done.stderr
