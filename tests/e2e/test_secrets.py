"""The key and signed URLs are found nowhere: in no log, report, ledger, exception or argv."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from e2e.command import Command, Ended, Running
from support.sandbox import Sandbox

from bulkimport.sandbox.store import Store

MakeCommand = Callable[..., Command]

MARK = "markedkey0123456789abcdef"
ROWS = 400
IN_FOUR = ("--rows-per-shard", "100", "--verbose")


class Told:
    """Everything that anybody could read of what a command did."""

    def __init__(self, command: Command) -> None:
        """Gather for `command`."""
        self.command = command
        self.texts: list[tuple[str, bytes]] = []

    def ended(self, ended: Ended) -> Ended:
        """Take what was printed."""
        self.texts.append(("stdout", ended.out.encode()))
        self.texts.append(("stderr", ended.err.encode()))
        return ended

    def processes(self, running: Running) -> None:
        """Take the words of a running process as any user of the machine sees them."""
        self.texts.append(("argv", Path(f"/proc/{running.pid}/cmdline").read_bytes()))

    def files(self) -> None:
        """Take every file that the command has made."""
        for path in self.command.folder.rglob("*"):
            if path.is_file():
                self.texts.append((str(path), path.read_bytes()))

    def lack(self, secrets: Iterator[str]) -> None:
        """Fail if any of the secrets is anywhere."""
        for secret in secrets:
            found = [name for name, text in self.texts if secret.encode() in text]
            assert not found, f"{secret} is in {found}"


def tokens(sandbox: Sandbox) -> Iterator[str]:
    """The secret parts of all URLs that the sandbox has signed."""
    with closing(Store(sandbox.dir)) as store, store.reading() as db:
        yield from [row["token"] for row in db.execute("SELECT token FROM file")]


def test_neither_key_nor_signed_url_is_told_by_a_run_full_of_trouble(
    make_command: MakeCommand, make_sandbox: Callable[..., Sandbox]
) -> None:
    """Lost replies, failed imports and rows, expired files, outages, a wrong key, all verbose."""
    sandbox = make_sandbox("--file-lifetime", "2", "--no-unique-names")
    command = make_command(ROWS, sandbox=sandbox)
    command.key = sandbox.key
    told = Told(command)
    made = list(command.made_up(ROWS))
    source = command.write([*made[10:], b"{}", as_unknown(made[0])])
    told.ended(command.imports(source, *IN_FOUR, key=MARK).is_exit(6))
    told.ended(command.imports(source, *IN_FOUR, key=f"{MARK} with blanks").is_exit(6))
    command.suffers(
        {"fault": "reset-after", "count": 1},
        {"fault": "error-after", "after": 1, "count": 1},
        {"fault": "fail-import", "after": 2, "count": 3},
        {"operation": "download", "fault": "error-before", "count": 2},
        {"operation": "download", "fault": "truncated-reply", "count": 2},
        {"operation": "labelImport", "fault": "truncated-reply", "count": 2},
    )
    running = command.starts(source, *IN_FOUR, "--log-format", "json", "--quiet-window", "0.5s")
    running.until(command.runs.exists, "it runs")
    told.processes(running)
    ended = told.ended(running.ended())
    assert ended.report["failed"] > 0
    assert all(fault["injected"] for fault in sandbox.faults()["faults"][1:])
    run = command.run
    for words in (("report",), ("status", "--json")):
        told.ended(command.call(words[0], str(run), *words[1:], "--verbose"))
    sandbox.kill()
    away = (source, "--again", "--patience", "1s", "--verbose")
    told.ended(command.imports(*away).is_exit(5))
    told.files()
    assert len(told.texts) > 20
    signed = list(tokens(sandbox))
    assert len(signed) > 8
    told.lack(iter([MARK, sandbox.key, *signed]))


def as_unknown(row: bytes) -> bytes:
    """The row on a data row that is not there."""
    return row.replace(b'"globalKey":"', b'"globalKey":"nowhere-')


def test_a_key_in_a_file_is_not_told_either(make_command: MakeCommand) -> None:
    """The file is named in argv, its content nowhere."""
    command = make_command(10)
    told = Told(command)
    elsewhere = command.folder.with_name("key")
    elsewhere.write_text(f"{MARK}\n")
    words = (command.samples(10), "--key-file", str(elsewhere), "--verbose")
    told.ended(command.imports(*words, key="").is_exit(6))
    elsewhere.write_text(f"{command.key}\n")
    told.ended(command.imports(*words, key="").is_exit(0))
    told.files()
    told.lack(iter([MARK, command.key]))


def test_a_key_is_no_flag(make_command: MakeCommand) -> None:
    """There is no way to put it where every user of the machine can read it."""
    command = make_command(10)
    for flag in ("--key", "--api-key"):
        command.imports(command.samples(10), flag, MARK).is_exit(2)


def test_a_user_and_password_in_the_endpoint_are_refused_unsaid(make_command: MakeCommand) -> None:
    """The message does not repeat them."""
    command = make_command(10)
    command.endpoint = f"http://user:{MARK}@127.0.0.1:1/graphql"
    ended = command.imports(command.samples(10), "--verbose").is_exit(2)
    assert MARK not in ended.err + ended.out
    assert not command.runs.exists() or not any(command.runs.rglob("*.json"))
