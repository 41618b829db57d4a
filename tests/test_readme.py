"""The README's commands and its Python are run as they stand there, against the sandbox."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bulkimport.sandbox import samples

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
ROWS = 200
COCO = """{
  "images": [{"id": 1, "file_name": "a.jpg", "width": 60, "height": 40}],
  "categories": [{"id": 1, "name": "car"}],
  "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [2, 1, 4, 3], "area": 12,
                   "iscrowd": 0, "segmentation": [[2, 1, 6, 1, 6, 4, 2, 4]]}]
}"""


def commands() -> list[str]:
    """Every line of the README that begins with our command."""
    lines = re.findall(r"^ {4}(bulkimport .+)$", README, re.MULTILINE)
    return [line.split("#")[0].strip() for line in lines]


@pytest.fixture
def place(tmp_path: Path, sandbox: Any) -> dict[str, str]:
    """A folder with rows.ndjson, a project for them, and an environment that points there."""
    (tmp_path / "rows.ndjson").write_bytes(b"".join(row + b"\n" for row in samples.rows(ROWS)))
    (tmp_path / "instances.json").write_text(COCO)
    keys = ["a.jpg", *map(samples.data_row_key, range(ROWS // samples.ROWS_PER_DATA_ROW))]
    tool = {"tool": "rectangle", "name": "car"}
    ontology = {**samples.ONTOLOGY, "tools": [*samples.ONTOLOGY["tools"], tool]}
    project = sandbox.seed(keys=keys, ontology=ontology)["project_id"]
    return {
        **os.environ,
        "LABELBOX_API_KEY": sandbox.key,
        "LABELBOX_ENDPOINT": sandbox.graphql,
        "PROJECT_ID": project,
        "FOLDER": str(tmp_path),
    }


def run_words(words: list[str], place: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run our command in the place."""
    return subprocess.run(
        [sys.executable, "-m", "bulkimport", *words],
        cwd=place["FOLDER"],
        env=place,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_command_of_the_readme_runs(place: dict[str, str]) -> None:
    """A reader who types the commands in their order gets no error; the import makes the run."""
    run = ""
    told = []
    for line in commands():
        if line.startswith("bulkimport sandbox"):
            continue
        words = shlex.split(line.replace("PROJECT_ID", place["PROJECT_ID"]).replace("RUN", run))
        done = run_words(words[1:], place)
        told.append((line, done.returncode, done.stderr))
        found = re.search(r"run folder: (\S+)", done.stderr)
        run = found.group(1) if found else run

    assert len(told) >= 6
    assert [one for one in told if one[1] != 0] == []


def test_the_python_of_the_readme_runs(place: dict[str, str]) -> None:
    """The README's Python imports its one row and says so."""
    code = re.search(r"```python\n(.+?)```", README, re.DOTALL)
    assert code is not None

    done = subprocess.run(
        [sys.executable, "-c", code.group(1).replace("PROJECT_ID", place["PROJECT_ID"])],
        cwd=place["FOLDER"],
        env=place,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "1 of 1\n"), done.stderr
