"""A sandbox in a process of its own, for a rehearsal; one that still runs is taken over."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from bulkimport.errors import MachineError

SECONDS_TO_ANSWER = 5


class LocalSandbox:
    """Runs `bulkimport sandbox` on a folder while inside a `with`.

    It is not in our process group, so Ctrl-C reaches only us and it can take the last answers.
    """

    def __init__(self, folder: Path, *, key_file: Path) -> None:
        """Start nothing yet."""
        self.folder = folder
        self._key_file = key_file
        self._ready = folder / "ready.json"
        self.endpoint = self.graphql = ""
        self._pid = 0

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.endpoint.rpartition(":")[2])

    def __enter__(self) -> Self:
        """Take over the one that an earlier rehearsal left behind, or start one."""
        told = self._left_behind() or self._start()
        self.endpoint, self.graphql, self._pid = told["endpoint"], told["graphql"], told["pid"]
        self._go_straight()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        os.kill(self._pid, signal.SIGTERM)

    def seed_for(self, rows: int) -> dict[str, Any]:
        """Make a project that made-up rows bind to; gives its ids."""
        from bulkimport.clock import SystemClock  # noqa: PLC0415 - the sandbox's weight, as below
        from bulkimport.sandbox import samples  # noqa: PLC0415
        from bulkimport.sandbox.files import Files  # noqa: PLC0415
        from bulkimport.sandbox.seed import Seed, seed  # noqa: PLC0415
        from bulkimport.sandbox.store import Store  # noqa: PLC0415

        data_rows = -(-rows // samples.ROWS_PER_DATA_ROW)
        wanted = Seed(
            project_name=f"demo of {rows:,} rows",
            media="image",
            ontology=samples.ONTOLOGY,
            keys=(samples.data_row_key(number) for number in range(data_rows)),
        )
        store = Store(self.folder)
        try:
            return seed(store, Files(self.folder / "files", 0), SystemClock(), wanted=wanted)
        finally:
            store.close()

    def audit(self, project: str) -> dict[str, Any]:
        """What it holds as labels in one project."""
        from bulkimport.sandbox.audit import audit  # noqa: PLC0415 - the sandbox's weight
        from bulkimport.sandbox.store import Store  # noqa: PLC0415

        store = Store(self.folder)
        try:
            labels: dict[str, Any] = audit(store)["projects"][project]["labels"]
            return labels
        finally:
            store.close()

    def audit_file(self, path: Path) -> dict[str, Any]:
        """What a file of rows holds, digested in the same way."""
        from bulkimport.sandbox.audit import audit_file  # noqa: PLC0415 - the sandbox's weight

        return audit_file(path)

    def _go_straight(self) -> None:
        """Keep a proxy of the machine out of what stays on it."""
        host = "127.0.0.1"
        for name in ("NO_PROXY", "no_proxy"):
            os.environ[name] = ",".join(filter(None, (os.environ.get(name), host)))

    def _left_behind(self) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = orjson.loads(self._ready.read_bytes())
            address = told["endpoint"]
            with urllib.request.urlopen(address, timeout=SECONDS_TO_ANSWER):  # noqa: S310 - ours
                return told
        except urllib.error.HTTPError:
            # It answers, if only to say that this page is not there.
            return told
        except (OSError, orjson.JSONDecodeError):
            return None

    def _start(self) -> dict[str, Any]:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ready.unlink(missing_ok=True)
        words = ["sandbox", "--dir", str(self.folder), "--port", "0"]
        words += ["--key-file", str(self._key_file), "--ready-file", str(self._ready)]
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "bulkimport", *words],
            # It may outlive us, and must not keep the pipes of whoever reads us open then.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        line = process.stderr.readline() if process.stderr else b""
        if not self._ready.exists():
            raise MachineError(f"the sandbox did not start: {line.decode(errors='replace')}")
        told: dict[str, Any] = orjson.loads(self._ready.read_bytes())
        return told
