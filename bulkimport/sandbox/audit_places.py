"""Says what a sandbox was given to work on: datasets and their data rows, projects, batches.

Without ids and times, so that two sandboxes that were filled in two ways can be compared. Digests
are those of `audit`: a sum of one BLAKE2b digest each, which does not care for order.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.audit import MODULUS, WIDTH, digest
from bulkimport.sandbox.documents import BATCH, DATASET, ONTOLOGY, PROJECT, Document
from bulkimport.sandbox.store import Store

SQL_DATA_ROWS: Final = """
    SELECT global_key, external_id, row_data FROM data_row WHERE dataset = ? ORDER BY number"""
SQL_QUEUED: Final = """
    SELECT data_row.global_key, data_row.external_id, data_row.row_data
    FROM membership JOIN data_row ON data_row.number = membership.data_row
    WHERE membership.project = ? AND membership.batch = ?"""
IDS: Final = ("schemaNodeId", "featureSchemaId")


def audit_places(store: Store) -> dict[str, Any]:
    """Describe every dataset and project. Costs about a second for 300,000 data rows."""
    with store.reading() as db:
        return {
            "datasets": [
                {
                    "name": each["name"],
                    "description": each["description"],
                    **_digested(db.execute(SQL_DATA_ROWS, (each["number"],))),
                }
                for each in documents.each(db, DATASET)
                if not each["deleted"]
            ],
            "projects": [
                _project(db, each) for each in documents.each(db, PROJECT) if not each["deleted"]
            ],
        }


def _project(db: sqlite3.Connection, project: Document) -> dict[str, Any]:
    ontology = documents.find(db, ONTOLOGY, project["ontology"])
    kept = ("name", "description", "allowedMediaType", "isBenchmarkEnabled", "isConsensusEnabled")
    numbers = ("autoAuditNumberOfLabels", "autoAuditPercentage")
    return {
        **{name: project[name] for name in kept},
        **{name: float(project[name]) for name in numbers},
        "ontology": _ontology(ontology) if ontology else None,
        "batches": [
            {
                "name": batch["name"],
                "priority": batch.get("priority"),
                "consensus": batch["consensusSettingsJson"],
                **_digested(db.execute(SQL_QUEUED, (project["number"], batch["number"]))),
            }
            for batch in documents.each(db, BATCH)
            if batch["project"] == project["number"]
        ],
    }


def _ontology(ontology: Document) -> dict[str, Any]:
    bare = _without_ids(ontology["normalized"])
    return {
        "name": ontology["name"],
        "media_type": ontology["mediaType"],
        "features": ontology["objectSchemaCount"] + ontology["classificationSchemaCount"],
        "digest": f"{digest(bare):0{2 * WIDTH}x}",
    }


def _without_ids(node: Any) -> Any:  # noqa: ANN401 - any part of an ontology
    if isinstance(node, list):
        return [_without_ids(each) for each in node]
    if isinstance(node, Mapping):
        return {name: _without_ids(value) for name, value in node.items() if name not in IDS}
    return node


def _digested(rows: Iterable[sqlite3.Row]) -> dict[str, Any]:
    count = total = 0
    for row in rows:
        count += 1
        total = (total + digest({"row": orjson.dumps(tuple(row)).decode()})) % MODULUS
    return {"data_rows": count, "digest": f"{total:0{2 * WIDTH}x}"}
