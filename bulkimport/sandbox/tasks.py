"""Tasks: work the platform reports on later. Here the work is done when the task is made.

A mutation that makes a task changes everything or nothing, so no task is ever caught half-way.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.documents import TASK, Document
from bulkimport.sandbox.refusals import missing
from bulkimport.sandbox.session import Arguments, Field, Session

UPSERT: Final = "adv-upsert-data-rows"
EXPORT: Final = "export-data-rows"
ADD_TO_BATCH: Final = "add-data-rows-to-batch"
COMPLETE: Final = "COMPLETE"
FAILED: Final = "FAILED"
IN_PROGRESS: Final = "IN_PROGRESS"


def add_task(
    session: Session, kind: str, name: str, *, error: str = "", seconds: float = 0.0
) -> Document:
    """Make a task that is done, or FAILED with `error`; it shows that only after `seconds`.

    The SDK reads `result` of a failed task as JSON text and breaks on null.
    """
    body = {
        "name": name,
        "type": kind,
        "status": FAILED if error else COMPLETE,
        "completionPercentage": 100.0,
        "createdAt": session.stamp,
        "updatedAt": session.stamp,
        "result": orjson.dumps({"error": error}).decode() if error else None,
        "errors": None,
        "metadata": None,
        "doneAt": session.now + seconds,
    }
    return documents.add(session.db, TASK, body)


def add_task_rows(
    session: Session, task: Document, outcomes: Iterable[tuple[bool, Mapping[str, Any]]]
) -> None:
    """Keep what became of each data row of a task: whether it failed, and what to tell of it."""
    session.db.executemany(
        "INSERT INTO task_row (task, ordinal, failed, outcome) VALUES (?, ?, ?, ?)",
        (
            (task["number"], ordinal, failed, orjson.dumps(outcome))
            for ordinal, (failed, outcome) in enumerate(outcomes, 1)
        ),
    )


def is_done(session: Session, task: Document) -> bool:
    """Whether the time of a slow task is over."""
    return bool(task.get("doneAt", 0.0) <= session.now)


def view(session: Session, task: Document) -> Document:
    """Show a task as it is now."""
    if is_done(session, task):
        return task
    return {**task, "status": IN_PROGRESS, "completionPercentage": 0.0}


def created_tasks(session: Session, arguments: Arguments) -> list[Document]:
    """Answer the task asked for by id, or all tasks."""
    where = arguments.get("where")
    if where is None:
        return [view(session, each) for each in documents.each(session.db, TASK)]
    task = documents.find(session.db, TASK, where["id"])
    return [] if task is None or arguments.get("skip") else [view(session, task)]


def task_rows(session: Session, arguments: Arguments, *, failed: bool) -> Mapping[str, Any]:
    """Answer one page of a task's data rows: those made, or those that failed."""
    asked = arguments["data"]
    found = documents.find(session.db, TASK, asked["taskId"])
    if found is None:
        raise missing("Task", asked["taskId"])
    if not is_done(session, found):
        return {"results" if failed else "nodes": [], "after": None, "total": 0}
    chosen = (found["number"], failed)
    first = asked.get("first") or 5000
    rows = session.db.execute(
        "SELECT ordinal, outcome FROM task_row WHERE task = ? AND failed = ? AND ordinal > ?"
        " ORDER BY ordinal LIMIT ?",
        (*chosen, int(asked.get("from") or 0), first),
    ).fetchall()
    (total,) = session.db.execute(
        "SELECT count(*) FROM task_row WHERE task = ? AND failed = ?", chosen
    ).fetchone()
    outcomes = [orjson.loads(row["outcome"]) for row in rows]
    after = str(rows[-1]["ordinal"]) if len(rows) == first else None
    return {"results" if failed else "nodes": outcomes, "after": after, "total": total}


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "successesfulDataRowImports": lambda session, arguments: task_rows(
            session, arguments, failed=False
        ),
        "failedDataRowImports": lambda session, arguments: task_rows(
            session, arguments, failed=True
        ),
    }
)
