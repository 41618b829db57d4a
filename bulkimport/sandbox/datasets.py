"""Datasets: where data rows are kept."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox import documents
from bulkimport.sandbox.conditions import page
from bulkimport.sandbox.documents import DATASET, Document
from bulkimport.sandbox.people import organization, user
from bulkimport.sandbox.refusals import missing
from bulkimport.sandbox.session import Arguments, Field, Session


def add_dataset(session: Session, data: Mapping[str, Any]) -> Document:
    """Make a dataset; names need not be unique."""
    stamps = {"createdAt": session.stamp, "updatedAt": session.stamp, "deleted": False}
    return documents.add(session.db, DATASET, {"description": "", **data, **stamps})


def find_dataset(session: Session, identity: object) -> Document:
    """Return a dataset that is not deleted, or refuse."""
    found = documents.find(session.db, DATASET, identity)
    if found is None or found["deleted"]:
        raise missing("Dataset", identity)
    return found


def view(session: Session, dataset: Document) -> Mapping[str, Any]:
    """Show a dataset as the schema describes it."""
    (rows,) = session.db.execute(
        "SELECT count(*) FROM data_row WHERE dataset = ?", (dataset["number"],)
    ).fetchone()
    signer = documents.find(session.db, "integration", dataset.get("signerId"))
    return {
        **dataset,
        "rowCount": rows,
        "createdBy": user,
        "organization": organization,
        "signer": signer,
    }


def create(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer createDataset."""
    return view(session, add_dataset(session, arguments["data"]))


def dataset(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a dataset by its id."""
    return view(session, find_dataset(session, arguments["where"]["id"]))


def datasets(session: Session, arguments: Arguments) -> list[Mapping[str, Any]]:
    """Answer a page of the datasets that meet a condition."""
    met = page(documents.each(session.db, DATASET), arguments)
    return [view(session, dict(each)) for each in met]


def update(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer updateDataset; deleting is an update too."""
    found = find_dataset(session, arguments["where"]["id"])
    changed = {**arguments["data"], "updatedAt": session.stamp}
    return view(session, documents.change(session.db, found, **changed))


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "createDataset": create,
        "dataset": dataset,
        "datasets": datasets,
        "updateDataset": update,
    }
)
