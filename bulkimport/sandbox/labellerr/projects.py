"""Labellerr's projects, datasets and the files in them, as callers see them."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.documents import Document
from bulkimport.sandbox.labellerr.refusals import forbidden, malformed, missing

PROJECT: Final = "labellerr project"
DATASET: Final = "labellerr dataset"
DATA_TYPES: Final = ("image", "video", "audio", "document")
# What the caller may do with a project.
NOTHING, READ, WRITE = ACCESSES = ("none", "read", "write")
READY: Final = 300
PAGE_MOST: Final = 1000
FILE_ID: Final = "file-"
SQL_PAGE: Final = """
    SELECT number, name, dataset FROM labellerr_file
    WHERE dataset IN (SELECT value FROM json_each(?)) AND number > ? ORDER BY number LIMIT ?"""
SQL_NAMED: Final = """
    SELECT asked.value AS name, min(labellerr_file.number) AS number
    FROM json_each(?1) AS asked CROSS JOIN labellerr_file
      ON labellerr_file.name = asked.value
     AND labellerr_file.dataset IN (SELECT value FROM json_each(?2))
    GROUP BY asked.value"""


def find_project(db: sqlite3.Connection, identity: object, *, access: str = READ) -> Document:
    """Return a project that the caller may use in this way; raises Refused."""
    project = documents.find(db, PROJECT, identity)
    if project is None:
        raise missing("project", identity)
    if ACCESSES.index(project["access"]) < ACCESSES.index(access):
        raise forbidden(f"You have no {access} access to project {identity}")
    return project


def show_project(db: sqlite3.Connection, identity: str) -> Mapping[str, Any] | None:
    """Answer call 1; an unknown project is None, as the SDK takes it for not found."""
    if documents.find(db, PROJECT, identity) is None:
        return None
    project = find_project(db, identity)
    told = ("data_type", "project_name", "attached_datasets", "created_at", "created_by")
    return {
        "project_id": identity,
        **{name: project[name] for name in told},
        "annotation_template_id": project["id"],
        "status_code": READY,
    }


def show_dataset(db: sqlite3.Connection, identity: str) -> Mapping[str, Any]:
    """Answer a dataset; it is ready as soon as it is there."""
    dataset = find_dataset(db, identity)
    (count,) = db.execute(
        "SELECT count(*) FROM labellerr_file WHERE dataset = ?", (dataset["number"],)
    ).fetchone()
    told = {name: dataset[name] for name in ("name", "data_type", "created_at")}
    return {"dataset_id": identity, **told, "files_count": count, "status_code": READY}


def find_dataset(db: sqlite3.Connection, identity: object) -> Document:
    """Return a dataset; raises Refused."""
    dataset = documents.find(db, DATASET, identity)
    if dataset is None:
        raise missing("dataset", identity)
    return dataset


def dataset_numbers(db: sqlite3.Connection, project: Document) -> list[int]:
    """Return the numbers of the datasets attached to a project."""
    return [find_dataset(db, each)["number"] for each in project["attached_datasets"]]


def page(
    db: sqlite3.Connection, datasets: Iterable[int], *, size: object, after: object
) -> Mapping[str, Any]:
    """Answer one page of the files of datasets, and where the next begins: null after the last."""
    wanted = min(_number(size or PAGE_MOST, "size"), PAGE_MOST)
    place = _number(after or 0, "next_search_after")
    numbers = orjson.dumps(list(datasets)).decode()
    rows = db.execute(SQL_PAGE, (numbers, place, wanted + 1)).fetchall()
    files = [_file(row) for row in rows[:wanted]]
    more = str(rows[wanted - 1]["number"]) if len(rows) > wanted else None
    return {"files": files, "next_search_after": more}


def show_file(db: sqlite3.Connection, identity: str) -> Mapping[str, Any]:
    """Answer one file by its id; raises Refused."""
    digits = identity.removeprefix(FILE_ID)
    row = db.execute(
        "SELECT number, name, dataset FROM labellerr_file WHERE number = ?",
        (int(digits) if digits.isdecimal() else 0,),
    ).fetchone()
    if row is None:
        raise missing("file", identity)
    dataset = documents.numbered(db, row["dataset"])
    told = {"dataset_id": dataset["id"], "data_type": dataset["data_type"]}
    return {**_file(row), **told, "file_metadata": {}}


def named(db: sqlite3.Connection, datasets: Iterable[int], names: Iterable[str]) -> dict[str, int]:
    """Return the number of each file that is called exactly so: case, extension and all."""
    asked = orjson.dumps(list(names)).decode(), orjson.dumps(list(datasets)).decode()
    return {row["name"]: row["number"] for row in db.execute(SQL_NAMED, asked)}


def _file(row: sqlite3.Row) -> dict[str, Any]:
    return {"file_id": f"{FILE_ID}{row['number']}", "file_name": row["name"]}


def _number(value: object, name: str) -> int:
    digits = str(value)
    if isinstance(value, bool) or not (digits.isdecimal() and digits.isascii()):
        raise malformed(f"{name} is not a number that was given out: {value!r}")
    return int(digits)
