"""Fills a sandbox by the hundred thousand: a project, its ontology, data rows in batches."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson

from bulkimport.clock import Clock
from bulkimport.errors import UsageError
from bulkimport.sandbox.batches import BATCH_LIMIT, add_batch
from bulkimport.sandbox.datasets import add_dataset
from bulkimport.sandbox.documents import Document
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.ontologies import add_ontology
from bulkimport.sandbox.projects import add_project, connect
from bulkimport.sandbox.session import Session
from bulkimport.sandbox.store import Store

ROW_DATA: Final = "https://assets.example.com/"


@dataclass(frozen=True, kw_only=True)
class Seed:
    """What to make: a name, the media type, the ontology's `normalized`, the global keys."""

    project_name: str
    media: str
    ontology: Mapping[str, Any]
    keys: Iterable[str]


def numbered_keys(template: str, count: int) -> Iterator[str]:
    """Yield `count` global keys, `{n}` in the template standing for 1, 2, 3..."""
    before, _, after = template.partition("{n}")
    return (f"{before}{n}{after}" for n in range(1, count + 1))


def seed(store: Store, files: Files, clock: Clock, *, wanted: Seed) -> dict[str, Any]:
    """Make it all and return the ids; a batch of 100,000 data rows is one transaction.

    Works beside a running server. Costs flat memory, and a second or two per million data rows on
    top of what the disk takes.
    """
    keys = iter(wanted.keys)
    with store.writing() as db:
        session = Session(db=db, files=files, now=clock.now(), base="")
        project, ontology, dataset = _ground(session, wanted)
    batches = data_rows = 0
    while part := list(islice(keys, BATCH_LIMIT)):
        with store.writing() as db:
            session = Session(db=db, files=files, now=clock.now(), base="")
            _fill(session, project, dataset, name=f"seed {batches:04d}", keys=part)
        batches += 1
        data_rows += len(part)
    return {
        "project_id": project["id"],
        "ontology_id": ontology["id"],
        "dataset_id": dataset["id"],
        "data_rows": data_rows,
        "batches": batches,
    }


def _ground(session: Session, wanted: Seed) -> tuple[Document, Document, Document]:
    media = wanted.media.upper()
    project = add_project(session, {"name": wanted.project_name, "allowedMediaType": media})
    normalized = orjson.dumps(wanted.ontology).decode()
    asked = {"name": wanted.project_name, "normalized": normalized, "mediaType": media}
    ontology = add_ontology(session, asked)
    dataset = add_dataset(session, {"name": wanted.project_name})
    return connect(session, project, ontology), ontology, dataset


def _fill(
    session: Session, project: Document, dataset: Document, *, name: str, keys: list[str]
) -> None:
    batch = add_batch(session, project, name)
    (before,) = session.db.execute("SELECT coalesce(max(number), 0) FROM data_row").fetchone()
    try:
        session.db.executemany(
            "INSERT INTO data_row (dataset, global_key, row_data, created_at) VALUES (?, ?, ?, ?)",
            ((dataset["number"], key, ROW_DATA + key, session.now) for key in keys),
        )
    except sqlite3.IntegrityError as error:
        raise UsageError("a data row has one of these global keys already") from error
    session.db.execute(
        "INSERT INTO membership (project, data_row, batch)"
        " SELECT ?, number, ? FROM data_row WHERE number > ?",
        (project["number"], batch["number"], before),
    )
