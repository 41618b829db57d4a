"""The installed command as a person types it: run it, start it, watch its run, stop it, kill it."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from support.sandbox import Sandbox

from bulkimport.sandbox import documents
from bulkimport.sandbox.audit import audit_file, stored
from bulkimport.sandbox.documents import PROJECT
from bulkimport.sandbox.faults import BEFORE
from bulkimport.sandbox.samples import ROWS_PER_DATA_ROW, data_row_key, rows
from bulkimport.sandbox.store import Store

PROGRAM = Path(sys.executable).with_name("bulkimport")
SECONDS = 50.0
GLANCE = 0.002
PARTS = ("accepted", "rejected", "held", "failed", "unsent", "pending", "unknown")


def until(holds: Callable[[], bool], what: str, *, seconds: float = SECONDS) -> None:
    """Look again and again until a condition holds; fail when it does not within the time."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"in {seconds:.0f} s never: {what}"
        time.sleep(GLANCE)


class Ended:
    """What one invocation left: exit code, data on stdout, talk on stderr."""

    def __init__(self, code: int, out: str, err: str) -> None:
        """Keep the three."""
        self.code, self.out, self.err = code, out, err

    @property
    def report(self) -> dict[str, Any]:
        """The object that `--json` ends with; its account is checked to add up."""
        report: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        assert report["read"] == sum(report[part] for part in PARTS), report
        return report

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return Path(self.report["run"])

    def rejections(self) -> list[dict[str, Any]]:
        """The lines of rejected.ndjson."""
        return lines_of(self.folder / "rejected.ndjson")

    def held(self) -> list[dict[str, Any]]:
        """The lines of held.ndjson."""
        return lines_of(self.folder / "held.ndjson")

    def failures(self) -> list[dict[str, Any]]:
        """The lines of failed.ndjson."""
        return lines_of(self.folder / "failed.ndjson")

    def unknown(self) -> dict[str, list[dict[str, Any]]]:
        """The lines of RUN/unknown/, by the name of the import."""
        return {
            path.name.removesuffix(".ndjson"): lines_of(path)
            for path in sorted((self.folder / "unknown").glob("*.ndjson"))
        }

    def is_exit(self, code: int) -> Self:
        """Fail, showing all that was said, unless the exit code is this one."""
        assert self.code == code, f"exit {self.code}\n{self.out}\n{self.err}"
        return self


class Running:
    """An invocation that has not ended."""

    def __init__(
        self, words: list[str], *, env: dict[str, str], cwd: Path, stdin: int = subprocess.DEVNULL
    ) -> None:
        """Start it; what it says is read as it comes. `stdin` may be a pipe, left open."""
        self.words = words
        self._process = subprocess.Popen(
            words,
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._said: dict[str, list[str]] = {"out": [], "err": []}
        self._readers = [
            threading.Thread(target=self._read, args=(stream, name))
            for stream, name in ((self._process.stdout, "out"), (self._process.stderr, "err"))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Iterable[str], name: str) -> None:
        for line in stream:
            self._said[name].append(line)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def err(self) -> str:
        """What it has said so far."""
        return "".join(self._said["err"])

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def over_within(self, seconds: float) -> bool:
        """Wait for its end, at most so long."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def until(self, holds: Callable[[], bool], what: str, *, seconds: float = SECONDS) -> Self:
        """Wait until a condition holds while it runs; fail when it ends before."""
        until(lambda: holds() or self.over, what, seconds=seconds)
        assert holds(), f"it ended before: {what}\n{self.err}"
        return self

    def until_said(self, text: str) -> Self:
        """Wait until it has said something on stderr."""
        return self.until(lambda: text in self.err, text)

    def signal(self, number: signal.Signals) -> Self:
        """Send a signal."""
        self._process.send_signal(number)
        return self

    def kill(self) -> Ended:
        """Kill it with SIGKILL and reap it."""
        self._process.kill()
        return self.ended()

    def ended(self, seconds: float = SECONDS) -> Ended:
        """Wait for its end."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"it did not end in {seconds:.0f} s\n{self.err}") from None
        finally:
            for reader in self._readers:
                reader.join(seconds)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        return Ended(code, "".join(self._said["out"]), self.err)

    def stop(self) -> None:
        """Make sure that nothing stays behind a failed test."""
        if not self.over:
            self._process.kill()
        self.ended()


class Command:
    """`bulkimport` in a folder of its own, with one project of one sandbox as the destination."""

    def __init__(
        self, folder: Path, sandbox: Sandbox, *, project: str, kind: str, tag: str
    ) -> None:
        """Work in `folder`; `kind` is labels or prelabels, `tag` begins the keys of data rows."""
        self.folder, self.sandbox, self.project, self.kind = folder, sandbox, project, kind
        self.tag = tag
        self.key = sandbox.key
        self.endpoint = ""
        self.variables: dict[str, str] = {}
        self.started: list[Running] = []

    # --- inputs ----------------------------------------------------------------------------------

    def write(self, lines: Iterable[bytes | dict[str, Any]], name: str = "rows.ndjson") -> Path:
        """Write rows, one a line."""
        path = self.folder / name
        with path.open("wb") as file:
            for line in lines:
                file.write((line if isinstance(line, bytes) else as_line(line)) + b"\n")
        return path

    def samples(
        self, count: int, *, shuffled: int | None = None, name: str = "rows.ndjson"
    ) -> Path:
        """Write made-up rows, in order or shuffled by a seed."""
        if shuffled is None:
            return self.write(self.made_up(count), name)
        made = list(self.made_up(count))
        random.Random(shuffled).shuffle(made)
        return self.write(made, name)

    def made_up(self, count: int) -> Iterator[bytes]:
        """Make up rows, about ten to each of the project's data rows."""
        named = f'"globalKey":"{self.tag}'.encode()
        return (row.replace(b'"globalKey":"', named) for row in rows(count))

    def key_of(self, number: int) -> str:
        """The global key of the project's data row of this number."""
        return self.tag + data_row_key(number)

    # --- invocations -----------------------------------------------------------------------------

    def importing(self, *words: str | Path) -> list[str]:
        """The words of an import of these sources and options."""
        place = ("--to", f"labelbox:{self.project}", "--kind", self.kind)
        return ["import", *map(str, words), *place, *self._where(), "--json"]

    def imports(self, *words: str | Path, **how: Any) -> Ended:
        """Import these sources with these options, to the end."""
        return self.call(*self.importing(*words), **how)

    def resumes(self, run: Path, *words: str) -> Ended:
        """Go on with a run, to the end."""
        return self.call("resume", str(run), *words, "--endpoint", self._endpoint(), "--json")

    def starts(self, *words: str | Path) -> Running:
        """Start an import of these sources with these options."""
        return self.start(*self.importing(*words))

    def call(self, *words: str, stdin: bytes | None = None, key: str | None = None) -> Ended:
        """Run any command of the program to its end."""
        done = subprocess.run(
            [str(PROGRAM), *words],
            env=self.environment(key),
            cwd=self.folder,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, stdin: int = subprocess.DEVNULL) -> Running:
        """Start any command of the program."""
        running = Running(
            [str(PROGRAM), *words], env=self.environment(), cwd=self.folder, stdin=stdin
        )
        self.started.append(running)
        return running

    def environment(self, key: str | None = None) -> dict[str, str]:
        """What the program finds: no flags of ours, no proxies, the key."""
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ
        }
        key = self.key if key is None else key
        return {**kept, **self.variables, "LABELBOX_API_KEY": key}

    def _where(self) -> tuple[str, ...]:
        return ("--endpoint", self._endpoint(), "--runs", str(self.runs))

    def _endpoint(self) -> str:
        return self.endpoint or self.sandbox.graphql

    # --- the run ---------------------------------------------------------------------------------

    @property
    def runs(self) -> Path:
        """The folder of the runs' folders."""
        return self.folder / "runs"

    @property
    def run(self) -> Path:
        """The folder of the only run, or of the newest."""
        return max(self.runs.iterdir(), key=lambda path: path.stat().st_ctime_ns)

    def look(self, sql: str, *values: object, at: Path | None = None) -> list[tuple[Any, ...]]:
        """Read a ledger, or that of the newest run, beside whoever works on it.

        Gives nothing if there is none. Does not undo what a kill left half done: that reads as
        nothing too.
        """
        if not self.runs.exists() or not any(self.runs.iterdir()):
            return []
        path = at or self.run / "ledger.sqlite"
        if not path.exists():
            return []
        try:
            with closing(
                sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=GLANCE)
            ) as ledger:
                return ledger.execute(sql, values).fetchall()
        except sqlite3.OperationalError:
            return []

    def states(self) -> Counter[str]:
        """How many shards are in each state."""
        return Counter(dict(self.look("SELECT state, count(*) FROM shard GROUP BY state")))

    # --- the destination -------------------------------------------------------------------------

    def account(self) -> dict[str, Any]:
        """What the sandbox holds in the project."""
        return self.sandbox.account(self.project, self.kind)

    def stored(self) -> list[dict[str, Any]]:
        """The annotations that the sandbox holds in the project, built from the labels."""
        with closing(Store(self.sandbox.dir)) as store:
            with store.reading() as db:
                found = documents.find(db, PROJECT, self.project)
            assert found is not None
            return list(stored(store, found["number"], self.kind))

    @staticmethod
    def digest(source: Path) -> dict[str, Any]:
        """Digest a file as the sandbox digests what it holds."""
        return audit_file(source)

    def creates(self) -> int:
        """How many create calls the sandbox was asked, since its faults were set last."""
        faults = self.sandbox.faults()["faults"]
        # The first is there to count; a fault that ends a request early leaves it out.
        ended: int = sum(fault["injected"] for fault in faults if fault["fault"] in BEFORE)
        asked: int = faults[0]["asked"]
        return asked + ended

    @property
    def create(self) -> str:
        """The sandbox's name for the call that makes an import."""
        return {
            "labels": "createLabelImport",
            "prelabels": "createModelAssistedLabelingPredictionImport",
            "data-rows": "upsertDataRows",
        }[self.kind]

    def suffers(self, *faults: dict[str, Any], seed: int = 0) -> None:
        """Put faults in force at the sandbox; on create calls unless they say otherwise.

        `creates` counts from now on.
        """
        counting = {"fault": "delay", "seconds": 0, "probability": 0}
        plan = [{"operation": self.create, **fault} for fault in (counting, *faults)]
        self.sandbox.faults({"seed": seed, "faults": plan})

    def holds(self, *sources: Path) -> None:
        """Fail unless the sandbox holds just the rows of these files, one label a data row."""
        account = self.account()
        digests = [audit_file(source) for source in sources]
        assert account["rows"] == sum(each["rows"] for each in digests)
        both = sum(int(each["digest"], 16) for each in digests) % (1 << 128)
        assert int(account["digest"], 16) == both
        assert account["labels_per_data_row"] == {"1": account["data_rows"]}
        assert account["data_rows_in_several_imports"] == 0


def data_rows_of(count: int) -> int:
    """How many data rows `count` made-up rows lie on."""
    return -(-count // ROWS_PER_DATA_ROW)


def as_line(row: dict[str, Any]) -> bytes:
    """One row as JSON."""
    return json.dumps(row).encode()


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The JSON lines of a file; none when it is not there."""
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
