"""What a start costs, told by what it loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Weight that only some commands need: compilers, the sandbox and its server.
HEAVY = ("numba", "llvmlite", "graphql", "aiohttp.web", "bulkimport.sandbox")
ROW = {
    "dataRow": {"globalKey": "a.jpg"},
    "name": "car",
    "bbox": {"top": 1, "left": 2, "height": 3, "width": 4},
}
# What `status` says of a run that is planned and not sent.
RESUMABLE = 8
PROBE = """
import json, sys
from bulkimport.cli.main import main
try:
    main()
except SystemExit as stop:
    code = stop.code or 0
else:
    code = 0
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def modules_after(*words: str, cwd: Path, code: int = 0) -> set[str]:
    """The modules in memory when a command of the program has ended as it should."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words], cwd=cwd, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["code"] == code, done.stdout
    return set(told["modules"])


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    """The commands that must start at once, on a source of one row."""
    source = folder / "rows.ndjson"
    source.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    return {
        "help": ("--help",),
        "import help": ("import", "--help"),
        "check": ("check", str(source)),
        "plan": ("plan", str(source), "--to", "labelbox:project", "--kind", "labels"),
        "runs": ("runs", "list"),
    }


@pytest.mark.parametrize("command", ["help", "import help", "check", "plan", "runs"])
def test_a_light_command_loads_no_heavy_library(command: str, tmp_path: Path) -> None:
    """Neither a compiler nor a server is loaded to print help or to plan a plain file."""
    loaded = modules_after(*commands(tmp_path)[command], cwd=tmp_path)

    assert "bulkimport.cli.main" in loaded
    assert sorted(loaded & set(HEAVY)) == []


def test_status_of_a_run_loads_no_heavy_library(tmp_path: Path) -> None:
    """Looking at a run is as light as planning it."""
    modules_after(*commands(tmp_path)["plan"], cwd=tmp_path)
    [run] = (tmp_path / ".bulkimport" / "runs").iterdir()

    loaded = modules_after("status", str(run), cwd=tmp_path, code=RESUMABLE)

    assert sorted(loaded & set(HEAVY)) == []


def test_the_package_itself_loads_next_to_nothing() -> None:
    """`import bulkimport` waits until a name is asked for."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import bulkimport, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert [name for name in loaded if name.startswith("bulkimport")] == ["bulkimport"]


THREADS = """
import os, sys
from contextlib import suppress
from bulkimport.__main__ import main
sys.argv = ["bulkimport", "--version"]
with suppress(SystemExit):
    main()
print(len(os.listdir("/proc/self/task")), "numpy" in sys.modules)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_a_start_leaves_no_threads_of_a_library_behind() -> None:
    """NumPy's BLAS would start one for each processor, and let it turn in circles."""
    done = subprocess.run(
        [sys.executable, "-c", THREADS], capture_output=True, text=True, check=True
    )

    assert done.stdout.split()[-2:] == ["1", "True"]
