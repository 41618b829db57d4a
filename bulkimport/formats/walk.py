"""The strings of a JSON row, each with the object it lies in and where its bytes are.

A row is walked by its strings and brackets only; numbers, words and blanks are passed over. The row
need not be sound: what follows a fault is simply not found, and the checks refuse the row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import orjson

TOKEN: Final = re.compile(rb'("(?:[^"\\]++|\\.)*+")([ \t\r\n]*:)?|[\[\]{}]', re.DOTALL)


@dataclass(slots=True, eq=False)
class Container:
    """An object of a row. `member` of the object `above` holds it, maybe in a list."""

    above: "Container | None"
    member: str
    start: int
    end: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A string that is a value: bytes `start` to `end`, quotes included."""

    container: Container
    member: str
    start: int
    end: int


def spots_of(row: bytes) -> Iterator[Spot]:
    """Every string that is the value of a member, in the order of the row.

    An object's `end` is known once all strings inside it were given.
    """
    objects: list[Container] = []
    members: list[str] = []
    for token in TOKEN.finditer(row):
        sign, start = row[token.start()], token.start()
        if sign == 0x22:  # noqa: PLR2004 - a quote
            if not members:
                return
            if token[2] is not None:
                members[-1] = text_of(token[1])
            elif members[-1] != _LIST:
                yield Spot(objects[-1], members[-1], start, token.end())
        elif sign == 0x7B:  # noqa: PLR2004 - an opening brace
            objects.append(_inside(objects, members, start))
            members.append("")
        elif sign == 0x5B:  # noqa: PLR2004 - an opening bracket
            members.append(_LIST)
        elif members:
            if members.pop() != _LIST:
                objects.pop().end = token.end()
        else:
            return


_LIST: Final = "[]"


def _inside(objects: list[Container], members: list[str], start: int) -> Container:
    if not objects:
        return Container(None, "", start)
    named = next((member for member in reversed(members) if member != _LIST), "")
    return Container(objects[-1], named, start)


def text_of(quoted: bytes) -> str:
    """The text of a JSON string; nothing when it is none."""
    if b"\\" not in quoted:
        return quoted[1:-1].decode(errors="replace")
    try:
        return str(orjson.loads(quoted))
    except orjson.JSONDecodeError:
        return ""
