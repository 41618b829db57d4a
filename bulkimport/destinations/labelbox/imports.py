"""Annotation imports of one project: create, look up, list, follow several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.verdicts import error_of
from bulkimport.errors import DestinationAway
from bulkimport.model import ImportState, ImportStatus, Kind, Parcel, Receipt

PAGE: Final = 100
# Aliased fields of one request; the service limits the complexity of a query.
TOGETHER_MOST: Final = 50
_SELECTION: Final = "id name state progress inputFileUrl errorFileUrl statusFileUrl"


@dataclass(frozen=True, slots=True)
class _Fields:
    """The root fields of one kind of import."""

    create: str
    one: str
    all: str


_FIELDS: Final = {
    Kind.LABELS: _Fields("createLabelImport", "labelImport", "labelImports"),
    Kind.PRELABELS: _Fields(
        "createModelAssistedLabelingPredictionImport",
        "modelAssistedLabelingPredictionImport",
        "modelAssistedLabelingPredictionImports",
    ),
}


class Imports:
    """The imports of one kind in one project. An import is known by its name there."""

    def __init__(self, graphql: GraphQL, *, project: str, kind: Kind) -> None:
        """Look at `project` through `graphql`."""
        self._graphql = graphql
        self._project = project
        self._fields = _FIELDS[kind]

    async def create(self, parcel: Parcel) -> Receipt | Fault:
        """Make one attempt to create an import with the parcel as its file."""
        document = (
            "mutation CreateImport"
            "($project: ID!, $name: String!, $file: Upload!, $contentLength: Int!) {"
            f" {self._fields.create}(data: {{projectId: $project, name: $name,"
            " filePayload: {file: $file, contentLength: $contentLength}})"
            f" {{ {_SELECTION} }} }}"
        )
        variables = {
            "project": self._project,
            "name": parcel.name,
            "contentLength": parcel.size,
        }
        answer = await self._graphql.upload(document, variables, parcel=parcel)
        if isinstance(answer, Fault):
            return answer
        status = _status_of(answer.get(self._fields.create), parcel.name)
        if status.state is ImportState.MISSING:
            return Fault(Cause.BROKEN, "the answer holds no import")
        return Receipt(status.name, status.import_id)

    async def statuses(self, names: Sequence[str]) -> list[ImportStatus]:
        """Ask for the imports of these names, in their order; MISSING where there is none.

        One request for up to 50 names; fewer when the service finds that too complex.
        """
        statuses: list[ImportStatus] = []
        for start in range(0, len(names), TOGETHER_MOST):
            statuses += await self._together(names[start : start + TOGETHER_MOST])
        return statuses

    async def _together(self, names: Sequence[str]) -> list[ImportStatus]:
        variables = {f"name{place}": name for place, name in enumerate(names)}
        declared = "".join(f", ${variable}: String!" for variable in variables)
        asked = " ".join(
            f"import{place}: {self._fields.one}"
            f"(where: {{projectId: $project, name: $name{place}}}) {{ {_SELECTION} }}"
            for place in range(len(names))
        )
        answer = await self._graphql.ask(
            f"query Imports($project: ID!{declared}) {{ {asked} }}",
            {"project": self._project, **variables},
        )
        if not isinstance(answer, Fault):
            return _statuses_of(answer, names)
        if answer.cause is Cause.NOT_FOUND and (answer.data is not None or len(names) == 1):
            return _statuses_of(answer.data or {}, names)
        # Where the service leaves out all data because one import is missing, as where it finds
        # the request too complex, the halves tell more.
        if answer.cause in {Cause.NOT_FOUND, Cause.TOO_COMPLEX} and len(names) > 1:
            middle = len(names) // 2
            return await self._together(names[:middle]) + await self._together(names[middle:])
        raise error_of(answer)

    async def count(self, name: str) -> int:
        """Count the imports of this name. Costs a request for every 100 imports of the project."""
        # The two numbers are literals as in the service's own client: their types have names
        # that are not documented.
        found: set[str] = set()
        skip = 0
        while True:
            answer = await self._graphql.ask(
                f"query AllImports($project: ID!) {{ {self._fields.all}"
                f"(skip: {skip}, first: {PAGE}, where: {{projectId: $project}}) {{ id name }} }}",
                {"project": self._project},
            )
            if isinstance(answer, Fault):
                raise error_of(answer)
            page = answer.get(self._fields.all)
            if not isinstance(page, list):
                raise DestinationAway("Labelbox lists no imports")
            # By id: an import made meanwhile moves another one into the next page.
            found |= {str(one["id"]) for one in page if one["name"] == name}
            if len(page) < PAGE:
                return len(found)
            skip += PAGE


def _statuses_of(data: Json, names: Sequence[str]) -> list[ImportStatus]:
    return [_status_of(data.get(f"import{place}"), name) for place, name in enumerate(names)]


def _status_of(found: Any, name: str) -> ImportStatus:  # noqa: ANN401
    """Read one import; null is MISSING, and a state that is not known is not yet an end."""
    if not isinstance(found, dict) or not found.get("id"):
        return ImportStatus(name, "", ImportState.MISSING)
    state = found.get("state")
    return ImportStatus(
        name=str(found.get("name") or name),
        import_id=str(found["id"]),
        state=ImportState(state) if state in {"FINISHED", "FAILED"} else ImportState.RUNNING,
        percent=_percent(found.get("progress")),
        input_url=found.get("inputFileUrl") or None,
        status_url=found.get("statusFileUrl") or None,
        error_url=found.get("errorFileUrl") or None,
    )


def _percent(progress: object) -> int | None:
    """Read "37%"; None for anything else."""
    digits = str(progress or "").removesuffix("%")
    return int(digits) if digits.isdecimal() else None
