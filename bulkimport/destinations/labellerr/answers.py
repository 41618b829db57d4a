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
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import orjson

from bulkimport.destinations.faults import Cause, Fault, Json, Sentences, json_object, status_words
from bulkimport.destinations.http import Answer, NoAnswer
from bulkimport.destinations.redact import redact
from bulkimport.destinations.retry_after import retry_after
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationRefused,
)
from bulkimport.model import Verdict
from bulkimport.settings import (
    LABELLERR_CLIENT_VARIABLE,
    LABELLERR_KEY_VARIABLE,
    LABELLERR_SECRET_VARIABLE,
    Secret,
)

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
_SENTENCES: Final = Sentences(
    "Labellerr",
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
    },
)


def read_answer(
    answer: Answer | NoAnswer, *, now: float, secrets: tuple[Secret, ...]
) -> Json | Fault:
    """Return the whole answer of a good status, or the fault; `now` is for `Retry-After` dates."""
    if isinstance(answer, NoAnswer):
        return Fault(Cause.BROKEN if answer.doubt else Cause.UNREACHED, answer.reason)
    wait = retry_after(answer.headers.get("retry-after"), now)
    content = json_object(answer.body)
    if answer.good:
        return (
            content if content is not None else Fault(Cause.BROKEN, "the answer is no JSON", wait)
        )
    return Fault(_cause(answer.status), redact(_words(answer.status, content), *secrets), wait)


def verdict_of(fault: Fault) -> Verdict:
    """Read the fault of a send."""
    return _SENTENCES.verdict_of(fault)


def error_of(fault: Fault) -> BulkimportError:
    """Read the fault of a question, or a definite refusal of a send, as the error to raise."""
    return _SENTENCES.error_of(fault)


def _cause(status: int) -> Cause:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK:
        return _BY_STATUS.get(status, Cause.BROKEN)
    if status < HTTPStatus.BAD_REQUEST:
        return Cause.WRONG_ADDRESS
    return _BY_STATUS.get(status, Cause.REFUSED)


def _words(status: int, content: Json | None) -> str:
    """The service's own words, wherever it puts them, else the status."""
    said: object = content
    for name in ("error", "response", "message", "detail"):
        if isinstance(said, dict) and said.get(name):
            said = said[name]
    if isinstance(said, str):
        return said
    words = status_words(status)
    return f"{words}: {orjson.dumps(content).decode()}" if content else words
