"""Tables from files: what was called so, and what it is called now.

A table is CSV with a header, or JSON: one object, old to new. Its digest is part of what makes a
run, so a file that changes makes another run.
"""

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import orjson

from bulkimport.errors import UsageError

FORM: Final = "two columns with a header, or a JSON object of old to new"
COLUMNS: Final = 2
BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a CSV: its place for messages, and as many cells as the header has words."""

    place: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as it lies on disk: its path, and the digest of its bytes when it was named."""

    path: Path
    digest: str

    @classmethod
    def at(cls, path: Path) -> Self:
        """Digest the file. Raises UsageError when it cannot be read."""
        return cls(path, _digest(path))

    def unchanged(self) -> Self:
        """Give itself. Raises UsageError when the file is no longer what was digested."""
        if _digest(self.path) != self.digest:
            raise UsageError("changed meanwhile", place=str(self.path), remedy="run it again")
        return self

    def header(self) -> list[str]:
        """The words above the columns. Raises UsageError when they are fewer than two."""
        with _reading(self.path), self._open() as file:
            words = [word.strip() for word in next(csv.reader(file), [])]
        if len(words) < COLUMNS:
            raise UsageError(
                "has no header of two columns", place=str(self.path), remedy=f"write {FORM}"
            )
        return words

    def lines(self) -> Iterator[Line]:
        """The lines below the header, one at a time. Raises UsageError when cells do not fit."""
        width = len(self.header())
        with _reading(self.path), self._open() as file:
            reader = csv.reader(file)
            next(reader)
            for cells in reader:
                place = f"{self.path}:{reader.line_num}"
                if not any(cells):
                    continue
                if not COLUMNS <= len(cells) <= width:
                    raise UsageError(f"has {len(cells)} columns, not {width}", place=place)
                yield Line(place, cells + [""] * (width - len(cells)))

    def json(self) -> dict[str, Any] | None:
        """The object in a file of JSON; None when it is no JSON. Raises UsageError for a list."""
        with _reading(self.path), self.path.open("rb") as file:
            if file.read(BLOCK_BYTES).lstrip()[:1] not in (b"{", b"["):
                return None
            file.seek(0)
            value = orjson.loads(file.read())
        if not isinstance(value, dict):
            raise UsageError("holds no JSON object", place=str(self.path), remedy=f"write {FORM}")
        return value

    def _open(self) -> Any:  # noqa: ANN401 - a text stream
        return self.path.open(encoding="utf-8-sig", newline="")


def read_pairs(file: TableFile) -> dict[str, str]:
    """Old to new, from CSV (the first two columns) or JSON. Raises UsageError."""
    value = file.unchanged().json()
    pairs: dict[str, str] = {}
    if value is None:
        for line in file.lines():
            add_pair(pairs, line.cells[0], line.cells[1], place=line.place)
        return pairs
    for old, new in value.items():
        if not isinstance(new, str):
            raise UsageError(f"{old!r} does not lead to text", place=str(file.path))
        add_pair(pairs, old, new, place=str(file.path))
    return pairs


def add_pair(pairs: dict[str, str], old: str, new: str, *, place: str) -> None:
    """Add one pair. Raises UsageError when it is empty, or contradicts an earlier one."""
    if not old or not new:
        raise UsageError("a cell is empty", place=place)
    if pairs.setdefault(old, new) != new:
        raise UsageError(f"{old!r} leads to {pairs[old]!r} and to {new!r}", place=place)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what can go wrong with a table's bytes into a UsageError that names it."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8", place=str(path)) from error
    except orjson.JSONDecodeError as error:
        raise UsageError(f"is broken JSON: {error}", place=str(path)) from error
    except csv.Error as error:
        raise UsageError(f"is broken CSV: {error}", place=str(path)) from error
    except OSError as error:
        raise UsageError(error.strerror or "cannot be read", place=str(path)) from error


def _digest(path: Path) -> str:
    with _reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()
