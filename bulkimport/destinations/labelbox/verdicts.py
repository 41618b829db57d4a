"""What a fault means for a send, and for a question: two tables of decisions."""

from typing import Final

from bulkimport.destinations.faults import Cause, Fault, Sentences
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationRefused,
    InternalError,
    QuotaReached,
)
from bulkimport.model import Verdict
from bulkimport.settings import API_KEY_VARIABLE

CHECK_THE_KEY: Final = f"check {API_KEY_VARIABLE}"

_SENTENCES: Final = Sentences(
    "Labelbox",
    {
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
    },
)


def verdict_of(fault: Fault) -> Verdict:
    """Read the fault of a send."""
    return _SENTENCES.verdict_of(fault)


def error_of(fault: Fault) -> BulkimportError:
    """Read the fault of a question, or a definite refusal of a send, as the error to raise."""
    return _SENTENCES.error_of(fault)
