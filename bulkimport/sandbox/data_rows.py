"""Data rows: read, listed, looked up by their global keys."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox import documents, processing
from bulkimport.sandbox.datasets import find_dataset
from bulkimport.sandbox.datasets import view as show_dataset
from bulkimport.sandbox.documents import LOOK_UP
from bulkimport.sandbox.ids import data_row_id, data_row_number
from bulkimport.sandbox.people import organization, user
from bulkimport.sandbox.references import by_key
from bulkimport.sandbox.refusals import missing
from bulkimport.sandbox.session import Arguments, Field, Session, timestamp


def view(row: sqlite3.Row) -> Mapping[str, Any]:
    """Show a data row as the schema describes it."""
    created = timestamp(row["created_at"])
    return {
        "id": data_row_id(row["number"]),
        "externalId": row["external_id"],
        "globalKey": row["global_key"],
        "rowData": row["row_data"],
        "createdAt": created,
        "updatedAt": created,
        "mediaAttributes": {},
        "metadataFields": [],
        "customMetadata": [],
        "dataset": lambda session, _: show_dataset(
            session, documents.numbered(session.db, row["dataset"])
        ),
        "createdBy": user,
        "organization": organization,
    }


def data_row(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a data row by its id."""
    identity = arguments["where"]["id"]
    row = session.db.execute(
        "SELECT * FROM data_row WHERE number = ?", (data_row_number(identity),)
    ).fetchone()
    if row is None:
        raise missing("DataRow", identity)
    return view(row)


def dataset_data_rows(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a page of a dataset's data rows, the newest first; the cursor is an id."""
    dataset = find_dataset(session, arguments["id"])
    before = data_row_number(arguments.get("from") or "") or (1 << 62)
    external = (arguments.get("where") or {}).get("externalId")
    rows = session.db.execute(
        "SELECT * FROM data_row WHERE dataset = ?1 AND number < ?2"
        " AND (?3 IS NULL OR external_id = ?3) ORDER BY number DESC LIMIT ?4",
        (dataset["number"], before, external, arguments.get("first") or 500),
    ).fetchall()
    cursor = data_row_id(rows[-1]["number"]) if rows else None
    return {
        "nodes": [view(row) for row in rows],
        "pageInfo": {"hasNextPage": bool(rows), "startCursor": cursor},
    }


def look_up(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer dataRowsForGlobalKeys: a job that remembers the keys."""
    job = documents.add(session.db, LOOK_UP, {"keys": arguments["where"]["ids"]})
    return {"jobId": job["id"]}


def looked_up(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer dataRowsForGlobalKeysResult, one entry a key in the order asked."""
    job = documents.find(session.db, LOOK_UP, arguments["jobId"]["id"])
    if job is None:
        raise missing("Job", arguments["jobId"]["id"])
    found = by_key(session.db, job["keys"])
    ids = [data_row_id(found[key]) if key in found else "" for key in job["keys"]]
    data = {
        "fetchedDataRows": [{"id": each} for each in ids],
        "notFoundGlobalKeys": [key for key in job["keys"] if key not in found],
        "accessDeniedGlobalKeys": [],
    }
    return {"data": data, "jobStatus": "COMPLETE"}


def external_ids(session: Session, arguments: Arguments) -> list[Mapping[str, Any]]:
    """Answer the ids of the data rows with these external ids."""
    asked = set(arguments["externalId_in"])
    marks = ", ".join("?" * len(asked))
    rows = session.db.execute(
        f"SELECT number, external_id FROM data_row WHERE external_id IN ({marks})",  # noqa: S608
        tuple(asked),
    )
    return [
        {"dataRowId": data_row_id(row["number"]), "externalId": row["external_id"]} for row in rows
    ]


def processed(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer whether data rows are ready for a batch: once they are made, unless that is slow.

    Unknown ones do not count: making the batch refuses them by name, waiting would not help.
    """
    ids = arguments.get("dataRowIds") or []
    numbers = [number for text in ids if (number := data_row_number(text)) is not None]
    numbers += by_key(session.db, arguments.get("globalKeys") or []).values()
    over = processing.is_over(session.db, numbers, now=session.now)
    return {"allDataRowsHaveBeenProcessed": over}


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "dataRow": data_row,
        "datasetDataRows": dataset_data_rows,
        "dataRowsForGlobalKeys": look_up,
        "dataRowsForGlobalKeysResult": looked_up,
        "externalIdsToDataRowIds": external_ids,
        "queryAllDataRowsHaveBeenProcessed": processed,
    }
)
