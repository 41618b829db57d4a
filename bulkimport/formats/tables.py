"""Two-column tables from files: what was called so, and what it is called now.

A table is CSV with a header, or JSON: one object, old to new. Its digest is part of what makes a
run, so a file that changes makes another run.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from bulkimport.errors import UsageError

FORM = "two columns with a header, or a JSON object of old to new"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as it lies on disk: its path, and the digest of its bytes when it was named."""

    path: Path
    digest: str

    @classmethod
    def at(cls, path: Path) -> Self:
        """Digest the file. Raises UsageError when it cannot be read."""
        return cls(path, _digest(_read(path)))

    def content(self) -> bytes:
        """Read it again. Raises UsageError when it is no longer what was digested."""
        content = _read(self.path)
        if _digest(content) != self.digest:
            raise UsageError("changed meanwhile", place=str(self.path), remedy="run it again")
        return content


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its number for messages, its cells by the words of the header."""

    number: int
    cells: Mapping[str, str]


def csv_lines(content: bytes, path: Path, *, needed: int) -> tuple[list[str], Iterator[Line]]:
    """The header of a CSV and its lines. Raises UsageError for a line without `needed` cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8", place=str(path)) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [word.strip() for word in next(reader, [])]
    if len(header) < needed:
        raise UsageError("has no header of two columns", place=str(path), remedy=f"write {FORM}")

    def lines() -> Iterator[Line]:
        for cells in reader:
            if not any(cells):
                continue
            if not needed <= len(cells) <= len(header):
                place = f"{path}:{reader.line_num}"
                raise UsageError(f"has {len(cells)} columns, not {len(header)}", place=place)
            yield Line(reader.line_num, dict(zip(header, cells, strict=False)))

    return header, lines()


def json_object(content: bytes, path: Path) -> dict[str, Any] | None:
    """The object in a file of JSON; None when the file is no JSON. Raises UsageError for a list."""
    if content.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"is broken JSON: {error}", place=str(path)) from error
    if not isinstance(value, dict):
        raise UsageError("holds no JSON object", place=str(path), remedy=f"write {FORM}")
    return value


def read_pairs(file: TableFile) -> dict[str, str]:
    """Old to new, from CSV (the first two columns) or JSON. Raises UsageError."""
    content = file.content()
    value = json_object(content, file.path)
    if value is not None:
        for old, new in value.items():
            if not isinstance(new, str):
                raise UsageError(f"{old!r} does not lead to text", place=str(file.path))
        return value
    header, lines = csv_lines(content, file.path, needed=2)
    pairs: dict[str, str] = {}
    for line in lines:
        add_pair(
            pairs, line.cells[header[0]], line.cells[header[1]], place=f"{file.path}:{line.number}"
        )
    return pairs


def add_pair(pairs: dict[str, str], old: str, new: str, *, place: str) -> None:
    """Add one pair. Raises UsageError when it is empty, or contradicts an earlier one."""
    if not old or not new:
        raise UsageError("a cell is empty", place=place)
    if pairs.setdefault(old, new) != new:
        raise UsageError(f"{old!r} leads to {pairs[old]!r} and to {new!r}", place=place)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(error.strerror or "cannot be read", place=str(path)) from error


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()
