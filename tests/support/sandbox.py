"""A sandbox in a process of its own: a real server to be filled, broken and killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import requests

from bulkimport.clock import SystemClock
from bulkimport.sandbox.audit import audit, every_row
from bulkimport.sandbox.audit_places import audit_places
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.labellerr import audit as labellerr_audit
from bulkimport.sandbox.labellerr.seed import LabellerrSeed
from bulkimport.sandbox.labellerr.seed import seed as seed_labellerr
from bulkimport.sandbox.seed import Seed, numbered_keys, seed
from bulkimport.sandbox.store import Store

ROOT = Path(__file__).resolve().parents[2]
KEY = "key-of-the-sandbox"
LABELLERR_KEYS = {"api_key": "key", "api_secret": "secret", "client_id": "12345"}
SECONDS_TO_STOP = 20
ONTOLOGY: Mapping[str, Any] = {
    "tools": [
        {"tool": "rectangle", "name": "car"},
        {"tool": "polygon", "name": "lake"},
        {"tool": "point", "name": "corner"},
    ],
    "classifications": [
        {
            "type": "radio",
            "name": "weather",
            "instructions": "weather",
            "options": [{"label": "sunny", "value": "sunny"}, {"label": "rain", "value": "rain"}],
        }
    ],
}


class Sandbox:
    """One sandbox folder and the server that works on it.

    `endpoint` is the address, `graphql` and `rest` what the official SDK wants, `key` opens it;
    all but `dir` and `key` change when it starts again.
    """

    def __init__(self, folder: Path) -> None:
        """Work in `folder`; nothing runs yet."""
        self.dir = folder
        self.key = KEY
        self.endpoint = self.graphql = self.rest = ""
        self.log: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._options: tuple[str, ...] = ()
        self._reader = threading.Thread()

    def start(self, *options: str, faults: Mapping[str, Any] | None = None) -> Self:
        """Start the server with further command-line options; returns once it listens."""
        self.dir.mkdir(parents=True, exist_ok=True)
        ready = self.dir / "ready.json"
        ready.unlink(missing_ok=True)
        if faults is not None:
            plan = self.dir / "faults.json"
            plan.write_text(json.dumps(faults))
            options = (*options, "--faults", str(plan))
        self._options = options
        where = ("--dir", str(self.dir), "--port", "0", "--ready-file", str(ready))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bulkimport.cli.sandbox", *where, *options],
            cwd=ROOT,
            env={
                **os.environ,
                "LABELBOX_API_KEY": self.key,
                **{f"LABELLERR_{name.upper()}": key for name, key in LABELLERR_KEYS.items()},
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        self._await_ready(ready)
        return self

    def _await_ready(self, ready: Path) -> None:
        """Read the line that the server prints when it listens; the file is written before it."""
        assert self._process is not None
        assert self._process.stderr is not None
        self.log = [self._process.stderr.readline()]
        self._reader = threading.Thread(target=self._drain, args=(self._process.stderr,))
        self._reader.start()
        if not ready.exists():
            self.stop()
            raise AssertionError("".join(self.log))
        told = json.loads(ready.read_text())
        self.endpoint, self.graphql, self.rest = told["endpoint"], told["graphql"], told["rest"]

    def _drain(self, stderr: Iterable[str]) -> None:
        self.log.extend(stderr)

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """Send SIGKILL: what a power cut does to the process."""
        return self._end(signal.SIGKILL)

    def restart(self) -> Self:
        """Start again on the same folder with the same options; stops it first if it runs."""
        if self._process is not None:
            self.stop()
        return self.start(*self._options)

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(number)
        code = process.wait(SECONDS_TO_STOP)
        self._reader.join(SECONDS_TO_STOP)
        if process.stderr is not None:
            process.stderr.close()
        return code

    def seed(
        self,
        count: int = 10,
        *,
        keys: Iterable[str] | None = None,
        ontology: Mapping[str, Any] = ONTOLOGY,
        media: str = "image",
        name: str = "seeded",
    ) -> dict[str, Any]:
        """Make a project with data rows `row-1`..`row-<count>`, or with these keys.

        Returns `project_id`, `ontology_id`, `dataset_id`, `data_rows` and `batches`.
        """
        asked = numbered_keys("row-{n}", count) if keys is None else keys
        wanted = Seed(project_name=name, media=media, ontology=ontology, keys=asked)
        with closing(Store(self.dir)) as store:
            return seed(store, Files(self.dir / "files", 0), SystemClock(), wanted=wanted)

    def seed_labellerr(self, names: Iterable[str], **more: Any) -> str:
        """Make a Labellerr project with files of these names and return its id.

        `more` are the fields of LabellerrSeed: data_type, classes, access.
        """
        wanted = LabellerrSeed(**{"project_name": "seeded", "names": names, **more})
        with closing(Store(self.dir)) as store:
            told = seed_labellerr(store, SystemClock(), wanted)
        project: str = told["project_id"]
        return project

    def labellerr(self, project_id: str) -> dict[str, Any]:
        """Return the part of the audit for one Labellerr project."""
        with closing(Store(self.dir)) as store:
            account: dict[str, Any] = labellerr_audit.audit(store)[project_id]
        return account

    def labellerr_uploads(self, project_id: str) -> list[dict[str, Any]]:
        """Return the uploads of one Labellerr project; `path` is where the bytes lie."""
        with closing(Store(self.dir)) as store:
            found = list(labellerr_audit.uploads(store, project_id))
        return [{**upload, "path": self.dir / "files" / upload["file"]} for upload in found]

    def applied(self, project_id: str) -> list[dict[str, Any]]:
        """Return every annotation that Labellerr applied: file_name, job_id, annotation."""
        with closing(Store(self.dir)) as store:
            return list(labellerr_audit.applied(store, project_id))

    def audit(self) -> dict[str, Any]:
        """Return what the sandbox holds, as `bulkimport sandbox audit` prints it."""
        with closing(Store(self.dir)) as store:
            return audit(store)

    def places(self) -> dict[str, Any]:
        """Return what was made in the sandbox, as `bulkimport sandbox audit --places` prints it."""
        with closing(Store(self.dir)) as store:
            return audit_places(store)

    def account(self, project_id: str, kind: str) -> dict[str, Any]:
        """Return the part of the audit for one project and `labels` or `prelabels`."""
        account: dict[str, Any] = self.audit()["projects"][project_id][kind]
        return account

    def rows(self, project_id: str | None = None) -> list[dict[str, Any]]:
        """Return every stored annotation, of one project if named, built from the labels."""
        with closing(Store(self.dir)) as store:
            return list(every_row(store, project_id))

    def faults(self, plan: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Put a plan of faults in force if one is given; return the one in force, with counts."""
        body = None if plan is None else json.dumps(plan).encode()
        reply = requests.request(
            "GET" if plan is None else "POST",
            f"{self.endpoint}/_sandbox/faults",
            data=body,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=SECONDS_TO_STOP,
        )
        reply.raise_for_status()
        told: dict[str, Any] = reply.json()
        return told
