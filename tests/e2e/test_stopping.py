"""Stopping early, by a signal or a limit: the ledger is sound and the run goes on."""

import json
import signal
import subprocess
from collections.abc import Callable

import pytest
from e2e.command import Command, Ended, Running, until

MakeCommand = Callable[..., Command]

ROWS = 400
IN_FOUR = ("--rows-per-shard", "100")
ONE_BY_ONE = (*IN_FOUR, "--max-in-flight", "1")
# A shard of 100 rows has some 17 kB.
A_SECOND = {"fault": "slow-body", "bytes_per_second": 14_000}
TWENTY_SECONDS = {"fault": "slow-body", "bytes_per_second": 900}
# Several blocks of a scan.
PLANNED_SLOWLY = 100_000
NEVER_SETTLES = {"operation": "labelImport", "fault": "throttle", "retry_after": 1}


def sending(command: Command, *words: str) -> Running:
    """Start an import and wait until the sandbox has begun to read its first body."""
    running = command.starts(command.samples(ROWS), *ONE_BY_ONE, *words)
    return running.until(lambda: command.creates() == 1, "the first shard is on the wire")


def goes_on(command: Command, *words: str) -> Ended:
    """Run the same command without faults, to the end, and hold the sandbox against the file."""
    command.suffers()
    source = command.folder / "rows.ndjson"
    ended = command.imports(source, *ONE_BY_ONE, "--quiet-window", "1s", *words).is_exit(0)
    command.holds(source)
    return ended


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143)]
)
def test_a_signal_lets_the_body_on_the_wire_finish_and_starts_no_other(
    make_command: MakeCommand, number: signal.Signals, code: int
) -> None:
    """One shard arrives and is not waited for; the others are unsent, none is in doubt."""
    command = make_command(ROWS)
    command.suffers(A_SECOND, NEVER_SETTLES)
    ended = sending(command).signal(number).ended().is_exit(code)
    report = ended.report
    assert report["state"] == "interrupted"
    assert (report["pending"], report["unsent"], report["in_doubt"]) == (100, 300, 0)
    assert command.creates() == 1
    assert f"bulkimport resume {report['run']}" in ended.err
    goes_on(command)


def test_a_body_that_does_not_finish_within_the_grace_is_in_doubt(
    make_command: MakeCommand,
) -> None:
    """It is looked for by name when the run goes on, and sent again."""
    command = make_command(ROWS)
    command.suffers(TWENTY_SECONDS)
    ended = sending(command, "--grace", "0.3s").signal(signal.SIGTERM).ended().is_exit(143)
    assert (ended.report["unsent"], ended.report["in_doubt"]) == (400, 100)
    assert "may have arrived" in ended.err
    assert goes_on(command).report["accepted"] == ROWS
    assert command.look("SELECT sum(resent), sum(attempts) FROM shard") == [(1, 5)]


def test_a_second_signal_stops_at_once(make_command: MakeCommand) -> None:
    """The body would take longer than we look, and the grace is longer still."""
    command = make_command(ROWS)
    command.suffers(TWENTY_SECONDS)
    running = sending(command, "--grace", "10m").signal(signal.SIGINT)
    running.until_said("stopped by SIGINT").signal(signal.SIGTERM)
    ended = running.ended(seconds=12).is_exit(130)
    assert ended.report["in_doubt"] == 100
    goes_on(command)


def test_a_signal_while_imports_are_waited_for_stops_the_waiting(
    make_command: MakeCommand,
) -> None:
    """Everything is sent; what is not settled is pending, and is settled later."""
    command = make_command(ROWS)
    command.suffers(NEVER_SETTLES)
    running = command.starts(command.samples(ROWS), *IN_FOUR)
    running.until(lambda: command.states()["submitted"] == 4, "all are submitted")
    ended = running.signal(signal.SIGTERM).ended(seconds=20).is_exit(143)
    assert (ended.report["pending"], ended.report["unsent"]) == (ROWS, 0)
    command.suffers()
    command.resumes(ended.folder).is_exit(0)
    assert command.creates() == 0
    command.holds(command.folder / "rows.ndjson")


def test_a_signal_while_planning_sends_nothing_and_leaves_no_plan(
    make_command: MakeCommand,
) -> None:
    """There is nothing to drain: it stops at the next block, and begins anew the next time."""
    command = make_command(10)
    source = command.samples(PLANNED_SLOWLY)
    running = command.starts(source)
    running.until(lambda: any(command.runs.glob("*/partitions")), "it is planning")
    ended = running.signal(signal.SIGTERM).ended(seconds=20).is_exit(143)
    assert "while planning" in ended.err
    assert not any(command.runs.glob("*/plan.json"))
    assert command.creates() == 0
    planned = command.call("plan", *command.importing(source)[1:]).is_exit(0)
    assert json.loads(planned.out)["planned"] == PLANNED_SLOWLY


def test_a_second_signal_ends_the_waiting_for_a_stream(make_command: MakeCommand) -> None:
    """Nothing comes on stdin, so nothing can be drained: it ends all the same."""
    command = make_command(10)
    running = command.start(*command.importing("-"), stdin=subprocess.PIPE)
    running.until(lambda: any(command.runs.glob("*/spool")), "it reads")
    running.signal(signal.SIGINT).until_said("once more stops at once")
    running.signal(signal.SIGTERM).ended(seconds=20).is_exit(130)
    assert not any(command.runs.glob("*/plan.json"))


def test_a_canary_of_so_many_data_rows_goes_first_and_the_rest_later(
    make_command: MakeCommand,
) -> None:
    """`--first 7` sends 7 data rows whole, exit 8; the same without it sends the rest once."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    canary = command.imports(source, *ONE_BY_ONE, "--first", "7").is_exit(8)
    assert (canary.report["accepted"], canary.report["unsent"]) == (70, ROWS - 70)
    account = command.account()
    assert (account["rows"], account["labels_per_data_row"]) == (70, {"1": 7})
    again = command.imports(source, *ONE_BY_ONE, "--first", "7").is_exit(8)
    assert again.report["accepted"] == 70
    goes_on(command)


def test_a_limit_of_bytes_stops_after_whole_shards_each_time(make_command: MakeCommand) -> None:
    """What fits is sent and settled, exit 8; the same command again sends as much once more."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    accepted = []
    for code in (8, 0):
        ended = command.imports(source, *ONE_BY_ONE, "--max-bytes", "40kB").is_exit(code)
        accepted.append(ended.report["accepted"])
        assert ended.report["in_doubt"] == 0
    assert accepted == [200, 400]
    assert command.creates() == 4
    command.holds(source)


def test_a_limit_of_time_drains_and_stops(make_command: MakeCommand) -> None:
    """Exit 8, nothing in doubt; the run goes on later."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({**A_SECOND, "after": 1})
    ended = command.imports(source, *ONE_BY_ONE, "--max-duration", "1.5s").is_exit(8)
    assert ended.report["state"] == "stopped"
    assert ended.report["in_doubt"] == 0
    assert 0 < ended.report["unsent"] < ROWS
    assert "time" in ended.report["reason"]
    goes_on(command)


def test_too_many_failed_rows_stop_the_run_until_more_are_allowed(
    make_command: MakeCommand,
) -> None:
    """The brake: ten rows of an unknown data row fail in the first shard, so later ones wait."""
    command = make_command(ROWS)
    made = list(command.made_up(ROWS))
    unknown = command.key_of(0).encode()
    source = command.write(row.replace(unknown, unknown + b"-nowhere") for row in made)
    command.suffers({**A_SECOND, "after": 1})
    ended = command.imports(source, *ONE_BY_ONE, "--max-failed", "2%").is_exit(8)
    assert ended.report["failed"] == 10
    assert ended.report["unsent"] > 0
    assert "failed.ndjson" in ended.report["reason"]
    command.suffers()
    ended = command.imports(source, *ONE_BY_ONE, "--max-failed", "10").is_exit(3)
    assert (ended.report["failed"], ended.report["accepted"]) == (10, ROWS - 10)
    assert len(ended.failures()) == 10


def test_who_does_not_wait_learns_the_fate_later(make_command: MakeCommand) -> None:
    """`--no-wait` sends all and exits 8 with the rows pending; the same command settles them."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    sent = command.imports(source, *IN_FOUR, "--no-wait").is_exit(8)
    assert (sent.report["pending"], sent.report["accepted"]) == (ROWS, 0)
    status = command.call("status", sent.report["run"], "--json").is_exit(8)
    assert status.report["pending"] == ROWS
    settled = command.imports(source, *IN_FOUR).is_exit(0)
    assert settled.report["accepted"] == ROWS
    assert command.creates() == 4
    command.holds(source)


def test_status_says_that_a_run_is_running_while_it_runs(make_command: MakeCommand) -> None:
    """Also before its ledger is there; the running process is not disturbed."""
    command = make_command(ROWS)
    command.suffers({**A_SECOND, "count": 1})
    running = sending(command)
    status = command.call("status", str(command.run), "--json")
    assert status.report["state"] == "running"
    until(lambda: running.over, "it is over")
    running.ended().is_exit(0)
    command.holds(command.folder / "rows.ndjson")
