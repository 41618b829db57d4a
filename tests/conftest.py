"""The sandbox as a fixture: one for a test, or one for many."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from support.sandbox import Sandbox

from bulkimport.sandbox.audit import audit_file

# How long an example takes says nothing on a busy machine; every test has a time limit anyway.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture
def make_sandbox(tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes: `make_sandbox("--no-unique-names", faults={...}, name="other")`."""
    made: list[Sandbox] = []

    def make(
        *options: str, faults: Mapping[str, Any] | None = None, name: str = "sandbox"
    ) -> Sandbox:
        made.append(Sandbox(tmp_path / name))
        return made[-1].start(*options, faults=faults)

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """Start a sandbox with nothing in it."""
    return make_sandbox()


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Start one sandbox for many tests: each makes a project of its own in it."""
    sandbox = Sandbox(tmp_path_factory.mktemp("shared") / "sandbox").start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def digests() -> Callable[[Path], dict[str, Any]]:
    """Digest an NDJSON file as the audit digests what is stored."""
    return audit_file
