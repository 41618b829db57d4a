"""The same command again: it goes on, it sends nothing twice, it says what does not match."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.command import Command

ROWS = 200

MakeCommand = Callable[..., Command]


def test_a_finished_run_repeated_sends_nothing(make_command: MakeCommand) -> None:
    """The second invocation gives the same account and makes no request at all."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    first = command.imports(source).is_exit(0)
    command.holds(source)
    command.suffers({"operation": "*", "fault": "reset-before"})
    second = command.imports(source).is_exit(0)
    assert second.report["state"] == first.report["state"] == "finished"
    assert second.report["accepted"] == ROWS
    assert second.report["requests"] == 0
    assert [fault["asked"] for fault in command.sandbox.faults()["faults"]] == [0, 0]


def test_a_second_caller_is_refused_with_the_name_of_the_holder(
    make_command: MakeCommand,
) -> None:
    """While one process works on a run another is told which, and exits with 5."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({"fault": "slow-body", "bytes_per_second": 1000})
    first = command.starts(source)
    first.until(lambda: command.states()["sending"] == 1, "sending")
    second = command.imports(source).is_exit(5)
    assert f"process {first.pid} on" in second.err
    assert "process" in command.resumes(command.run).is_exit(5).err
    assert first.signal(signal.SIGKILL).ended().code == -signal.SIGKILL


def test_a_source_that_changed_before_the_run_finished_stops_it(
    make_command: MakeCommand,
) -> None:
    """Exit 10 and nothing is sent; with the old content the run goes on."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source, "--first", "5").is_exit(8)
    planned = source.read_bytes()
    source.write_bytes(planned.replace(b"vehicle", b"Vehicle", 1))
    command.suffers()
    refused = command.imports(source).is_exit(10)
    assert "has changed since the run was planned" in refused.err
    assert command.creates() == 0
    command.resumes(command.run).is_exit(10)
    source.write_bytes(planned)
    command.imports(source).is_exit(0)
    command.holds(source)


@pytest.mark.parametrize("finished", [False, True])
def test_a_source_whose_mtime_was_touched_is_the_same_source(
    make_command: MakeCommand, *, finished: bool
) -> None:
    """Its bytes are compared, not its times."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source, *(() if finished else ("--first", "5")))
    os.utime(source, (1, 1))
    command.imports(source).is_exit(0)
    command.holds(source)


def test_labels_whose_source_changed_after_the_end_are_not_doubled(
    make_command: MakeCommand,
) -> None:
    """Exit 10 with the way out named; `--again` sends it all once more, as a run of its own."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    first = command.imports(source).is_exit(0)
    source.write_bytes(source.read_bytes().replace(b'"left":', b'"left":1', 1))
    refused = command.imports(source).is_exit(10)
    assert "--again" in refused.err
    assert command.account()["rows"] == ROWS
    again = command.imports(source, "--again").is_exit(0)
    assert again.folder.name == f"{first.folder.name}-2"
    assert command.account()["labels_per_data_row"] == {"2": ROWS // 10}


def test_again_sends_an_unchanged_finished_run_once_more(make_command: MakeCommand) -> None:
    """What is asked for by name is done: two labels on every data row."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source).is_exit(0)
    command.imports(source, "--again").is_exit(0)
    assert command.account()["labels_per_data_row"] == {"2": ROWS // 10}
    command.imports(source).is_exit(0)
    assert command.account()["labels_per_data_row"] == {"2": ROWS // 10}


def test_what_was_asked_again_and_did_not_begin_is_not_sent_without_being_asked(
    make_command: MakeCommand,
) -> None:
    """`--again` failed before there was a plan: the plain command only reports, as before."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    first = command.imports(source).is_exit(0)
    command.imports(source, "--again", key="a-wrong-key").is_exit(6)
    assert command.imports(source).is_exit(0).folder == first.folder
    assert command.account()["labels_per_data_row"] == {"1": ROWS // 10}
    command.imports(source, "--again").is_exit(0)
    assert command.account()["labels_per_data_row"] == {"2": ROWS // 10}


def test_prelabels_whose_source_changed_after_the_end_are_a_new_run(
    make_command: MakeCommand,
) -> None:
    """Pre-labels of the same uuids take the place of the old ones."""
    command = make_command(ROWS, kind="prelabels")
    source = command.samples(ROWS)
    first = command.imports(source).is_exit(0)
    source.write_bytes(source.read_bytes().replace(b'"left":', b'"left":1', 1))
    second = command.imports(source).is_exit(0)
    assert second.folder.name == f"{first.folder.name}-2"
    command.holds(source)


def test_a_source_that_is_gone_stops_an_unfinished_run(make_command: MakeCommand) -> None:
    """The import does not find it; `resume` says which one it needs."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    run = command.imports(source, "--first", "5").is_exit(8).folder
    source.rename(source.with_suffix(".away"))
    assert str(source) in command.imports(source).is_exit(2).err
    assert str(source) in command.resumes(run).is_exit(10).err


def test_another_project_endpoint_or_option_is_another_run(make_command: MakeCommand) -> None:
    """The run is named by what shapes it; how fast it goes shapes nothing."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    first = command.imports(source).is_exit(0)
    same = command.imports(source, "--max-in-flight", "2", "--grace", "1s").is_exit(0)
    assert same.folder == first.folder
    command.imports(source, "--rows-per-shard", "50", "--first", "1").is_exit(8)
    assert len(list(command.runs.iterdir())) == 2


def test_a_sandbox_on_another_port_is_the_same_destination(
    make_command: MakeCommand, make_sandbox: Callable[..., object], tmp_path: Path
) -> None:
    """The port does not count on loopback, so the run goes on after a restart."""
    sandbox = make_sandbox()
    command = make_command(ROWS, sandbox=sandbox)
    source = command.samples(ROWS)
    command.imports(source, "--first", "5").is_exit(8)
    before = command.sandbox.endpoint
    command.sandbox.restart()
    assert command.sandbox.endpoint != before
    command.imports(source).is_exit(0)
    command.holds(source)
    assert len(list(command.runs.iterdir())) == 1
