"""The durable record of work in named steps: one small JSON file, replaced whole at each change.

    {"digest": "…", "steps": {"dataset": {"state": "done", "facts": {"id": "…"}}, …}}

A step is `planned` until it is written down otherwise; `intended` means that anything may have
happened; `done` that its facts are what came of it. A change whose call returned is on disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import orjson

from bulkimport.disk import disk_trouble_at, replace_file
from bulkimport.errors import RunMismatch

FILE_NAME: Final = "steps.json"


class StepState(StrEnum):
    """How far a step is."""

    PLANNED = "planned"
    INTENDED = "intended"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """One step and what is known of it."""

    state: StepState = StepState.PLANNED
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state is StepState.DONE

    @property
    def intended(self) -> bool:
        """Whether an earlier process may have begun it."""
        return self.state is StepState.INTENDED


class Steps:
    """The steps of one piece of work; each change costs two fsyncs and the size of the file."""

    def __init__(self, path: Path, digest: str, steps: dict[str, Step]) -> None:
        """Hold what is written at `path`; use `open`."""
        self._path = path
        self._digest = digest
        self._steps = steps

    @classmethod
    def open(cls, folder: Path, *, digest: str) -> "Steps":
        """Read the steps in `folder`, or begin with none; nothing is written yet.

        Raises RunMismatch when they are of other work than `digest` names.
        """
        path = folder / FILE_NAME
        if not path.exists():
            return cls(path, digest, {})
        with disk_trouble_at(path):
            content = orjson.loads(path.read_bytes())
        if content["digest"] != digest:
            raise RunMismatch(
                "what was asked for has changed since it was begun",
                place=str(folder),
                remedy="ask as before, or remove this folder to begin anew",
            )
        steps = {
            name: Step(StepState(step["state"]), step["facts"])
            for name, step in content["steps"].items()
        }
        return cls(path, digest, steps)

    def __getitem__(self, name: str) -> Step:
        """The step of this name; planned when nothing is written of it."""
        return self._steps.get(name, Step())

    def intend(self, name: str, **facts: object) -> None:
        """Write down that a step is about to begin, with what must be known to take it up."""
        self._write(name, Step(StepState.INTENDED, facts))

    def finish(self, name: str, **facts: object) -> None:
        """Write down that a step is done, and what came of it."""
        self._write(name, Step(StepState.DONE, facts))

    def all(self) -> dict[str, Step]:
        """Every step that something is written of, in the order of their first writing."""
        return dict(self._steps)

    def _write(self, name: str, step: Step) -> None:
        self._steps[name] = step
        steps = {
            name: {"state": step.state, "facts": dict(step.facts)}
            for name, step in self._steps.items()
        }
        replace_file(self._path, orjson.dumps({"digest": self._digest, "steps": steps}))
