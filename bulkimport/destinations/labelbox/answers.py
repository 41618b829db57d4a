"""What an answer of Labelbox means: data, or a fault with its cause.

The rules are those of the service's own client, read in this order: the HTTP status where it
decides alone, then the code of any GraphQL error, then what is left of the status.
"""

import re
from http import HTTPStatus
from typing import Final

from bulkimport.destinations.faults import Cause, Fault, Json, json_object, status_words
from bulkimport.destinations.http import Answer, NoAnswer
from bulkimport.destinations.retry_after import retry_after

_BY_CODE: Final = (
    ("AUTHENTICATION_ERROR", Cause.CREDENTIALS),
    ("AUTHORIZATION_ERROR", Cause.PERMISSION),
    ("GRAPHQL_VALIDATION_FAILED", Cause.OUR_MISTAKE),
    ("GRAPHQL_PARSE_FAILED", Cause.OUR_MISTAKE),
    ("RESOURCE_NOT_FOUND", Cause.NOT_FOUND),
    ("RESOURCE_CONFLICT", Cause.CONFLICT),
    ("MALFORMED_REQUEST", Cause.REFUSED),
    ("INTERNAL_SERVER_ERROR", Cause.BROKEN),
    ("OPERATION_NOT_ALLOWED", Cause.QUOTA),
)
# INTERNAL_SERVER_ERROR hides another server's status in extensions.exception.status.
_BY_INNER_STATUS: Final = {
    400: Cause.REFUSED,
    413: Cause.TOO_LARGE,
    422: Cause.REFUSED,
    426: Cause.QUOTA,
    429: Cause.BUSY,
    503: Cause.BUSY,
}
_BY_STATUS: Final = {
    401: Cause.CREDENTIALS,
    403: Cause.PERMISSION,
    404: Cause.WRONG_ADDRESS,
    405: Cause.WRONG_ADDRESS,
    408: Cause.BROKEN,
    413: Cause.TOO_LARGE,
    425: Cause.BUSY,
    426: Cause.QUOTA,
    429: Cause.TOO_MANY,
    503: Cause.BUSY,
}
_DECIDED_BY_STATUS: Final = frozenset({408, 413, 425, 429, 503})
_COMPLEX: Final = "Query complexity limit exceeded"
_EXCEEDED: Final = "You have exceeded"
_UPSTREAM: Final = b"upstream connect error"
_LARGE: Final = re.compile(
    r"too (large|big)|(size|length) limit|maximum\b.{0,30}\bsize", re.IGNORECASE
)


def read_answer(answer: Answer | NoAnswer, *, now: float) -> Json | Fault:
    """Return the `data` of an answer, or the fault. Pure; `now` is for `Retry-After` dates."""
    if isinstance(answer, NoAnswer):
        return Fault(Cause.BROKEN if answer.doubt else Cause.UNREACHED, answer.reason)
    wait = retry_after(answer.headers.get("retry-after"), now)
    status = answer.status
    alone = _cause_by_status_alone(answer)
    if alone is not None:
        return Fault(alone, status_words(status), wait)
    content = json_object(answer.body)
    if content is None:
        return _without_json(answer, wait)
    errors = [error for error in content.get("errors") or () if isinstance(error, dict)]
    data = content.get("data") if isinstance(content.get("data"), dict) else None
    words = _words(errors, content, status)
    cause = _cause_of(errors, content)
    if cause is None and (errors or not answer.good):
        cause = _BY_STATUS.get(status, Cause.REFUSED)
    if cause is None and data is None:
        cause, words = Cause.BROKEN, "the answer holds no data"
    if cause is None:
        return data or {}
    return Fault(cause, words, wait, data)


def read_rest_answer(answer: Answer | NoAnswer, *, now: float) -> Json | Fault:
    """Return the object of a REST answer, or the fault, whose words are its `message`. Pure."""
    if isinstance(answer, NoAnswer):
        return Fault(Cause.BROKEN if answer.doubt else Cause.UNREACHED, answer.reason)
    wait = retry_after(answer.headers.get("retry-after"), now)
    content = json_object(answer.body) or {}
    if answer.good:
        return content
    cause = _cause_by_status_alone(answer) or _BY_STATUS.get(answer.status, Cause.REFUSED)
    if answer.status == HTTPStatus.NOT_FOUND and content:
        cause = Cause.NOT_FOUND
    return Fault(cause, str(content.get("message") or status_words(answer.status)), wait)


def _cause_by_status_alone(answer: Answer) -> Cause | None:
    """Return the cause where the body has nothing to add; of a 5xx it is not even looked at."""
    status = answer.status
    if status in _DECIDED_BY_STATUS:
        return _BY_STATUS[status]
    if status < HTTPStatus.OK or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Cause.BROKEN
    if answer.good:
        return None
    if status < HTTPStatus.BAD_REQUEST:
        return Cause.WRONG_ADDRESS
    return Cause.BROKEN if _UPSTREAM in answer.body else None


def _without_json(answer: Answer, wait: float | None) -> Fault:
    if answer.good:
        return Fault(Cause.BROKEN, "the answer is no JSON object", wait)
    cause = _BY_STATUS.get(answer.status, Cause.REFUSED)
    return Fault(cause, status_words(answer.status), wait)


def _cause_of(errors: list[Json], content: Json) -> Cause | None:
    """Return the first cause in the order of the table; any of the errors may give it."""
    found = {_code(error): error for error in reversed(errors)}
    exceeded = str(content.get("message") or "").startswith(_EXCEEDED)
    for code, cause in _BY_CODE:
        if code == "RESOURCE_NOT_FOUND" and exceeded:
            return Cause.TOO_MANY
        if code in found:
            return _refined(cause, found[code])
    if any(_LARGE.search(str(error.get("message"))) for error in errors):
        return Cause.TOO_LARGE
    return None


def _refined(cause: Cause, error: Json) -> Cause:
    message = str(error.get("message"))
    if cause is Cause.OUR_MISTAKE and message == _COMPLEX:
        return Cause.TOO_COMPLEX
    if cause is Cause.BROKEN:
        cause = _BY_INNER_STATUS.get(_inner_status(error), cause)
    if cause is Cause.REFUSED and _LARGE.search(message):
        return Cause.TOO_LARGE
    return cause


def _code(error: Json) -> str:
    return str(_object(error.get("extensions")).get("code"))


def _inner_status(error: Json) -> int:
    """Return extensions.exception.status, or 500 where that is missing or no number."""
    status = _object(_object(error.get("extensions")).get("exception")).get("status")
    try:
        return int(status)  # type: ignore[arg-type]  # None is one of the cases
    except (TypeError, ValueError, OverflowError):
        return HTTPStatus.INTERNAL_SERVER_ERROR


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _words(errors: list[Json], content: Json, status: int) -> str:
    """Return the service's own words, else the status."""
    said = [str(error["message"]) for error in errors if error.get("message")]
    if not said and content.get("message"):
        said = [str(content["message"])]
    return ", ".join(dict.fromkeys(said)) or status_words(status)
