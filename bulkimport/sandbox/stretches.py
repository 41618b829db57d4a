"""Cuts an uploaded file into stretches of rows; a line that is no row ends it all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from bulkimport.errors import InternalError

STRETCH_BYTES: Final = 1 << 20

Row = dict[str, Any]


class Stretch(NamedTuple):
    """Neighbouring rows, the text of each, and how many bytes of the file have been read."""

    seen: int
    rows: list[Row]
    texts: list[bytes]


class Unreadable(Exception):
    """The file is empty, or one of its lines is not one JSON object."""


def stretches(path: Path, size: int = STRETCH_BYTES) -> Iterator[Stretch]:
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
            stretch = _stretch(seen, lines, line)
            line += len(lines)
            empty = empty and not stretch.rows
            yield stretch
    if rest.strip():
        empty = False
        yield _stretch(seen, [rest], line)
    if empty:
        raise Unreadable("The file holds no rows")


def _stretch(seen: int, lines: list[bytes], before: int) -> Stretch:
    texts = list(filter(bytes.strip, lines))
    try:
        rows = list(map(orjson.loads, texts))
    except orjson.JSONDecodeError:
        rows = []
    if len(rows) < len(texts) or not {dict}.issuperset(map(type, rows)):
        raise _first_fault(lines, before)
    return Stretch(seen, rows, texts)


def _first_fault(lines: list[bytes], before: int) -> Unreadable:
    """Say which line it is that is no row."""
    for number, line in enumerate(lines, before + 1):
        try:
            if line.strip() and type(orjson.loads(line)) is not dict:
                return Unreadable(f"Line {number} is not a JSON object")
        except orjson.JSONDecodeError as error:
            return Unreadable(f"Line {number} is not valid JSON: {error}")
    raise InternalError("every line of an unreadable stretch is a row")
