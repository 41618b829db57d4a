"""What was made in a sandbox is told without ids and times, so that two can be compared."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.sandbox import Sandbox


def made(places: dict[str, Any]) -> tuple[Any, Any]:
    """The only dataset and the only project."""
    [dataset], [project] = places["datasets"], places["projects"]
    return dataset, project


def test_two_sandboxes_filled_alike_are_told_alike(tmp_path: Path) -> None:
    """And one data row more is a difference, of the dataset and of its batch."""
    one, two, more = (Sandbox(tmp_path / name) for name in ("one", "two", "more"))
    for sandbox, count in ((one, 3), (two, 3), (more, 4)):
        sandbox.seed(count)

    dataset, project = made(one.places())
    other_dataset, other_project = made(more.places())

    assert one.places() == two.places()
    assert (dataset["data_rows"], project["batches"][0]["data_rows"]) == (3, 3)
    assert dataset["digest"] == project["batches"][0]["digest"]
    assert other_dataset["digest"] != dataset["digest"]
    assert other_project["ontology"] == project["ontology"]
    assert project["ontology"]["features"] == 4


def test_the_command_prints_it(tmp_path: Path) -> None:
    """`bulkimport sandbox audit --places`, whether the sandbox runs or not."""
    sandbox = Sandbox(tmp_path / "sandbox")
    sandbox.seed(1)
    words = ("sandbox", "audit", "--dir", str(sandbox.dir), "--places")

    told = subprocess.run(
        [sys.executable, "-m", "bulkimport", *words], capture_output=True, check=True
    )

    assert json.loads(told.stdout) == sandbox.places()
