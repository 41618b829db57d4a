"""What can go wrong, split by who must act.

    BulkimportError
    ├── InputError               the input or the command must be mended
    │   ├── UsageError           the command says something that cannot be meant      exit 2
    │   ├── SourceUnreadable     a source is missing, empty or broken                 exit 2
    │   ├── ChecksFailed         rows break rules and nothing may be sent             exit 4
    │   └── RunMismatch          run folder and source or destination differ          exit 10
    ├── DestinationError         the service must be asked, or its owner
    │   ├── CredentialsRefused   key wrong, or without the permission                 exit 6
    │   ├── QuotaReached         a limit of the account                               exit 7
    │   ├── DestinationRefused   a definite no                                        exit 3
    │   ├── DestinationAway      does not answer, or asks to come later               exit 5
    │   └── FateUnknown          what became of some shards cannot be learned         exit 9
    ├── MachineError             this machine must be looked after
    │   ├── RunHeld              another process works on this run                    exit 5
    │   └── DiskTrouble          no room, no permission, broken storage               exit 5
    ├── BudgetReached            a limit set by the caller stopped the run            exit 8
    └── InternalError            our own mistake                                      exit 1

Printed, an error is one line; the chain of causes is shown under `--verbose`.
"""

from enum import StrEnum
from typing import ClassVar


class Again(StrEnum):
    """Whether doing the same once more can help."""

    NO = "no"
    LATER = "later"
    AFTER_MENDING = "after mending"


class BulkimportError(Exception):
    """The root. `message` is one sentence; `place` says where, `remedy` what to do about it.

    Survives pickling, so it can cross processes.
    """

    exit_code: ClassVar[int] = 1
    again: ClassVar[Again] = Again.NO

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        """Keep the sentence, its place and its remedy apart; no secret may be in any of them."""
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        """One line for people: place, sentence, remedy."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        line = f"{head}; {self.remedy}" if self.remedy else head
        return " ".join(line.split())


class InputError(BulkimportError):
    """The input or the command must be mended by its author."""

    exit_code = 2
    again = Again.AFTER_MENDING


class UsageError(InputError):
    """The command contradicts itself or names something that does not exist."""


class SourceUnreadable(InputError):
    """A source is missing, is not a file, or its compression is broken."""


class ChecksFailed(InputError):
    """Rows break rules and the caller wants all or nothing."""

    exit_code = 4


class RunMismatch(InputError):
    """The run folder belongs to another source content or destination."""

    exit_code = 10


class DestinationError(BulkimportError):
    """The service said no, or said nothing."""

    exit_code = 5


class CredentialsRefused(DestinationError):
    """The key is wrong or lacks the permission."""

    exit_code = 6
    again = Again.AFTER_MENDING


class QuotaReached(DestinationError):
    """The account's own limit is reached."""

    exit_code = 7
    again = Again.LATER


class DestinationRefused(DestinationError):
    """A definite refusal that the same request will meet again."""

    exit_code = 3


class DestinationAway(DestinationError):
    """The service does not answer, or asks to come later: in `retry_after` seconds if it says."""

    exit_code = 5
    again = Again.LATER

    def __init__(
        self, message: str, *, place: str = "", remedy: str = "", retry_after: float | None = None
    ) -> None:
        """Keep what the service asks for beside the sentence."""
        super().__init__(message, place=place, remedy=remedy)
        self.retry_after = retry_after


class FateUnknown(DestinationError):
    """What became of something that was sent cannot be learned."""

    exit_code = 9


class MachineError(BulkimportError):
    """This machine must be looked after."""

    exit_code = 5
    again = Again.LATER


class RunHeld(MachineError):
    """Another process works on the same run; the message names it."""


class DiskTrouble(MachineError):
    """The disk is full, forbidden or broken."""


class BudgetReached(BulkimportError):
    """A limit of time, size or failures that the caller set stopped the run."""

    exit_code = 8
    again = Again.LATER


class InternalError(BulkimportError):
    """Our own mistake; please report it."""
