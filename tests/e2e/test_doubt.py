"""The lost reply and the late commit: found by name and adopted, or listed as unknown."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from e2e.command import Command, Ended
from support.sandbox import Sandbox

from bulkimport.sandbox.store import Store

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]

ROWS = 400
IN_FOUR = ("--rows-per-shard", "100")
WINDOW = ("--quiet-window", "1s")
SHORT_WINDOW = ("--quiet-window", "0.6s")
# The first send is committed long after the window, and long before the second send, after those
# of the other three shards, has arrived.
LATE = (
    {"fault": "late-commit", "seconds": 2.2, "count": 1},
    {"fault": "slow-body", "bytes_per_second": 5_000, "after": 3},
)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("labels", "reset-after"),
        ("labels", "error-after"),
        ("labels", "truncated-reply"),
        ("prelabels", "reset-after"),
    ],
)
def test_a_shard_whose_reply_was_lost_is_adopted_and_not_sent_again(
    make_command: MakeCommand, fault: str, kind: str
) -> None:
    """Every reply is lost, and yet each shard is sent once: the import is found by its name."""
    command = make_command(ROWS, kind=kind)
    source = command.samples(ROWS)
    command.suffers({"fault": fault})
    ended = command.imports(source, *IN_FOUR).is_exit(0)
    assert command.creates() == 4
    assert command.account()["imports"] == {"FINISHED": 4}
    assert command.look("SELECT sum(adopted), sum(resent), sum(attempts) FROM shard") == [(4, 0, 4)]
    assert ended.report["retries"] == 4
    command.holds(source)


@pytest.mark.parametrize("fault", ["reset-before", "error-before", "throttle"])
def test_a_shard_that_did_not_arrive_is_sent_again(make_command: MakeCommand, fault: str) -> None:
    """Nothing is found by name over the quiet window, so it goes once more; nothing is adopted."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({"fault": fault, "count": 2})
    command.imports(source, *IN_FOUR, *WINDOW).is_exit(0)
    assert command.creates() == 6
    assert command.look("SELECT sum(adopted), sum(attempts) FROM shard") == [(0, 6)]
    command.holds(source)


def test_a_commit_that_comes_late_within_the_window_is_adopted(make_command: MakeCommand) -> None:
    """The import is asked for until the window is over, and found."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({"fault": "late-commit", "seconds": 0.7, "count": 2})
    command.imports(source, *IN_FOUR, "--quiet-window", "10s").is_exit(0)
    assert command.creates() == 4
    assert command.look("SELECT sum(adopted), sum(resent) FROM shard") == [(2, 0)]
    command.holds(source)


def test_a_commit_after_the_window_is_no_second_import_where_names_are_unique(
    make_command: MakeCommand,
) -> None:
    """The second send meets the name that the first has taken meanwhile, and adopts it."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers(*LATE)
    command.imports(source, *IN_FOUR, *SHORT_WINDOW).is_exit(0)
    assert command.creates() == 5
    assert command.account()["imports"] == {"FINISHED": 4}
    assert command.look("SELECT sum(adopted), sum(resent) FROM shard") == [(1, 1)]
    command.holds(source)


def test_a_commit_after_the_window_is_listed_as_unknown_where_names_are_not_unique(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """Two imports carry the name: which one counts is not guessed.

    Exit 9, each row named, the other shards accepted; the same command says it again and sends
    nothing.
    """
    command = make_command(ROWS, sandbox=make_sandbox("--no-unique-names"))
    source = command.samples(ROWS)
    command.suffers(*LATE)
    ended = command.imports(source, *IN_FOUR, *SHORT_WINDOW).is_exit(9)
    assert command.creates() == 5
    names_the_unknown(command, ended, shards=1, rows=100)
    assert ended.report["accepted"] == 300
    command.suffers()
    again = command.imports(source, *IN_FOUR, *SHORT_WINDOW).is_exit(9)
    names_the_unknown(command, again, shards=1, rows=100)
    assert again.report["unknown_shards"] == ended.report["unknown_shards"]
    assert command.creates() == 0


def names_the_unknown(command: Command, ended: Ended, *, shards: int, rows: int) -> None:
    """Fail unless the report, the ledger, the text and RUN/unknown/ name the same shards."""
    report = ended.report
    assert report["state"] == "finished"
    assert report["unknown"] == rows
    assert len(report["unknown_shards"]) == shards
    listed = ended.unknown()
    assert sorted(listed) == sorted(report["unknown_shards"])
    lines = [line for each in listed.values() for line in each]
    assert len(lines) == rows
    assert all(line["errors"] and line["row"] for line in lines)
    found = command.look("SELECT name FROM shard WHERE state = 'unknown'")
    assert [name for (name,) in found] == report["unknown_shards"]
    for name in report["unknown_shards"]:
        assert name in ended.err


def test_a_stranger_under_our_name_is_never_adopted(make_command: MakeCommand) -> None:
    """An import of the planned name with other rows in it: refused, not taken for ours."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source, "--max-bytes", "1").is_exit(8)
    [(name,)] = command.look("SELECT name FROM shard")
    other = command.write(list(command.made_up(ROWS))[:10], "stranger.ndjson")
    create_under(command, name, other.read_bytes())
    ended = command.imports(source, *WINDOW).is_exit(3)
    assert ended.report["failed"] == ROWS
    assert "carries other rows than ours" in json.dumps(ended.failures()[0]["errors"])
    assert command.account()["rows"] == 10


def create_under(command: Command, name: str, body: bytes) -> None:
    """Create an import of this name by hand and wait until it is finished."""
    import requests  # noqa: PLC0415 - only this test talks for itself

    query = (
        "mutation($p: ID!, $n: String!, $f: Upload!, $l: Int!) { createLabelImport(data: "
        "{projectId: $p, name: $n, filePayload: {file: $f, contentLength: $l}}) { id } }"
    )
    variables = {"p": command.project, "n": name, "f": None, "l": len(body)}
    reply = requests.post(
        command.sandbox.graphql,
        headers={"Authorization": f"Bearer {command.key}"},
        files=[
            ("operations", (None, json.dumps({"query": query, "variables": variables}))),
            ("map", (None, '{"1": ["variables.f"]}')),
            ("1", ("rows.ndjson", body, "application/x-ndjson")),
        ],
        timeout=20,
    )
    assert reply.json()["data"], reply.text


def test_an_import_that_is_gone_when_it_is_asked_for_is_unknown(make_command: MakeCommand) -> None:
    """Somebody deleted it at the destination: its rows are named, not taken for accepted."""
    command = make_command(ROWS, kind="prelabels")
    source = command.samples(ROWS)
    command.imports(source, "--no-wait").is_exit(8)
    forget_imports(command.sandbox)
    ended = command.imports(source, *WINDOW).is_exit(9)
    names_the_unknown(command, ended, shards=1, rows=ROWS)


def forget_imports(sandbox: Sandbox) -> None:
    """Delete every import, as its owner can."""
    with closing(Store(sandbox.dir)) as store, store.writing() as db:
        db.execute("DELETE FROM annotation_import WHERE state = 'FINISHED'")


def test_status_rows_that_never_come_back_are_unknown(make_command: MakeCommand) -> None:
    """The status file lacks its last lines: those rows are named, the others are accepted."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({"fault": "drop-status-rows", "rows": 3})
    ended = command.imports(source).is_exit(9)
    assert (ended.report["accepted"], ended.report["unknown"]) == (ROWS - 3, 3)
    [lines] = ended.unknown().values()
    assert [line["row"] for line in lines] == last_rows(command, 3)


def last_rows(command: Command, count: int) -> list[dict[str, Any]]:
    """The last rows of the file."""
    return [json.loads(row) for row in list(command.made_up(ROWS))[-count:]]
