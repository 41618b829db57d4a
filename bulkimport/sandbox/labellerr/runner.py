"""Runs Labellerr's jobs in the background: processing to completed or failed.

A job ends in one transaction, with all it applied; what a crash interrupts is begun again.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.importer import uncollected
from bulkimport.sandbox.labellerr.coco import Document, judged, written
from bulkimport.sandbox.labellerr.jobs import COCO, COMPLETED, FAILED, PROCESSING
from bulkimport.sandbox.labellerr.projects import dataset_numbers, named
from bulkimport.sandbox.store import Store
from bulkimport.sandbox.verdicts import Unfit, invalid
from bulkimport.sandbox.worker import Worker

# Unmatched names are counted to the last and told up to here.
NAMES_TOLD: Final = 100


class Runner(Worker[sqlite3.Row]):
    """Takes jobs that are processing and judges their file in a thread, one at a time."""

    def __init__(self, store: Store, files: Files) -> None:
        """Work on `store`; holds the objects of one file of 25 MB at a time."""
        super().__init__()
        self._store = store
        self._files = files

    def _next(self) -> sqlite3.Row | None:
        with self._store.reading() as db:
            row: sqlite3.Row | None = db.execute(
                "SELECT * FROM labellerr_job WHERE status = ? ORDER BY number LIMIT 1",
                (PROCESSING,),
            ).fetchone()
        return row

    async def _run(self, job: sqlite3.Row) -> None:
        await asyncio.to_thread(self._judge, job)

    def _judge(self, job: sqlite3.Row) -> None:
        with uncollected():
            try:
                self._apply(job, self._document(job))
            except Unfit as error:
                self._end(job, FAILED, {"message": error.message, "metadata": {}})

    def _document(self, job: sqlite3.Row) -> Document:
        """Return the document of a job; raises Unfit."""
        if job["answer_format"] != COCO:
            raise invalid(f"This sandbox judges {COCO} alone, not {job['answer_format']}")
        fault = orjson.loads(job["faults"]).get("fail-import")
        if fault is not None:
            raise invalid(str(fault.get("message", "The job failed (injected)")))
        with self._store.reading() as db:
            classes = frozenset(documents.numbered(db, job["project"])["classes"])
        return judged(self._files.path(job["token"]).read_bytes(), classes)

    def _apply(self, job: sqlite3.Row, document: Document) -> None:
        """Give every matched image its annotations; what matches none is counted, not applied."""
        with self._store.writing() as db:
            project = documents.numbered(db, job["project"])
            numbers = named(db, dataset_numbers(db, project), document.images)
            fit = {name: each for name, each in document.annotations.items() if name in numbers}
            db.executemany(
                "INSERT INTO labellerr_answer (job, file, size, annotations) VALUES (?, ?, ?, ?)",
                (
                    (job["number"], numbers[name], len(each), written(each))
                    for name, each in fit.items()
                ),
            )
            outcome = {"metadata": account(document, numbers)}
            _end(db, job, status=COMPLETED, outcome=outcome)

    def _end(self, job: sqlite3.Row, status: str, outcome: Mapping[str, Any]) -> None:
        with self._store.writing() as db:
            _end(db, job, status=status, outcome=outcome)


def _end(
    db: sqlite3.Connection, job: sqlite3.Row, *, status: str, outcome: Mapping[str, Any]
) -> None:
    db.execute(
        "UPDATE labellerr_job SET status = ?, outcome = ? WHERE number = ?",
        (status, orjson.dumps(outcome), job["number"]),
    )


def account(document: Document, matched: Mapping[str, int]) -> dict[str, Any]:
    """Count what a document brought, and of that what was applied."""
    sizes = {name: len(each) for name, each in document.annotations.items()}
    unmatched = [name for name in document.images if name not in matched]
    return {
        "images": len(document.images),
        "matched_images": len(document.images) - len(unmatched),
        "annotations": sum(sizes.values()),
        "annotations_applied": sum(size for name, size in sizes.items() if name in matched),
        "unmatched_file_count": len(unmatched),
        "unmatched_files": unmatched[:NAMES_TOLD],
    }
