"""One SQLite connection: opening it, its transactions, and its troubles in our own words."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from bulkimport.errors import DiskTrouble, InternalError
from bulkimport.ledger.schema import PRAGMAS

# How long a change waits for somebody who reads the ledger of a live run.
READER_PATIENCE = 30.0

Values = Mapping[str, str | int | float | None]


class Connection(Protocol):
    """What the ledger needs of a connection: sqlite3 has it, and so has apsw in tests."""

    @property
    def in_transaction(self) -> bool:
        """Tell whether a transaction is open."""
        ...

    def execute(self, sql: str, values: Values, /) -> Iterable[tuple[Any, ...]]:
        """Run one statement with named values."""
        ...

    def close(self) -> None:
        """Give back the file."""
        ...


class Store:
    """One connection with our pragmas set.

    It may be used from any thread, but by one at a time.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        """Set the pragmas; `path` is named when something goes wrong."""
        self._connection = connection
        self._path = path
        for pragma in PRAGMAS:
            self.rows(pragma, {})

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the database at `path` and undo what a crash left half done."""
        with _trouble_at(path):
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=READER_PATIENCE,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            return cls(connection, path)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def read(cls, path: Path) -> "Store":
        """Open the database at `path` like `open`, but refuse changes from then on.

        Not read-only for SQLite, which could not undo what a crash left half done.
        """
        store = cls.open(path)
        store.rows("PRAGMA query_only = ON", {})
        return store

    def rows(self, sql: str, values: Values) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows."""
        with _trouble_at(self._path):
            return list(self._connection.execute(sql, values))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all inside durable at the end, or none of it when anything raises."""
        self.rows("BEGIN IMMEDIATE", {})
        try:
            yield
            self.rows("COMMIT", {})
        finally:
            # SQLite has already rolled back by itself after some errors, such as a full disk.
            if self._connection.in_transaction:
                self.rows("ROLLBACK", {})

    def close(self) -> None:
        """Give back the file."""
        self._connection.close()


@contextmanager
def _trouble_at(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
        raise InternalError(str(error), place=str(path)) from error
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
        raise DiskTrouble(
            str(error),
            place=str(path),
            remedy="free some room and run the same command again" if full else "",
        ) from error
