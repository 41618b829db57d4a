"""What a call does once its request is read: one transaction, now or late."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bulkimport.sandbox.store import Store


def nothing() -> None:
    """Leave nothing behind."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """`done` answers from the open transaction; `discard` is called instead, or when it fails."""

    done: Callable[[sqlite3.Connection], Mapping[str, Any]]
    changes: bool = False
    discard: Callable[[], None] = nothing

    def perform(self, store: Store) -> Mapping[str, Any]:
        """Do it whole or not at all. Blocks."""
        turn = store.writing if self.changes else store.reading
        try:
            with turn() as db:
                return self.done(db)
        except BaseException:
            self.discard()
            raise
