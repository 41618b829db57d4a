"""Annotation imports as callers see them: created, looked up by name, listed, deleted."""

import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.files import Draft
from bulkimport.sandbox.ids import new_id
from bulkimport.sandbox.labels import LABELS, PRELABELS, drop_parts
from bulkimport.sandbox.people import user
from bulkimport.sandbox.projects import find_project
from bulkimport.sandbox.projects import view as show_project
from bulkimport.sandbox.refusals import CONFLICT, Refusal, malformed, missing
from bulkimport.sandbox.session import Arguments, Field, Session

RUNNING: Final = "RUNNING"
# Faults of a create call that show later, when the import runs.
LATER_FAULTS: Final = ("fail-import", "drop-status-rows", "unreachable-url")


def create(session: Session, arguments: Arguments, *, kind: str) -> Mapping[str, Any]:
    """Answer a create call: the import exists and RUNs once the answer is made."""
    data = arguments["data"]
    project = find_project(session, data["projectId"])
    if session.unique_names and _named(session.db, project["number"], kind, name=data["name"]):
        message = f"An import named {data['name']} already exists in the project"
        raise Refusal(CONFLICT, message)
    faults = {name: session.faults[name] for name in LATER_FAULTS if name in session.faults}
    identity = new_id()
    session.db.execute(
        "INSERT INTO annotation_import (id, project, kind, name, state, progress, source_url,"
        " input_file, faults) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)",
        (
            *(identity, project["number"], kind, data["name"], RUNNING, data.get("fileUrl")),
            *(_input(session, data), orjson.dumps(faults)),
        ),
    )
    return view(session, _by_id(session.db, identity, kind))


def _input(session: Session, data: Mapping[str, Any]) -> str | None:
    """Keep the uploaded rows for download and return their token; None when given by URL."""
    payload, url = data.get("filePayload"), data.get("fileUrl")
    if (payload is None) == (url is None):
        raise malformed("give exactly one of fileUrl and filePayload")
    if payload is None:
        return None
    draft = payload["file"]
    if not isinstance(draft, Draft):
        raise malformed("no file came with the request")
    # A client that repeats a request with a file it has already read sends 0 bytes.
    if draft.path.stat().st_size == 0:
        raise malformed("the file is empty")
    return session.keep(draft, expires=True)


def view(session: Session, row: sqlite3.Row) -> Mapping[str, Any]:
    """Show an import as the schema describes it."""
    return {
        "id": row["id"],
        "name": row["name"],
        "state": row["state"],
        "progress": f"{row['progress']}%",
        "inputFileUrl": row["source_url"] or session.url(row["input_file"]),
        "statusFileUrl": session.url(row["status_file"]),
        "errorFileUrl": session.url(row["error_file"]),
        "project": lambda session, _: show_project(
            session, documents.numbered(session.db, row["project"])
        ),
        "createdBy": user,
    }


def named(session: Session, arguments: Arguments, *, kind: str) -> Mapping[str, Any]:
    """Answer an import by project and name; of several of one name, the first made."""
    where = arguments["where"]
    project = find_project(session, where["projectId"])
    row = _named(session.db, project["number"], kind, name=where["name"])
    if row is None:
        raise missing("AnnotationImport", where["name"])
    return view(session, row)


def listed(session: Session, arguments: Arguments, *, kind: str) -> list[Mapping[str, Any]]:
    """Answer a page of a project's imports, oldest first."""
    project = find_project(session, arguments["where"]["projectId"])
    first = arguments.get("first")
    rows = session.db.execute(
        "SELECT * FROM annotation_import WHERE project = ? AND kind = ? ORDER BY number"
        " LIMIT ? OFFSET ?",
        (project["number"], kind, -1 if first is None else first, arguments.get("skip") or 0),
    )
    return [view(session, row) for row in rows.fetchall()]


def delete(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a delete call: the import is gone, and the pre-labels it made."""
    row = _by_id(session.db, arguments["where"]["id"], PRELABELS)
    session.db.execute("DELETE FROM annotation_import WHERE number = ?", (row["number"],))
    drop_parts(session.db, row["number"])
    return view(session, row)


def _named(db: sqlite3.Connection, project: int, kind: str, *, name: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM annotation_import WHERE project = ? AND kind = ? AND name = ?"
        " ORDER BY number LIMIT 1",
        (project, kind, name),
    ).fetchone()
    return found


def _by_id(db: sqlite3.Connection, identity: str, kind: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM annotation_import WHERE id = ? AND kind = ?", (identity, kind)
    ).fetchone()
    if row is None:
        raise missing("AnnotationImport", identity)
    return row


def _fields(kind: str, *, one: str, many: str, made: str) -> Mapping[str, Callable[..., Any]]:
    return {
        made: partial(create, kind=kind),
        one: partial(named, kind=kind),
        many: partial(listed, kind=kind),
    }


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        **_fields(LABELS, one="labelImport", many="labelImports", made="createLabelImport"),
        **_fields(
            PRELABELS,
            one="modelAssistedLabelingPredictionImport",
            many="modelAssistedLabelingPredictionImports",
            made="createModelAssistedLabelingPredictionImport",
        ),
        "deleteModelAssistedLabelingPredictionImport": delete,
    }
)
