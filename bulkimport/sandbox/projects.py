"""Projects: made, changed, given an ontology."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox import documents
from bulkimport.sandbox.batches import PROJECT_FIELDS
from bulkimport.sandbox.conditions import page
from bulkimport.sandbox.documents import ONTOLOGY, PROJECT, Document
from bulkimport.sandbox.labels import count_labels
from bulkimport.sandbox.people import organization, user
from bulkimport.sandbox.refusals import malformed, missing
from bulkimport.sandbox.session import Arguments, Field, Session

# With an editor there from the start, connecting an ontology takes three requests instead of seven.
EDITOR: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "id": "cle0000000000000000000001",
        "name": "Editor",
        "description": "",
        "iframeUrlPath": "",
    }
)
RETIRED: Final = frozenset({"DICOM", "JSON"})
NEW: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "description": "",
        "setupComplete": None,
        "autoAuditNumberOfLabels": 3,
        "autoAuditPercentage": 0.0,
        "allowedMediaType": None,
        "editorTaskType": None,
        "isBenchmarkEnabled": True,
        "isConsensusEnabled": True,
        "showingPredictionsToLabelers": True,
        "ontology": None,
        "deleted": False,
    }
)


def add_project(session: Session, data: Mapping[str, Any]) -> Document:
    """Make a project; names need not be unique."""
    if not str(data["name"]).strip():
        raise malformed("a project needs a name")
    if data.get("allowedMediaType") in RETIRED:
        raise malformed(f"Media type {data['allowedMediaType']} is no longer supported")
    stamps = {"createdAt": session.stamp, "updatedAt": session.stamp}
    return documents.add(session.db, PROJECT, {**NEW, **data, **stamps})


def find_project(session: Session, identity: object) -> Document:
    """Return a project that is not deleted, or refuse."""
    found = documents.find(session.db, PROJECT, identity)
    if found is None or found["deleted"]:
        raise missing("Project", identity)
    return found


def connect(session: Session, project: Document, ontology: Document) -> Document:
    """Give a project its ontology; that completes its set-up."""
    fields = {"ontology": ontology["id"], "setupComplete": session.stamp}
    return documents.change(session.db, project, **fields)


def view(session: Session, project: Document) -> Mapping[str, Any]:
    """Show a project as the schema describes it."""
    number = project["number"]
    (data_rows,) = session.db.execute(
        "SELECT count(*) FROM membership WHERE project = ?", (number,)
    ).fetchone()
    return {
        **project,
        "lastActivityTime": project["updatedAt"],
        "dataRowCount": data_rows,
        "modelSetupComplete": None,
        "uploadType": "Auto",
        "createdBy": user,
        "organization": organization,
        "labelingFrontend": EDITOR,
        "labelCount": lambda session, _: count_labels(session.db, number),
        "ontology": lambda session, _: documents.find(session.db, ONTOLOGY, project["ontology"]),
        "connectOntology": lambda session, arguments: _connect(session, project, arguments),
        "showPredictionsToLabelers": lambda session, arguments: documents.change(
            session.db, project, showingPredictionsToLabelers=arguments["show"]
        ),
        **{name: _bound(field, project) for name, field in PROJECT_FIELDS.items()},
    }


def _bound(field: Any, project: Document) -> Field:  # noqa: ANN401 - one of several fields
    return lambda session, arguments: field(session, project, arguments)


def _connect(session: Session, project: Document, arguments: Arguments) -> Mapping[str, Any]:
    ontology = documents.find(session.db, ONTOLOGY, arguments["ontologyId"])
    if ontology is None:
        raise missing("Ontology", arguments["ontologyId"])
    if len({ontology["mediaType"], project["allowedMediaType"]} - {None}) > 1:
        raise malformed("The media types of project and ontology differ")
    return view(session, connect(session, project, ontology))


def create(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer createProject."""
    return view(session, add_project(session, arguments["data"]))


def project(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a project by its id."""
    return view(session, find_project(session, arguments["where"]["id"]))


def projects(session: Session, arguments: Arguments) -> list[Mapping[str, Any]]:
    """Answer a page of the projects that meet a condition."""
    return [
        view(session, dict(each)) for each in page(documents.each(session.db, PROJECT), arguments)
    ]


def update(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer updateProject; deleting is an update too."""
    found = find_project(session, arguments["where"]["id"])
    changed = {**arguments["data"], "updatedAt": session.stamp}
    return view(session, documents.change(session.db, found, **changed))


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "createProject": create,
        "project": project,
        "projects": projects,
        "updateProject": update,
        "labelingFrontends": lambda _, __: [EDITOR],
    }
)
