"""Data rows made or changed in bulk, from the chunk files that a manifest names."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents, processing
from bulkimport.sandbox.documents import DATASET, Document
from bulkimport.sandbox.files import token_of
from bulkimport.sandbox.fitness import Unfit, require_fit
from bulkimport.sandbox.ids import data_row_id, data_row_number
from bulkimport.sandbox.processing import SLOW_PROCESSING, SLOW_TASK
from bulkimport.sandbox.refusals import NOT_ALLOWED, Refusal, malformed
from bulkimport.sandbox.session import Arguments, Field, Session
from bulkimport.sandbox.tasks import UPSERT, add_task, add_task_rows, view
from bulkimport.sandbox.urls import EVERY_HOST, is_reachable

ROWS_PER_TASK: Final = 150_000
SQL_UPDATE: Final = """
    UPDATE data_row SET dataset = ?, global_key = coalesce(?, global_key),
      external_id = coalesce(?, external_id), row_data = coalesce(?, row_data) WHERE number = ?"""


def upsert(session: Session, arguments: Arguments) -> Document:
    """Answer upsertDataRows with a task that is done; a row that fails is told by the task."""
    manifest = _json(session, arguments["data"]["manifestUri"])
    specs = [spec for uri in manifest["chunk_uris"] for spec in _json(session, uri)]
    if len(specs) > ROWS_PER_TASK:
        raise malformed(f"A task holds at most {ROWS_PER_TASK} data rows")
    _require_room(session, len(specs))
    slow = session.faults.get(SLOW_TASK)
    seconds = float(slow.get("seconds", 1)) if slow is not None else 0.0
    fails = session.faults.get("fail-import")
    if fails is not None:
        error = fails.get("message", "The data rows cannot be made")
        return view(session, add_task(session, UPSERT, "Upsert data rows", error=error))
    task = add_task(session, UPSERT, "Upsert data rows", seconds=seconds)
    add_task_rows(session, task, _outcomes(session, specs))
    return view(session, task)


def _require_room(session: Session, more: int) -> None:
    """Refuse a task that would bring the account over its limit; an update counts too."""
    most = session.limits.data_rows
    if most is None:
        return
    (rows,) = session.db.execute("SELECT count(*) FROM data_row").fetchone()
    if rows + more > most:
        raise Refusal(NOT_ALLOWED, f"The plan of this account takes {most} data rows")


def _json(session: Session, uri: str) -> Any:  # noqa: ANN401 - whatever the file holds
    served = session.files.find(session.db, token_of(uri), session.now)
    if served is None:
        raise malformed(f"not a file of this service: {uri}")
    return orjson.loads(served.path.read_bytes())


def _outcomes(
    session: Session, specs: list[dict[str, Any]]
) -> Iterator[tuple[bool, Mapping[str, Any]]]:
    fault = session.faults.get("unreachable-url")
    away = fault.get("hosts", [EVERY_HOST]) if fault else ()
    datasets = {each["id"]: each["number"] for each in documents.each(session.db, DATASET)}
    made: list[int] = []
    for spec in specs:
        payload = spec["payload"]
        try:
            require_fit(payload)
            number = _put(session, spec, datasets.get(payload.get("dataset_id")), away=away)
        except Unfit as error:
            yield True, {"message": str(error), "spec": _shown(payload)}
        else:
            made.append(number)
            yield False, {"id": data_row_id(number), **_shown(payload)}
    if (slow := session.faults.get(SLOW_PROCESSING)) is not None:
        processing.begin(session.db, made, fault=slow, now=session.now)


def _put(
    session: Session, spec: Mapping[str, Any], dataset: int | None, *, away: Collection[str]
) -> int:
    payload = spec["payload"]
    if dataset is None:
        raise Unfit(f"Dataset not found: {payload.get('dataset_id')}")
    row_data = _text(payload.get("row_data"))
    if row_data is not None and "://" in row_data and not is_reachable(row_data, away):
        raise Unfit(f"Failed to access URL: {row_data}")
    existing = _existing(session.db, spec["id"])
    key = payload.get("global_key") or (
        spec["id"]["value"] if spec["id"]["type"] == "GKEY" else None
    )
    values = (dataset, key, payload.get("external_id"), row_data)
    try:
        if existing is not None:
            session.db.execute(SQL_UPDATE, (*values, existing))
            return existing
        cursor = session.db.execute(
            "INSERT INTO data_row (dataset, global_key, external_id, row_data, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (*values, session.now),
        )
    except sqlite3.IntegrityError as error:
        raise Unfit(f"Duplicate global key: '{payload.get('global_key')}'") from error
    return int(cursor.lastrowid or 0)


def _existing(db: sqlite3.Connection, asked: Mapping[str, str]) -> int | None:
    """Return the data row that an upsert changes, None when it makes a new one."""
    if asked["type"] == "ID":
        row = db.execute(
            "SELECT number FROM data_row WHERE number = ?", (data_row_number(asked["value"]),)
        ).fetchone()
        if row is None:
            raise Unfit(f"Data row not found: {asked['value']}")
        return int(row["number"])
    if asked["type"] == "GKEY":
        row = db.execute(
            "SELECT number FROM data_row WHERE global_key = ?", (asked["value"],)
        ).fetchone()
        return None if row is None else int(row["number"])
    return None


def _shown(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "externalId": payload.get("external_id"),
        "globalKey": payload.get("global_key"),
        "rowData": _text(payload.get("row_data")),
        "metadata": payload.get("metadata_fields") or [],
        "attachments": payload.get("attachments") or [],
    }


def _text(row_data: object) -> str | None:
    """Return row data as the platform gives it back: an object as JSON text."""
    if row_data is None or isinstance(row_data, str):
        return row_data
    return orjson.dumps(row_data).decode()


FIELDS: Final[Mapping[str, Field]] = MappingProxyType({"upsertDataRows": upsert})
