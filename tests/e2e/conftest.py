"""A project in a sandbox and the command that imports into it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command, data_rows_of
from support.sandbox import Sandbox

from bulkimport.sandbox.samples import ONTOLOGY, data_row_key


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Count the projects, since global keys are unique in a sandbox."""
    return count(1)


@pytest.fixture
def make_command(
    shared_sandbox: Sandbox, tmp_path: Path, numbers: Iterator[int]
) -> Iterator[Callable[..., Command]]:
    """Make a project for so many made-up rows, or with these keys, and the command for it."""
    made: list[Command] = []

    def make(
        rows: int = 0,
        *,
        keys: Iterable[str] | None = None,
        ontology: Mapping[str, Any] = ONTOLOGY,
        media: str = "image",
        kind: str = "labels",
        sandbox: Sandbox = shared_sandbox,
    ) -> Command:
        folder = tmp_path / f"work-{len(made)}"
        folder.mkdir()
        tag = f"{next(numbers)}-"
        names = keys or [tag + data_row_key(n) for n in range(data_rows_of(rows))]
        project = sandbox.seed(keys=names, ontology=ontology, media=media)["project_id"]
        made.append(Command(folder, sandbox, project=project, kind=kind, tag=tag))
        made[-1].suffers()
        return made[-1]

    yield make
    for each in made:
        for running in each.started:
            running.stop()
    if any(each.sandbox is shared_sandbox for each in made):
        shared_sandbox.faults({})
