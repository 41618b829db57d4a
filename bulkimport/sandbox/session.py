"""What a field of the schema may use while one request is answered."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bulkimport.sandbox.files import PREFIX, Draft, Files
from bulkimport.sandbox.tiers import NO_LIMITS, Limits

Arguments = Mapping[str, Any]
Fault = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Session:
    """One request: the open transaction, the files, the time, and what is to go wrong.

    `base` is the address the caller used; `faults` are those drawn for this request, by name;
    `kept` are the tokens of files that stay when the transaction does.
    """

    db: sqlite3.Connection
    files: Files
    now: float
    base: str
    unique_names: bool = True
    limits: Limits = NO_LIMITS
    faults: Mapping[str, Fault] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    @property
    def stamp(self) -> str:
        """Now, as the platform writes times."""
        return timestamp(self.now)

    def keep(self, draft: Draft, *, expires: bool) -> str:
        """Let a draft be downloaded and return its token."""
        self.kept.add(draft.token)
        return self.files.keep(self.db, draft, now=self.now, expires=expires)

    def url(self, token: str | None, name: str = "") -> str | None:
        """Return the address of a file; whoever has it needs no key."""
        tail = f"/{name}" if name else ""
        return f"{self.base}{PREFIX}{token}{tail}" if token else None


Field = Callable[[Session, Arguments], Any]


def timestamp(seconds: float) -> str:
    """Write a time with a fraction and a Z: the SDK parses nothing else."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
