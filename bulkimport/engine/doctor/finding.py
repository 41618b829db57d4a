"""One thing that was looked at, and what all of them mean for a program."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from bulkimport.errors import BulkimportError
from bulkimport.report.tally import THEN_HELD


class Check(StrEnum):
    """What is looked at, in this order."""

    ROUTE = "route"
    CLOCK = "clock"
    CREDENTIALS = "credentials"
    CLIENT = "client"
    PERMISSION = "permission"
    PROJECT = "project"
    DATASET = "dataset"
    ONTOLOGY = "ontology"
    MEDIA = "media"
    LIMITS = "limits"
    DISK = "disk"
    HANDLES = "handles"


class State(StrEnum):
    """How it stands. `unknown` was not looked at, or cannot be learned by looking."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing, a remedy unless it is good, an exit code if it is bad."""

    check: Check
    state: State
    words: str
    remedy: str = ""
    exit_code: int = 0

    @classmethod
    def good(cls, check: Check, words: str) -> Self:
        """Say that nothing stands in the way."""
        return cls(check, State.GOOD, words)

    @classmethod
    def warning(cls, check: Check, words: str, remedy: str) -> Self:
        """Say that something may stand in the way."""
        return cls(check, State.WARNING, words, remedy)

    @classmethod
    def unknown(cls, check: Check, words: str) -> Self:
        """Say why nothing is known."""
        return cls(check, State.UNKNOWN, words)

    @classmethod
    def bad(cls, check: Check, error: BulkimportError, remedy: str = "") -> Self:
        """Say what an import would end with."""
        return cls(check, State.BAD, error.message, error.remedy or remedy, error.exit_code)

    def told(self) -> Mapping[str, Any]:
        """Write it for JSON."""
        head = {"check": self.check, "state": self.state, "words": self.words}
        return {**head, "remedy": self.remedy}


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the code that an import would end with; the order is that of report/tally.py."""
    codes = {finding.exit_code for finding in findings if finding.state is State.BAD}
    return next((code for code in THEN_HELD if code in codes), max(codes, default=0))
