"""Things there is little of, kept as JSON by kind and id: projects, ontologies, batches, tasks."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from bulkimport.sandbox.ids import new_id

Document = dict[str, Any]

PROJECT: Final = "project"
DATASET: Final = "dataset"
ONTOLOGY: Final = "ontology"
FEATURE: Final = "feature schema"
BATCH: Final = "batch"
TASK: Final = "task"
LOOK_UP: Final = "look-up"


def add(db: sqlite3.Connection, kind: str, body: Mapping[str, Any]) -> Document:
    """Keep a new document and return it with its `id` and `number`."""
    identity = body.get("id") or new_id()
    cursor = db.execute(
        "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)",
        (kind, identity, orjson.dumps({**body, "id": identity})),
    )
    return {**body, "id": identity, "number": cursor.lastrowid}


def find(db: sqlite3.Connection, kind: str, identity: object) -> Document | None:
    """Return the document with this id, None when there is none."""
    row = db.execute(
        "SELECT number, body FROM document WHERE kind = ? AND id = ?", (kind, identity)
    ).fetchone()
    return None if row is None else _document(row)


def numbered(db: sqlite3.Connection, number: int) -> Document:
    """Return the document with this number, which must be there."""
    row = db.execute("SELECT number, body FROM document WHERE number = ?", (number,)).fetchone()
    return _document(row)


def each(db: sqlite3.Connection, kind: str) -> Iterator[Document]:
    """Yield all documents of a kind, oldest first."""
    rows = db.execute("SELECT number, body FROM document WHERE kind = ? ORDER BY number", (kind,))
    return (_document(row) for row in rows.fetchall())


def change(db: sqlite3.Connection, document: Mapping[str, Any], **fields: object) -> Document:
    """Keep `document` with these fields changed, and return it so."""
    changed = {**document, **fields}
    body = {name: value for name, value in changed.items() if name != "number"}
    db.execute(
        "UPDATE document SET body = ? WHERE number = ?", (orjson.dumps(body), changed["number"])
    )
    return changed


def remove(db: sqlite3.Connection, document: Mapping[str, Any]) -> None:
    """Keep a document no longer."""
    db.execute("DELETE FROM document WHERE number = ?", (document["number"],))


def _document(row: sqlite3.Row) -> Document:
    return {**orjson.loads(row["body"]), "number": row["number"]}
