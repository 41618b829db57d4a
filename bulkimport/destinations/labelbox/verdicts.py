"""What a fault means for a send, and for a question: two tables of decisions."""

from typing import Final

from bulkimport.destinations.labelbox.answers import Cause, Fault
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
    InternalError,
    QuotaReached,
)
from bulkimport.model import NameTaken, Refused, TooLarge, TryLater, Verdict
from bulkimport.settings import API_KEY_VARIABLE

CHECK_THE_KEY: Final = f"check {API_KEY_VARIABLE}"

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
_SENTENCES: Final[dict[Cause, tuple[type[BulkimportError], str, str]]] = {
    Cause.CREDENTIALS: (CredentialsRefused, "Labelbox refuses the key", CHECK_THE_KEY),
    Cause.PERMISSION: (
        CredentialsRefused,
        "Labelbox forbids this to the owner of the key",
        f"give them the right to import into the project, or {CHECK_THE_KEY}",
    ),
    Cause.QUOTA: (
        QuotaReached,
        "a limit of the Labelbox account is reached",
        "raise it with Labelbox, or wait, and run the same command again",
    ),
    Cause.TOO_COMPLEX: (InternalError, "Labelbox finds our request too complex", ""),
    Cause.OUR_MISTAKE: (InternalError, "Labelbox does not understand our request", ""),
    Cause.WRONG_ADDRESS: (
        DestinationRefused,
        "this is no GraphQL endpoint of Labelbox",
        "check --endpoint",
    ),
}


def verdict_of(fault: Fault) -> Verdict:
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
    return Refused(error_of(fault), fatal=fault.cause in _FATAL)


def error_of(fault: Fault) -> BulkimportError:
    """Read the fault of a question, or a definite refusal of a send, as the error to raise."""
    if fault.cause in _PASSING:
        return DestinationAway(
            f"Labelbox does not answer: {fault.message}", retry_after=fault.retry_after
        )
    kind, sentence, remedy = _SENTENCES.get(
        fault.cause, (DestinationRefused, "Labelbox refuses", "")
    )
    return kind(f"{sentence}: {fault.message}", remedy=remedy)
