"""Runs imports in the background, one after another: RUNNING to FINISHED or FAILED.

Parts are stored stretch by stretch while an import runs and nobody sees them; its state and its
result files change in one transaction at the end. What a crash interrupts is begun again.
"""

import asyncio
import contextlib
import gc
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from bulkimport.clock import Clock
from bulkimport.sandbox import documents
from bulkimport.sandbox.documents import ONTOLOGY
from bulkimport.sandbox.features import features
from bulkimport.sandbox.fetch import Unfetched, fetch
from bulkimport.sandbox.files import Draft, Files
from bulkimport.sandbox.imports import RUNNING
from bulkimport.sandbox.judge import Judge
from bulkimport.sandbox.labels import PRELABELS, add_parts, drop_parts, replace_earlier
from bulkimport.sandbox.session import Fault
from bulkimport.sandbox.store import Store
from bulkimport.sandbox.stretches import Unreadable, stretches
from bulkimport.sandbox.targets import Targets
from bulkimport.sandbox.trial import Judged, Trial, json_text
from bulkimport.sandbox.urls import EVERY_HOST
from bulkimport.sandbox.worker import Worker

NEARLY = 99


class Interrupted(Exception):
    """The sandbox closes, or the import was deleted, before its end."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One import to be run."""

    number: int
    project: int
    kind: str
    source_url: str | None
    input_file: str | None
    faults: dict[str, Fault]

    @property
    def away(self) -> list[str]:
        """Hosts that count as out of reach for this import."""
        fault = self.faults.get("unreachable-url")
        return list(fault.get("hosts", [EVERY_HOST])) if fault else []


class Importer(Worker[Job]):
    """Takes RUNNING imports and judges them in a thread; closed, it stops after a stretch."""

    def __init__(self, store: Store, files: Files, clock: Clock) -> None:
        """Work on `store`; result files get their time from `clock`."""
        super().__init__()
        self._store = store
        self._files = files
        self._clock = clock

    def _next(self) -> Job | None:
        with self._store.reading() as db:
            row = db.execute(
                "SELECT number, project, kind, source_url, input_file, faults"
                " FROM annotation_import WHERE state = ? ORDER BY number LIMIT 1",
                (RUNNING,),
            ).fetchone()
        if row is None:
            return None
        return Job(**{**dict(row), "faults": orjson.loads(row["faults"])})

    async def _run(self, job: Job) -> None:
        draft: Draft | None = None
        try:
            if job.source_url is not None:
                draft = self._files.draft()
                await fetch(job.source_url, draft.path, job.away)
            path = draft.path if draft else self._files.path(job.input_file or "")
            await asyncio.to_thread(self._judge, job, path)
        except (Unreadable, Unfetched) as error:
            await asyncio.to_thread(self._fail, job, str(error))
        except Interrupted:
            return
        finally:
            if draft is not None:
                draft.path.unlink(missing_ok=True)

    def _judge(self, job: Job, path: Path) -> None:
        """Judge every row of a file; at the end the import is FINISHED, or FAILED by a fault."""
        with self._store.writing() as db:
            drop_parts(db, job.number)
            ontology = ontology_of(db, job.project)
        targets = Targets(job.project)
        trial = Trial(Judge(features(ontology), job.kind, job.away))
        with uncollected(), result_files(self._files) as results:
            size = max(1, path.stat().st_size)
            for stretch in stretches(path):
                with self._store.reading() as db:
                    named = targets.of(db, stretch.rows)
                judged = trial.stretch(stretch, named)
                results.write(judged)
                self._advance(job, judged, stretch.seen * NEARLY // size)
            fault = job.faults.get("fail-import")
            if fault is not None:
                raise Unreadable(str(fault.get("message", "The import failed (injected)")))
            self._finish(job, trial, results)

    def _advance(self, job: Job, judged: Judged, progress: int) -> None:
        """Store one stretch; the import may have been deleted in between."""
        with self._store.writing() as db:
            changed = db.execute(
                "UPDATE annotation_import SET progress = ? WHERE number = ? AND state = ?",
                (progress, job.number, RUNNING),
            )
            if self._closing or not changed.rowcount:
                raise Interrupted
            add_parts(db, job.number, judged.parts)

    def _finish(self, job: Job, trial: Trial, results: "Results") -> None:
        """Make all labels of an import exist at once."""
        results.close(job.faults.get("drop-status-rows"))
        with self._store.writing() as db:
            if job.kind == PRELABELS:
                replace_earlier(db, job.number, project=job.project, uuids=trial.uuids)
            now = self._clock.now()
            tokens = [
                self._files.keep(db, draft, now=now, expires=True)
                for draft in (results.statuses, results.errors)
            ]
            changed = db.execute(
                "UPDATE annotation_import SET state = 'FINISHED', progress = 100,"
                " status_file = ?, error_file = ?, received = ?, accepted = ? WHERE number = ?",
                (*tokens, results.received, results.accepted, job.number),
            )
            if not changed.rowcount:
                raise Interrupted

    def _fail(self, job: Job, message: str) -> None:
        """End an import with nothing accepted and one line that says why."""
        draft = self._files.draft("errors")
        error = {"name": "ImportFailed", "message": message, "additionalInfo": None}
        line = json_text({"message": message, "status": "FAILURE", "errors": [error]})
        draft.path.write_text(f"{line}\n", encoding="ascii")
        with self._store.writing() as db:
            drop_parts(db, job.number)
            token = self._files.keep(db, draft, now=self._clock.now(), expires=True)
            db.execute(
                "UPDATE annotation_import SET state = 'FAILED', error_file = ? WHERE number = ?",
                (token, job.number),
            )


class Results:
    """The two result files of an import while they are written."""

    def __init__(self, statuses: Draft, errors: Draft, opened: tuple[BinaryIO, BinaryIO]) -> None:
        """Write to the files of two drafts, already open."""
        self.statuses = statuses
        self.errors = errors
        self.received = 0
        self.accepted = 0
        self._opened = opened

    def write(self, judged: Judged) -> None:
        """Append the lines of one stretch."""
        for file, lines in zip(self._opened, (judged.statuses, judged.errors), strict=True):
            file.write("".join(lines).encode("ascii"))
        self.received += len(judged.statuses)
        self.accepted += judged.accepted

    def close(self, dropped: Fault | None) -> None:
        """Close both; a fault takes the last lines of the status file away."""
        for file in self._opened:
            file.close()
        if dropped is not None:
            path = self.statuses.path
            lines = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join(lines[: -int(dropped.get("rows", 1))]))


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles from walking rows, which have none: a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def result_files(files: Files) -> Iterator[Results]:
    """Open the two result files; they are removed again when the import does not finish."""
    drafts = (files.draft("statuses"), files.draft("errors"))
    opened = tuple(draft.path.open("wb") for draft in drafts)
    try:
        yield Results(*drafts, opened=(opened[0], opened[1]))
    except BaseException:
        for draft in drafts:
            draft.path.unlink(missing_ok=True)
        raise
    finally:
        for file in opened:
            file.close()


def ontology_of(db: sqlite3.Connection, project: int) -> dict[str, object]:
    """Return the `normalized` of a project's ontology, empty when it has none."""
    found = documents.find(db, ONTOLOGY, documents.numbered(db, project)["ontology"])
    return found["normalized"] if found else {}
