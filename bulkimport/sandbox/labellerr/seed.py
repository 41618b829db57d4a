"""Fills the local Labellerr: a project, its dataset, the names of its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bulkimport.clock import Clock
from bulkimport.sandbox import documents
from bulkimport.sandbox.labellerr.projects import DATASET, PROJECT, WRITE
from bulkimport.sandbox.session import timestamp
from bulkimport.sandbox.store import Store

TURN: Final = 100_000
OWNER: Final = "owner@example.com"


@dataclass(frozen=True, kw_only=True)
class LabellerrSeed:
    """What to make: a name, the data type, file names; classes, when only these may be used.

    `access` is what the caller may do with the project: none, read, write.
    """

    project_name: str
    names: Iterable[str]
    data_type: str = "image"
    classes: tuple[str, ...] = ()
    access: str = WRITE


def seed(store: Store, clock: Clock, wanted: LabellerrSeed) -> dict[str, Any]:
    """Make it all and return the ids; works beside a running server, in flat memory."""
    told = {"created_at": timestamp(clock.now()), "data_type": wanted.data_type}
    with store.writing() as db:
        dataset = documents.add(db, DATASET, {"name": wanted.project_name, **told})
        project = {
            **told,
            "project_name": wanted.project_name,
            "created_by": OWNER,
            "attached_datasets": [dataset["id"]],
            "access": wanted.access,
            "classes": list(wanted.classes),
        }
        identity = documents.add(db, PROJECT, project)["id"]
    names, files = iter(wanted.names), 0
    while part := list(islice(names, TURN)):
        with store.writing() as db:
            db.executemany(
                "INSERT INTO labellerr_file (dataset, name) VALUES (?, ?)",
                ((dataset["number"], name) for name in part),
            )
        files += len(part)
    return {"project_id": identity, "dataset_id": dataset["id"], "files": files}
