"""Batches: data rows queued to a project. A data row is in at most one batch of a project."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox import documents
from bulkimport.sandbox.conditions import cursor_page
from bulkimport.sandbox.documents import BATCH, DATASET, Document
from bulkimport.sandbox.references import by_id, by_key
from bulkimport.sandbox.refusals import CONFLICT, INTERNAL, Refusal, malformed, missing
from bulkimport.sandbox.session import Arguments, Session
from bulkimport.sandbox.tasks import ADD_TO_BATCH, add_task

BATCH_LIMIT: Final = 100_000
CALL_LIMIT: Final = 1_000_000
NAMED_KEYS: Final = 10

ProjectField = Callable[[Session, Document, Arguments], Any]


def add_batch(
    session: Session,
    project: Document,
    name: str,
    *,
    settings: Mapping[str, Any] | None = None,
) -> Document:
    """Make an empty batch; its name is unique in the project."""
    for each in documents.each(session.db, BATCH):
        if each["project"] == project["number"] and each["name"] == name:
            raise Refusal(CONFLICT, f"Batch with name {name} already exists in the project")
    body = {
        "name": name,
        "project": project["number"],
        "createdAt": session.stamp,
        "updatedAt": session.stamp,
        "consensusSettingsJson": settings,
    }
    return documents.add(session.db, BATCH, body)


def queue(session: Session, batch: Document, numbers: Sequence[int]) -> int:
    """Put data rows into a batch and return how many are new to the project."""
    if len(numbers) > BATCH_LIMIT:
        raise malformed(f"A batch holds at most {BATCH_LIMIT} data rows")
    before = session.db.total_changes
    session.db.executemany(
        "INSERT OR IGNORE INTO membership (project, data_row, batch) VALUES (?, ?, ?)",
        ((batch["project"], number, batch["number"]) for number in numbers),
    )
    return session.db.total_changes - before


def remember_priority(session: Session, batch: Document, asked: Arguments) -> None:
    """Keep the priority that data rows were queued with."""
    documents.change(session.db, batch, priority=asked["priority"])


def view(session: Session, batch: Document) -> Mapping[str, Any]:
    """Show a batch as the schema describes it."""
    (size,) = session.db.execute(
        "SELECT count(*) FROM membership WHERE project = ? AND batch = ?",
        (batch["project"], batch["number"]),
    ).fetchone()
    return {**batch, "size": size}


def numbers_asked(session: Session, asked: Arguments) -> list[int]:
    """Return the data rows that a call names, each once; an unknown global key refuses the call.

    They are named by global keys or by ids; both at once contradict each other.
    """
    keys = asked.get("globalKeys") or []
    if keys and asked.get("dataRowIds"):
        raise malformed("Data rows are given by global keys or by ids, not by both")
    require_priority(asked)
    found = by_key(session.db, keys)
    unknown = [key for key in keys if key not in found]
    if unknown:
        shown = ", ".join(unknown[:NAMED_KEYS])
        raise malformed(f"Data rows with the following global keys do not exist: {shown}.")
    ids = by_id(session.db, asked.get("dataRowIds") or [])
    return list(dict.fromkeys([*ids.values(), *(found[key] for key in keys)]))


def require_priority(asked: Arguments) -> None:
    """Refuse a priority that is none; the service says no more than that something is wrong."""
    priority = asked.get("priority")
    if not isinstance(priority, int) or not -(1 << 31) <= priority < 1 << 31:
        raise Refusal(INTERNAL, "Unexpected error: priority must be an integer")


def create(session: Session, project: Document, arguments: Arguments) -> Mapping[str, Any]:
    """Answer createBatchV2: the batch and its data rows at once."""
    asked = arguments["input"]
    batch = add_batch(session, project, asked["name"], settings=asked.get("consensusSettings"))
    numbers = numbers_asked(session, asked)
    if not numbers:
        raise malformed("No valid data rows to be added from the list provided!")
    if not queue(session, batch, numbers):
        raise malformed("No valid data rows to add to project")
    remember_priority(session, batch, asked)
    return {"batch": view(session, batch), "failedDataRowIds": []}


def create_empty(session: Session, project: Document, arguments: Arguments) -> Mapping[str, Any]:
    """Answer createEmptyBatch, to be filled by addDataRowsToBatchAsync."""
    asked = arguments["input"]
    return add_batch(session, project, asked["name"], settings=asked.get("consensusSettings"))


def fill(session: Session, project: Document, arguments: Arguments) -> Mapping[str, Any]:
    """Answer addDataRowsToBatchAsync with a task that is done."""
    asked = arguments["input"]
    batch = documents.find(session.db, BATCH, asked["batchId"])
    if batch is None or batch["project"] != project["number"]:
        raise missing("Batch", asked["batchId"])
    added = queue(session, batch, numbers_asked(session, asked))
    remember_priority(session, batch, asked)
    error = "" if added else "No valid data rows to add to project"
    return {"taskId": add_task(session, ADD_TO_BATCH, batch["name"], error=error)["id"]}


def create_many(session: Session, project: Document, arguments: Arguments) -> Mapping[str, Any]:
    """Answer createBatches: as many batches as the data rows need."""
    asked = arguments["input"]
    numbers = numbers_asked(session, asked)
    if not numbers:
        raise malformed("No valid data rows to be added from the list provided!")
    if len(numbers) > CALL_LIMIT:
        raise malformed(f"A call takes at most {CALL_LIMIT} data rows")
    return _spread(session, project, asked, numbers=numbers)


def create_from_dataset(
    session: Session, project: Document, arguments: Arguments
) -> Mapping[str, Any]:
    """Answer createBatchesFromDataset: the data rows of a dataset that the project lacks."""
    asked = arguments["input"]
    require_priority(asked)
    dataset = documents.find(session.db, DATASET, asked["datasetId"])
    if dataset is None or dataset["deleted"]:
        raise missing("Dataset", asked["datasetId"])
    rows = session.db.execute(
        "SELECT number FROM data_row WHERE dataset = ? AND number NOT IN"
        " (SELECT data_row FROM membership WHERE project = ?) ORDER BY number",
        (dataset["number"], project["number"]),
    )
    return _spread(session, project, asked, numbers=[row["number"] for row in rows])


def _spread(
    session: Session, project: Document, asked: Arguments, *, numbers: Sequence[int]
) -> Mapping[str, Any]:
    tasks = []
    for index, start in enumerate(range(0, len(numbers), BATCH_LIMIT)):
        name = f"{asked['batchNamePrefix']}{index:04d}"
        batch = add_batch(session, project, name, settings=asked.get("consensusSettings"))
        queue(session, batch, numbers[start : start + BATCH_LIMIT])
        remember_priority(session, batch, asked)
        task = add_task(session, ADD_TO_BATCH, name)
        tasks.append({"batchUuid": batch["id"], "taskId": task["id"]})
    return {"tasks": tasks}


def batches(session: Session, project: Document, arguments: Arguments) -> Mapping[str, Any]:
    """Answer one batch by its id, or a page of the project's batches."""
    where = arguments.get("where") or {}
    own = [
        each
        for each in documents.each(session.db, BATCH)
        if each["project"] == project["number"] and where.get("id") in (None, each["id"])
    ]
    nodes, cursor = cursor_page(list(own), arguments)
    shown = [view(session, dict(node)) for node in nodes]
    return {"nodes": shown, "pageInfo": {"endCursor": cursor, "hasNextPage": cursor is not None}}


PROJECT_FIELDS: Final[Mapping[str, ProjectField]] = MappingProxyType(
    {
        "batches": batches,
        "createBatchV2": create,
        "createEmptyBatch": create_empty,
        "addDataRowsToBatchAsync": fill,
        "createBatches": create_many,
        "createBatchesFromDataset": create_from_dataset,
    }
)
