"""Streamable exports: the data rows of a project or of the catalog, in files cut between lines."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.documents import PROJECT, TASK, Document
from bulkimport.sandbox.ids import data_row_id
from bulkimport.sandbox.references import by_id, by_key
from bulkimport.sandbox.refusals import malformed, missing
from bulkimport.sandbox.session import Arguments, Field, Session, timestamp
from bulkimport.sandbox.tasks import EXPORT, add_task

LINES_PER_FILE: Final = 10_000
IDS_MOST: Final = 2_000
RESULT: Final = "RESULT"
SQL_ALL: Final = "SELECT * FROM data_row ORDER BY number"
SQL_MEMBERS: Final = """
    SELECT data_row.* FROM membership JOIN data_row ON data_row.number = membership.data_row
    WHERE membership.project = ? ORDER BY data_row.number"""
SQL_LABELS: Final = """
    SELECT label_part.data_row AS data_row, annotation_import.id AS import, count(*) AS parts
    FROM annotation_import JOIN label_part ON label_part.import = annotation_import.number
    WHERE annotation_import.project = ? AND annotation_import.kind = 'labels'
      AND annotation_import.state = 'FINISHED'
    GROUP BY label_part.data_row, annotation_import.number"""


def in_project(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer exportDataRowsInProject with a task whose files are ready."""
    asked = arguments["input"]
    project = documents.find(session.db, PROJECT, asked["filters"]["projectId"])
    if project is None:
        raise missing("Project", asked["filters"]["projectId"])
    rows = session.db.execute(SQL_MEMBERS, (project["number"],))
    chosen = _chosen(session, rows, asked["filters"])
    return _exported(session, _lines(session, chosen, project), asked)


def in_catalog(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer exportDataRowsInCatalog with a task whose files are ready."""
    asked = arguments["input"]
    rows = session.db.execute(SQL_ALL)
    return _exported(
        session, _lines(session, _chosen(session, rows, asked["filters"]), None), asked
    )


def metadata_header(task: Document, arguments: Arguments) -> Document | None:
    """Answer how large a stream is; null when there is none, as for an empty one."""
    files = task.get("files") or []
    if arguments["streamType"] != RESULT or not files:
        return None
    return {"totalSize": files[-1]["end"] + 1, "totalLines": files[-1]["last_line"] + 1}


def file_from_offset(session: Session, task: Document, arguments: Arguments) -> Document | None:
    """Answer the file that holds a byte of a stream; offsets and lines are inclusive."""
    offset = int(arguments["offset"])
    for file in task.get("files") or []:
        if arguments["streamType"] == RESULT and file["start"] <= offset <= file["end"]:
            return {
                "offsets": {"start": str(file["start"]), "end": str(file["end"])},
                "lines": {"start": str(file["first_line"]), "end": str(file["last_line"])},
                "file": session.url(file["token"]),
            }
    return None


def _chosen(
    session: Session, rows: sqlite3.Cursor, filters: Mapping[str, Any]
) -> Iterator[sqlite3.Row]:
    """The rows that meet all of the search."""
    query = (filters.get("searchQuery") or {}).get("query") or []
    wanted = [_wanted(session, asked) for asked in query]
    return (row for row in rows if all(row[column] in numbers for column, numbers in wanted))


def _wanted(session: Session, asked: Mapping[str, Any]) -> tuple[str, set[int]]:
    kind, ids = asked.get("type"), asked.get("ids") or []
    if len(ids) > IDS_MOST:
        raise malformed(f"A filter takes at most {IDS_MOST} ids")
    if kind == "data_row_id":
        return "number", set(by_id(session.db, ids).values())
    if kind == "global_key":
        return "number", set(by_key(session.db, ids).values())
    if kind == "dataset":
        found = [documents.find(session.db, documents.DATASET, one) for one in ids]
        return "dataset", {one["number"] for one in found if one is not None}
    raise malformed(f"The sandbox does not search by {kind}")


def _lines(
    session: Session, rows: Iterator[sqlite3.Row], project: Document | None
) -> Iterator[bytes]:
    labels: dict[int, list[str]] = {}
    if project is not None:
        for one in session.db.execute(SQL_LABELS, (project["number"],)):
            labels.setdefault(one["data_row"], []).append(one["import"])
    for row in rows:
        line: dict[str, Any] = {"data_row": _shown(row), "media_attributes": {}}
        if project is not None:
            held = [
                {"id": f"{name}-{row['number']}", "label_kind": "Default"}
                for name in labels.get(row["number"], ())
            ]
            line["projects"] = {project["id"]: {"name": project.get("name"), "labels": held}}
        yield orjson.dumps(line) + b"\n"


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    shown = {
        "id": data_row_id(row["number"]),
        "global_key": row["global_key"],
        "external_id": row["external_id"],
        "row_data": row["row_data"],
        "details": {"created_at": timestamp(row["created_at"])},
    }
    return {name: value for name, value in shown.items() if value is not None}


def _exported(
    session: Session, lines: Iterator[bytes], asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    task = add_task(session, EXPORT, asked.get("taskName") or "Export data rows")
    files: list[dict[str, Any]] = []
    some: list[bytes] = []
    for line in lines:
        some.append(line)
        if len(some) == LINES_PER_FILE:
            files.append(_file(session, some, files))
            some = []
    if some:
        files.append(_file(session, some, files))
    documents.change(session.db, task, files=files)
    return {"taskId": task["id"], "isStreamable": True}


def _file(
    session: Session, lines: Sequence[bytes], before: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    content = b"".join(lines)
    draft = session.files.draft("export.ndjson")
    draft.path.write_bytes(content)
    start = before[-1]["end"] + 1 if before else 0
    first = before[-1]["last_line"] + 1 if before else 0
    return {
        "token": session.keep(draft, expires=True),
        "start": start,
        "end": start + len(content) - 1,
        "first_line": first,
        "last_line": first + len(lines) - 1,
    }


def show_task(session: Session, arguments: Arguments) -> Mapping[str, Any] | None:
    """Answer a task by its id with its streams, null when there is none."""
    found = documents.find(session.db, TASK, arguments["where"]["id"])
    if found is None:
        return None
    return {
        **found,
        "exportMetadataHeader": lambda _, asked: metadata_header(found, asked),
        "exportFileFromOffset": lambda session, asked: file_from_offset(session, found, asked),
    }


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "exportDataRowsInProject": in_project,
        "exportDataRowsInCatalog": in_catalog,
        "task": show_task,
    }
)
