"""Labellerr: key, client, permission and project told apart by two questions.

The first asks for a signed address, which needs key, secret and client and no project; the second
opens the project.

| address          | project          | key  | client | permission | project |
|------------------|------------------|------|--------|------------|---------|
| 401              | not asked        | bad  | ?      | ?          | ?       |
| 400, 403         | not asked        | good | bad    | ?          | ?       |
| 2xx, other 4xx   | 401              | bad  | ?      | ?          | ?       |
| 2xx              | 403              | good | good   | bad        | ?       |
| other 4xx        | 403              | good | bad    | ?          | ?       |
| 2xx, other 4xx   | null, 404        | good | good   | ?          | bad     |
| 2xx, other 4xx   | an object        | good | good   | good       | good    |

Too many requests belong to the limits; an answer that does not come, to what was asked for.
"""

from typing import Final

from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.labellerr.answers import error_of
from bulkimport.destinations.labellerr.destination import IMAGE
from bulkimport.destinations.labellerr.files import datasets_of, name_of
from bulkimport.destinations.labellerr.wire import Wire
from bulkimport.engine.doctor.finding import Check, Finding
from bulkimport.errors import BulkimportError, CredentialsRefused, DestinationRefused
from bulkimport.settings import (
    LABELLERR_CLIENT_VARIABLE,
    LABELLERR_KEY_VARIABLE,
    LABELLERR_SECRET_VARIABLE,
)

PROBE: Final = "doctor.json"
_PASSING: Final = frozenset({Cause.BUSY, Cause.BROKEN, Cause.UNREACHED})
_NOT_THE_CLIENTS: Final = frozenset({Cause.PERMISSION, Cause.REFUSED})
_KEY_REMEDY: Final = f"check {LABELLERR_KEY_VARIABLE} and {LABELLERR_SECRET_VARIABLE}"
_CLIENT_REMEDY: Final = f"check {LABELLERR_CLIENT_VARIABLE}: it is that of the key's organisation"
_PROJECT_REMEDY: Final = "take the id from the project's address in Labellerr"
_PERMISSION_REMEDY: Final = "give the owner of the key write access to the project"


async def look_at_labellerr(wire: Wire, place: str) -> list[Finding]:
    """Ask until something that all else needs is bad."""
    address = await wire.address(PROBE)
    if isinstance(address, Fault) and (found := _of_address(address)):
        return found
    answer = await wire.project(place)
    findings = judge_project(answer, place, address_given=not isinstance(address, Fault))
    project = None if isinstance(answer, Fault) else answer.get("response")
    if isinstance(project, dict):
        findings.append(await _look_at_files(wire, project))
    return findings


def _of_address(fault: Fault) -> list[Finding]:
    """Say what a refused address means by itself; nothing when the project is to be asked."""
    key = Finding.good(Check.CREDENTIALS, "the key and its secret work")
    if fault.cause is Cause.CREDENTIALS:
        return [_bad(Check.CREDENTIALS, fault, _KEY_REMEDY)]
    if fault.cause in _NOT_THE_CLIENTS:
        return [key, _bad(Check.CLIENT, fault, _CLIENT_REMEDY)]
    if fault.cause is Cause.TOO_MANY:
        return [_bad(Check.LIMITS, fault, "wait, and ask again")]
    if fault.cause in _PASSING:
        return [_bad(Check.CREDENTIALS, fault, "wait, and ask again")]
    return []


def judge_project(answer: Json | Fault, place: str, *, address_given: bool) -> list[Finding]:
    """Decide over the answer to the second question, by the table above."""
    key = Finding.good(Check.CREDENTIALS, "the key and its secret work")
    client = Finding.good(Check.CLIENT, "the client id is theirs")
    if isinstance(answer, Fault) and answer.cause is not Cause.NOT_FOUND:
        return _of_project(answer, [key, client], address_given=address_given)
    project = None if isinstance(answer, Fault) else answer.get("response")
    if not isinstance(project, dict):
        error = CredentialsRefused(f"Labellerr knows no project {place!r} of this client id")
        return [key, client, Finding.bad(Check.PROJECT, error, _PROJECT_REMEDY)]
    words = "the project may be opened; that it may be written shows with the first upload"
    return [
        *(key, client, Finding.good(Check.PERMISSION, words)),
        Finding.good(Check.PROJECT, f"{project.get('project_name') or place!r} is there"),
        Finding.unknown(Check.ONTOLOGY, "Labellerr shows no classes; give them with --classes"),
        judge_data_type(project.get("data_type")),
        Finding.good(Check.LIMITS, "documents are cut to 25,000,000 bytes at most"),
    ]


def _of_project(fault: Fault, known: list[Finding], *, address_given: bool) -> list[Finding]:
    if fault.cause is Cause.CREDENTIALS:
        return [_bad(Check.CREDENTIALS, fault, _KEY_REMEDY)]
    if fault.cause is Cause.PERMISSION and address_given:
        return [*known, _bad(Check.PERMISSION, fault, _PERMISSION_REMEDY)]
    if fault.cause is Cause.PERMISSION:
        return [known[0], _bad(Check.CLIENT, fault, f"{_CLIENT_REMEDY}, or {_PERMISSION_REMEDY}")]
    check = Check.LIMITS if fault.cause is Cause.TOO_MANY else Check.PROJECT
    return [*known, _bad(check, fault, "wait, and ask again")]


def judge_data_type(data_type: object) -> Finding:
    """Decide over what a project holds: COCO is for images."""
    if data_type == IMAGE:
        return Finding.good(Check.MEDIA, "the project holds images")
    error = DestinationRefused(
        f"the project holds {data_type}; COCO pre-annotations are for images"
    )
    return Finding.bad(Check.MEDIA, error, "import into a project of images")


async def _look_at_files(wire: Wire, project: Json) -> Finding:
    """Say whether the names of the project's files can be had: rows are held to them."""
    remedy = "give the names of the project's files with --files LIST"
    try:
        page = await wire.files(datasets_of(project)[0], size=1, after=None)
        if isinstance(page, Fault):
            raise error_of(page)
        listed = page.get("response")
        files = listed.get("files") if isinstance(listed, dict) else None
        names = [name_of(file) for file in files or ()]
    except BulkimportError as error:
        return Finding.warning(Check.DATASET, error.message, error.remedy or remedy)
    if not names:
        words = "the project has no files; nothing could be matched"
        return Finding.warning(Check.DATASET, words, "upload the images to the project first")
    return Finding.good(Check.DATASET, f"the names of the project's files can be had: {names[0]}")


def _bad(check: Check, fault: Fault, remedy: str) -> Finding:
    """The finding of a fault: the service's own words, and our remedy in place of the error's."""
    error = error_of(fault)
    return Finding.bad(check, type(error)(fault.message), remedy)
