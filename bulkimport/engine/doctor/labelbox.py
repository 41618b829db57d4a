"""Labelbox: key, permission, project, ontology, medium, limits, each by its own question.

Which thing a fault belongs to:

| the service says              | thing                              |
|-------------------------------|------------------------------------|
| no such key                   | credentials                        |
| not allowed                   | permission                         |
| a limit of the account        | limits                             |
| too many requests             | limits                             |
| no such thing, or nothing     | what was asked for                 |
| anything else                 | what was asked for                 |
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.labelbox.diagnosis import Diagnosis
from bulkimport.destinations.labelbox.media import RETIRED
from bulkimport.destinations.labelbox.verdicts import error_of
from bulkimport.engine.doctor.finding import Check, Finding
from bulkimport.errors import ChecksFailed, CredentialsRefused

DATASET: Final = "dataset/"
# Requests a minute that the smallest plan of an account takes.
SMALLEST_PLAN: Final = 1500
_BELONGS: Final[Mapping[Cause, Check]] = MappingProxyType(
    {
        Cause.CREDENTIALS: Check.CREDENTIALS,
        Cause.PERMISSION: Check.PERMISSION,
        Cause.QUOTA: Check.LIMITS,
        Cause.TOO_MANY: Check.LIMITS,
    }
)
_REMEDIES: Final[Mapping[Check, str]] = MappingProxyType(
    {
        Check.PROJECT: "take the id from the project's address in Labelbox, after /projects/; "
        "a key that may not see a project is told the same",
        Check.DATASET: "take the id from the dataset's address in Labelbox, after /dataset/",
        Check.LIMITS: "wait, send fewer with --requests-per-minute, or have the limit raised",
    }
)


async def look_at_labelbox(
    diagnosis: Diagnosis, place: str, *, requests_per_minute: int, media: str | None = None
) -> list[Finding]:
    """Ask until something that all else needs is bad. `media` is what rows are going to be."""
    who = await diagnosis.who()
    if isinstance(who, Fault):
        return [fault_found(Check.CREDENTIALS, who)]
    findings = [Finding.good(Check.CREDENTIALS, f"the key works{_role(who)}")]
    if place.startswith(DATASET):
        answer = await diagnosis.dataset(place.removeprefix(DATASET))
        findings += [_place_found(Check.DATASET, answer, place.removeprefix(DATASET))]
    else:
        findings += await _look_at_project(diagnosis, place, media)
    if not any(finding.check is Check.LIMITS for finding in findings):
        findings.append(judge_rate(requests_per_minute))
    return findings


async def _look_at_project(diagnosis: Diagnosis, place: str, media: str | None) -> list[Finding]:
    answer = await diagnosis.project(place)
    found = _place_found(Check.PROJECT, answer, place)
    if isinstance(answer, Fault) or not answer.get("project"):
        return [found]
    project: Json = answer["project"]
    imports = await diagnosis.imports(place)
    permission = (
        fault_found(Check.PERMISSION, imports)
        if isinstance(imports, Fault)
        else Finding.good(Check.PERMISSION, "the owner of the key may see the project's imports")
    )
    return [
        permission,
        found,
        judge_ontology(project.get("ontology")),
        judge_media(project.get("allowedMediaType"), media),
    ]


def fault_found(asked: Check, fault: Fault) -> Finding:
    """Say what a fault means, by the table above."""
    check = _BELONGS.get(fault.cause, asked)
    return Finding.bad(check, error_of(fault), _REMEDIES.get(check, ""))


def _place_found(check: Check, answer: Json | Fault, place: str) -> Finding:
    """Say whether the project or dataset is there."""
    if isinstance(answer, Fault) and answer.cause is not Cause.NOT_FOUND:
        return fault_found(check, answer)
    found = None if isinstance(answer, Fault) else answer.get(check.value)
    if not isinstance(found, dict):
        error = CredentialsRefused(f"Labelbox knows no {check} {place!r} that this key may see")
        return Finding.bad(check, error, _REMEDIES[check])
    if found.get("dataRowCount") == 0:
        return Finding.warning(
            check, f"{found.get('name')!r} has no data rows", "send it a batch of data rows first"
        )
    return Finding.good(check, f"{found.get('name')!r} is there")


def judge_ontology(ontology: object) -> Finding:
    """Decide over the ontology connected to a project: an object with its `normalized`."""
    normalized: Any = ontology.get("normalized") if isinstance(ontology, dict) else None
    if isinstance(normalized, str):
        normalized = orjson.loads(normalized)
    names = [
        str(feature.get("name") or feature.get("instructions"))
        for kind in ("tools", "classifications")
        for feature in ((normalized or {}).get(kind) or ())
    ]
    if not names:
        words = "no ontology is connected" if normalized is None else "the ontology has no features"
        remedy = "connect one with the features that the rows name, or every row is rejected"
        return Finding.bad(Check.ONTOLOGY, ChecksFailed(words), remedy)
    return Finding.good(Check.ONTOLOGY, f"features: {_some(names)}")


def judge_media(project: str | None, wanted: str | None) -> Finding:
    """Decide over a project's medium and, if it is given, that of the rows; both the wire's names.

    | project | wanted  |         |
    |---------|---------|---------|
    | none    | any     | warning |
    | retired | any     | bad     |
    | IMAGE   | IMAGE   | good    |
    | IMAGE   | none    | good    |
    | IMAGE   | VIDEO   | bad     |
    """
    if not project:
        words, remedy = "the project has no media type", "set one: labelbox projects update --media"
        return Finding.warning(Check.MEDIA, words, remedy)
    if project.lower() in RETIRED:
        error = ChecksFailed(f"Labelbox has retired the media type {project}")
        return Finding.bad(Check.MEDIA, error, "import into a project of another media type")
    if wanted not in (None, project):
        error = ChecksFailed(f"the project takes {project}, the rows are {wanted}")
        return Finding.bad(Check.MEDIA, error, "name the project that is meant, or mend --media")
    return Finding.good(Check.MEDIA, f"the project takes {project}")


def judge_rate(requests_per_minute: int) -> Finding:
    """Decide over the rate of requests that imports are going to keep."""
    words = f"imports send {requests_per_minute:,} requests a minute at most"
    if requests_per_minute > SMALLEST_PLAN:
        words += f"; the smallest plan takes {SMALLEST_PLAN:,}"
        return Finding.warning(Check.LIMITS, words, _REMEDIES[Check.LIMITS])
    return Finding.good(Check.LIMITS, f"{words}; --tier holds rows to those of the account")


def _role(who: Json) -> str:
    user = who.get("user")
    role = user.get("orgRole") if isinstance(user, dict) else None
    name = role.get("name") if isinstance(role, dict) else None
    return f"; its owner is {name}" if name else ""


def _some(names: list[str], most: int = 5) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
