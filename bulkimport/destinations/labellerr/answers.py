"""What an answer of Labellerr means: the object in `response`, or a fault with its cause.

| status         | cause            | of a send                           |
|----------------|------------------|-------------------------------------|
| 200, 201       | none             | accepted, if there is a job id      |
| 401            | credentials      | refused, and every other shard too  |
| 403            | permission       | refused, and every other shard too  |
| 404            | not found        | refused, and every other shard too  |
| 413            | too large        | too large                           |
| 429            | too many         | try later, nothing was committed    |
| 408, 5xx       | broken           | try later, in doubt                 |
| 503            | busy             | try later, in doubt                 |
| other 4xx      | refused          | refused                             |
| 3xx            | wrong address    | refused, and every other shard too  |
| no JSON in 2xx | broken           | try later, in doubt                 |
| none           | unreached        | try later; in doubt if a byte left  |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.destinations.http import Answer, NoAnswer
from bulkimport.destinations.redact import redact
from bulkimport.destinations.retry_after import retry_after
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
)
from bulkimport.model import Refused, TooLarge, TryLater, Verdict
from bulkimport.settings import (
    LABELLERR_CLIENT_VARIABLE,
    LABELLERR_KEY_VARIABLE,
    LABELLERR_SECRET_VARIABLE,
    Secret,
)

Json = dict[str, Any]


class Cause(Enum):
    """Why there is no data."""

    CREDENTIALS = auto()
    PERMISSION = auto()
    NOT_FOUND = auto()
    TOO_LARGE = auto()
    TOO_MANY = auto()
    BUSY = auto()
    BROKEN = auto()
    UNREACHED = auto()
    REFUSED = auto()
    WRONG_ADDRESS = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """No data; `retry_after` in seconds as the service asks. Its message holds no secret."""

    cause: Cause
    message: str
    retry_after: float | None = None


_BY_STATUS: Final[Mapping[int, Cause]] = MappingProxyType(
    {
        401: Cause.CREDENTIALS,
        403: Cause.PERMISSION,
        404: Cause.NOT_FOUND,
        408: Cause.BROKEN,
        413: Cause.TOO_LARGE,
        429: Cause.TOO_MANY,
        503: Cause.BUSY,
    }
)
_PASSING: Final = frozenset({Cause.TOO_MANY, Cause.BUSY, Cause.BROKEN, Cause.UNREACHED})
_NOTHING_COMMITTED: Final = frozenset({Cause.TOO_MANY, Cause.UNREACHED})
_PUSHBACK: Final = frozenset({Cause.TOO_MANY, Cause.BUSY})
_FATAL: Final = frozenset(
    {Cause.CREDENTIALS, Cause.PERMISSION, Cause.NOT_FOUND, Cause.WRONG_ADDRESS}
)
_SENTENCES: Final[Mapping[Cause, tuple[type[BulkimportError], str, str]]] = MappingProxyType(
    {
        Cause.CREDENTIALS: (
            CredentialsRefused,
            "Labellerr refuses the key or its secret",
            f"check {LABELLERR_KEY_VARIABLE} and {LABELLERR_SECRET_VARIABLE}",
        ),
        Cause.PERMISSION: (
            CredentialsRefused,
            "Labellerr forbids this: the client id is another's, or may not write to the project",
            f"check {LABELLERR_CLIENT_VARIABLE}, and the rights of the key in the project",
        ),
        Cause.NOT_FOUND: (
            CredentialsRefused,
            "Labellerr knows no such project of this client id",
            f"check the id behind labellerr:, and {LABELLERR_CLIENT_VARIABLE}",
        ),
        Cause.WRONG_ADDRESS: (
            DestinationRefused,
            "this is not Labellerr's API",
            "check --endpoint",
        ),
    }
)


def read_answer(
    answer: Answer | NoAnswer, *, now: float, secrets: tuple[Secret, ...]
) -> Json | Fault:
    """Return the whole answer of a good status, or the fault; `now` is for `Retry-After` dates."""
    if isinstance(answer, NoAnswer):
        return Fault(Cause.BROKEN if answer.doubt else Cause.UNREACHED, answer.reason)
    wait = retry_after(answer.headers.get("retry-after"), now)
    content = _parsed(answer.body)
    if answer.good:
        return (
            content if content is not None else Fault(Cause.BROKEN, "the answer is no JSON", wait)
        )
    return Fault(_cause(answer.status), redact(_words(answer.status, content), *secrets), wait)


def verdict_of(fault: Fault) -> Verdict:
    """Read the fault of a send."""
    if fault.cause is Cause.TOO_LARGE:
        return TooLarge(fault.message)
    if fault.cause in _PASSING:
        return TryLater(
            fault.message,
            doubt=fault.cause not in _NOTHING_COMMITTED,
            pushback=fault.cause in _PUSHBACK,
            retry_after=fault.retry_after,
        )
    return Refused(error_of(fault), fatal=fault.cause in _FATAL)


def error_of(fault: Fault) -> BulkimportError:
    """Read the fault of a question, or a definite refusal of a send, as the error to raise."""
    if fault.cause in _PASSING:
        return DestinationAway(
            f"Labellerr does not answer: {fault.message}", retry_after=fault.retry_after
        )
    kind, sentence, remedy = _SENTENCES.get(
        fault.cause, (DestinationRefused, "Labellerr refuses", "")
    )
    return kind(f"{sentence}: {fault.message}", remedy=remedy)


def _cause(status: int) -> Cause:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK:
        return _BY_STATUS.get(status, Cause.BROKEN)
    if status < HTTPStatus.BAD_REQUEST:
        return Cause.WRONG_ADDRESS
    return _BY_STATUS.get(status, Cause.REFUSED)


def _parsed(body: bytes) -> Json | None:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


def _words(status: int, content: Json | None) -> str:
    """The service's own words, wherever it puts them, else the status."""
    said: object = content
    for name in ("error", "response", "message", "detail"):
        if isinstance(said, dict) and said.get(name):
            said = said[name]
    if isinstance(said, str):
        return said
    try:
        words = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = f"status {status}"
    return f"{words}: {orjson.dumps(content).decode()}" if content else words
