"""Cuts an uploaded file into stretches of rows; a line that is no row ends it all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

STRETCH_BYTES: Final = 1 << 20

Row = dict[str, Any]


class Unreadable(Exception):
    """The file is empty, or one of its lines is not one JSON object."""


def stretches(path: Path, size: int = STRETCH_BYTES) -> Iterator[tuple[int, list[Row]]]:
    """Yield the rows of about `size` bytes each time, and the bytes read so far.

    Blank lines are no rows. Raises Unreadable for a line that is no JSON object, with its number,
    and for a file without rows. Costs the memory of one stretch, or of the longest line.
    """
    line, seen, rest = 0, 0, b""
    empty = True
    with path.open("rb") as file:
        while block := file.read(size):
            seen += len(block)
            whole, newline, tail = block.rpartition(b"\n")
            if not newline:
                rest += block
                continue
            lines = (rest + whole).split(b"\n")
            rest = tail
            rows = _rows(lines, line)
            line += len(lines)
            empty = empty and not rows
            yield seen, rows
    if rest.strip():
        empty = False
        yield seen, _rows([rest], line)
    if empty:
        raise Unreadable("The file holds no rows")


def _rows(lines: list[bytes], before: int) -> list[Row]:
    rows = []
    for number, line in enumerate(lines, before + 1):
        if line and not line.isspace():
            rows.append(_row(line, number))
    return rows


def _row(line: bytes, number: int) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"Line {number} is not valid JSON: {error}") from error
    if type(row) is not dict:
        raise Unreadable(f"Line {number} is not a JSON object")
    return row
