"""`bulkimport demo`: one word, a rehearsal to the end; killed and typed again it goes on."""

import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.command import Command, Ended, Running

ROWS = "20000"
# Many data rows, so that the project takes a while to be made.
MANY_ROWS = "300000"


@pytest.fixture
def command(make_command: Callable[..., Command], tmp_path: Path) -> Iterator[Command]:
    """Give a folder to rehearse in; a sandbox that a killed demo left behind is stopped."""
    made = make_command(10)
    yield made
    for ready in stage(made).glob("*/sandbox/ready.json"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(json.loads(ready.read_text())["pid"], signal.SIGTERM)


def stage(command: Command) -> Path:
    """The demo's folder."""
    return command.folder / "demo"


def words(command: Command, rows: str = ROWS) -> list[str]:
    """The words of a demo."""
    return ["demo", "--dir", str(stage(command)), "--rows", rows, "--json"]


def killed(running: Running) -> None:
    """Kill it and see that it died of that."""
    assert running.signal(signal.SIGKILL).ended().code == -signal.SIGKILL


def ends_well(ended: Ended, rows: str = ROWS) -> None:
    """Fail unless everything arrived once and people are told where to look."""
    ended.is_exit(0)
    assert ended.report["accepted"] == int(rows)
    assert "nothing lost, nothing twice" in ended.err
    for what in ("run folder:", "sandbox:", "audit:"):
        assert what in ended.err


def test_it_ends_well_in_one_go_and_says_where_to_look(command: Command) -> None:
    """The second time it has nothing to do, and says the same."""
    ends_well(command.call(*words(command)))
    again = command.call(*words(command))
    ends_well(again)
    assert again.report["requests"] == 0


def test_killed_while_it_imports_it_goes_on_when_typed_again(command: Command) -> None:
    """The sandbox that was left behind is taken over; nothing is lost or doubled."""
    running = command.start(*words(command))
    running.until(lambda: any(stage(command).glob("*/runs/*/ledger.sqlite")), "it imports")
    killed(running)
    ends_well(command.call(*words(command)))


@pytest.mark.long
def test_killed_while_it_makes_its_project_it_goes_on_when_typed_again(command: Command) -> None:
    """What was half made is made whole."""
    running = command.start(*words(command, MANY_ROWS))
    running.until_said("making a project")
    running.until(lambda: project_is_begun(stage(command)), "the project is begun")
    killed(running)
    again = command.start(*words(command, MANY_ROWS))
    ends_well(again.ended(), MANY_ROWS)


def project_is_begun(folder: Path) -> bool:
    """Whether anything but the empty tables is in the sandbox's store or its log."""
    return sum(path.stat().st_size for path in folder.glob("*/sandbox/sandbox.sqlite*")) > 1 << 20
