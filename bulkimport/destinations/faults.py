"""Why a service gave no data, and what that means for a send and for a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final

import orjson

from bulkimport.errors import BulkimportError, DestinationAway, DestinationRefused
from bulkimport.model import NameTaken, Refused, TooLarge, TryLater, Verdict

Json = dict[str, Any]


class Cause(Enum):
    """Why there is no data."""

    CREDENTIALS = auto()
    PERMISSION = auto()
    QUOTA = auto()
    NOT_FOUND = auto()
    CONFLICT = auto()
    TOO_LARGE = auto()
    TOO_MANY = auto()
    BUSY = auto()
    BROKEN = auto()
    UNREACHED = auto()
    TOO_COMPLEX = auto()
    OUR_MISTAKE = auto()
    WRONG_ADDRESS = auto()
    REFUSED = auto()


_PASSING: Final = frozenset({Cause.TOO_MANY, Cause.BUSY, Cause.BROKEN, Cause.UNREACHED})
# The service has said that it did not begin, or nothing has reached it.
_NOTHING_COMMITTED: Final = frozenset({Cause.TOO_MANY, Cause.UNREACHED})
_PUSHBACK: Final = frozenset({Cause.TOO_MANY, Cause.BUSY})
# Every other shard would meet the same.
_FATAL: Final = frozenset(
    {
        Cause.CREDENTIALS,
        Cause.PERMISSION,
        Cause.QUOTA,
        Cause.NOT_FOUND,
        Cause.TOO_COMPLEX,
        Cause.OUR_MISTAKE,
        Cause.WRONG_ADDRESS,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """No data, or only a part of it in `data`; `retry_after` in seconds as the service asks."""

    cause: Cause
    message: str
    retry_after: float | None = None
    data: Json | None = None


@dataclass(frozen=True, slots=True)
class Sentences:
    """What people are told of one service's faults: by cause an error, a sentence, a remedy."""

    service: str
    by_cause: Mapping[Cause, tuple[type[BulkimportError], str, str]]

    def verdict_of(self, fault: Fault) -> Verdict:
        """Read the fault of a send."""
        if fault.cause is Cause.CONFLICT:
            return NameTaken()
        if fault.cause is Cause.TOO_LARGE:
            return TooLarge(fault.message)
        if fault.cause in _PASSING:
            return TryLater(
                fault.message,
                doubt=fault.cause not in _NOTHING_COMMITTED,
                pushback=fault.cause in _PUSHBACK,
                retry_after=fault.retry_after,
            )
        return Refused(self.error_of(fault), fatal=fault.cause in _FATAL)

    def error_of(self, fault: Fault) -> BulkimportError:
        """Read the fault of a question, or a definite refusal of a send, as the error to raise."""
        if fault.cause in _PASSING:
            return DestinationAway(
                f"{self.service} does not answer: {fault.message}", retry_after=fault.retry_after
            )
        kind, sentence, remedy = self.by_cause.get(
            fault.cause, (DestinationRefused, f"{self.service} refuses", "")
        )
        return kind(f"{sentence}: {fault.message}", remedy=remedy)


def json_object(body: bytes) -> Json | None:
    """Return the object that an answer's body holds; None when it is none."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


def status_words(status: int) -> str:
    """A status for people: `503 Service Unavailable`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"
