"""A destination that refuses the key, is away, comes back, or asks to come later."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import requests
from e2e.command import Command
from support.sandbox import Sandbox

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]

ROWS = 400
IN_FOUR = ("--rows-per-shard", "100")
ONE_BY_ONE = (*IN_FOUR, "--max-in-flight", "1")
WINDOW = ("--quiet-window", "0.5s")


class Resetter:
    """Listens and resets every connection; counts them."""

    def __init__(self) -> None:
        """Listen on any free port."""
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}/graphql"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    def close(self) -> None:
        """Listen no more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def resetter() -> Iterator[Resetter]:
    """A destination that is down behind something that listens."""
    with closing(Resetter()) as listening:
        yield listening


def test_a_wrong_key_is_told_at_once(make_command: MakeCommand) -> None:
    """Exit 6 with what to do; nothing is created, and with the right key the run goes on."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    ended = command.imports(source, key="a-wrong-key").is_exit(6)
    assert "check LABELBOX_API_KEY" in ended.err
    assert command.creates() == 0
    command.imports(source).is_exit(0)
    command.holds(source)


def test_a_key_that_is_withdrawn_in_the_middle_stops_the_run(make_command: MakeCommand) -> None:
    """Exit 6 and nothing in doubt; with a good key the same run goes on."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source, *IN_FOUR, "--max-bytes", "40kB").is_exit(8)
    ended = command.imports(source, *IN_FOUR, key="withdrawn").is_exit(6)
    assert ended.report["accepted"] == 200
    assert ended.report["in_doubt"] == 0
    command.imports(source, *IN_FOUR).is_exit(0)
    command.holds(source)


def test_no_key_at_all_is_a_mistake_of_the_command(make_command: MakeCommand) -> None:
    """Exit 2, and where the key may come from."""
    command = make_command(10)
    ended = command.imports(command.samples(10), key=" ").is_exit(2)
    assert "LABELBOX_API_KEY" in ended.err
    assert "--key-file" in ended.err


def test_a_project_that_is_not_there_is_named(make_command: MakeCommand) -> None:
    """One line with the project's id, and nothing planned as sent."""
    command = make_command(10)
    source = command.samples(10)
    command.project = "c" + "0" * 24
    ended = command.imports(source).is_exit(6)
    assert command.project in ended.err
    assert command.creates() == 0


def test_a_destination_that_is_down_gets_probes_and_not_a_storm(
    make_command: MakeCommand, resetter: Resetter
) -> None:
    """Exit 5 when the patience is over, after a handful of connections; then the run goes on."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.endpoint = resetter.endpoint
    ended = command.imports(source, *IN_FOUR, "--patience", "2s").is_exit(5)
    assert 2 <= resetter.connections <= 15
    assert (ended.report["unsent"], ended.report["state"]) == (ROWS, "stopped")
    assert "run the same command again" in ended.report["reason"]
    command.endpoint = ""
    assert command.imports(source, *IN_FOUR).is_exit(0).folder == ended.folder
    command.holds(source)


def test_an_outage_in_the_middle_is_waited_out(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """The sandbox is killed while shards are sent and comes back: the same process goes on."""
    sandbox = make_sandbox("--port", str(free_port()))
    command = make_command(ROWS, sandbox=sandbox)
    source = command.samples(ROWS // 2)
    command.suffers({"fault": "slow-body", "bytes_per_second": 20_000})
    running = command.starts(source, *ONE_BY_ONE, *WINDOW)
    running.until(lambda: command.states()["settled"] == 1, "one shard is settled")
    sandbox.kill()
    running.until_said("the destination is away")
    sandbox.restart()
    ended = running.ended().is_exit(0)
    assert "the destination is back" in ended.err
    assert ended.report["retries"] > 0
    command.holds(source)


def test_an_outage_that_outlasts_the_patience_leaves_a_run_that_goes_on(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """Exit 5; when the destination is back the same command sends what is left, and no more."""
    sandbox = make_sandbox()
    command = make_command(ROWS, sandbox=sandbox)
    source = command.samples(ROWS // 2)
    command.suffers({"fault": "slow-body", "bytes_per_second": 20_000})
    running = command.starts(source, *ONE_BY_ONE, *WINDOW, "--patience", "2s")
    running.until(lambda: command.states()["settled"] == 1, "one shard is settled")
    sandbox.kill()
    ended = running.ended().is_exit(5)
    assert ended.report["accepted"] >= 100
    assert ended.report["unsent"] > 0
    assert "hint" in ended.err or "again" in ended.err
    sandbox.restart()
    command.imports(source, *ONE_BY_ONE, *WINDOW).is_exit(0)
    command.holds(source)


def free_port() -> int:
    """A port that nobody listens on now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("operation", "wish"),
    [
        ("createLabelImport", {"retry_after": 2}),
        ("labelImport", {"retry_after": "date", "seconds": 3}),
    ],
)
def test_a_destination_that_asks_to_come_later_is_left_alone_so_long(
    make_command: MakeCommand, operation: str, wish: dict[str, object]
) -> None:
    """`Retry-After` is kept, in seconds and as a date, by sends and by questions.

    A date has whole seconds, so of three at least two are left.
    """
    command = make_command(100)
    source = command.samples(100)
    command.suffers({"operation": operation, "fault": "throttle", "count": 1, **wish})
    ended = command.imports(source, "--max-in-flight", "1").is_exit(0)
    assert ended.report["seconds"] >= 2
    assert command.look("SELECT attempts FROM shard") == [
        (2 if operation == command.create else 1,)
    ]
    command.holds(source)


def test_trouble_with_every_question_and_download_loses_nothing(
    make_command: MakeCommand,
) -> None:
    """One in three of all requests goes wrong in one of five ways."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    ways = ("reset-after", "error-before", "truncated-reply", "reset-before", "error-after")
    command.suffers(
        *({"operation": "*", "fault": way, "probability": 0.07} for way in ways), seed=3
    )
    command.imports(source, *IN_FOUR, *WINDOW).is_exit(0)
    command.holds(source)


def test_an_import_that_does_not_end_is_given_up_in_time_and_taken_up_again(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """`--timeout` ends the waiting: exit 5, its rows pending; `resume` settles them."""
    command = make_command(ROWS, sandbox=make_sandbox())
    source = command.samples(ROWS)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        hold_up_imports(command, f"http://127.0.0.1:{silent.getsockname()[1]}/rows")
        ended = command.imports(source, *IN_FOUR, "--timeout", "1s").is_exit(5)
        assert ended.report["pending"] == ROWS
        assert "has not ended" in ended.report["reason"]
    command.suffers()
    assert command.resumes(ended.folder).is_exit(0).report["accepted"] == ROWS
    assert command.creates() == 0
    command.holds(source)


def hold_up_imports(command: Command, url: str) -> None:
    """Make an import whose rows never come: imports run one after another, so all wait for it."""
    query = (
        "mutation($p: ID!, $u: String!) { createLabelImport(data: "
        '{projectId: $p, name: "slow", fileUrl: $u}) { state } }'
    )
    reply = requests.post(
        command.sandbox.graphql,
        headers={"Authorization": f"Bearer {command.key}"},
        json={"query": query, "variables": {"p": command.project, "u": url}},
        timeout=20,
    )
    assert reply.json()["data"]["createLabelImport"]["state"] == "RUNNING", reply.text
