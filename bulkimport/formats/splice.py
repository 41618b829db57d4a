"""Changing strings of a row in place: every byte that is not part of a changed string stays."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson

from bulkimport.formats.keys import GLOBAL_KEY, ID, Key, Keys
from bulkimport.formats.names import NameMap
from bulkimport.formats.walk import Container, Spot, spots_of, text_of

DATA_ROW: Final = "dataRow"
# How almost every row begins: members that are text, then its data row. Others are walked.
TEXT: Final = rb'"(?:[^"\\]++|\\.)*+"'
USUAL: Final = re.compile(
    rb"\s*+\{(?:\s*+" + TEXT + rb"\s*+:\s*+" + TEXT + rb"\s*+,)*+"
    rb'\s*+"dataRow"\s*+:\s*+(\{\s*+"(id|globalKey)"\s*+:\s*+(' + TEXT + rb")\s*+\})"
)
# Without an escape, a metric, an option or a relationship, every `name` is that of a feature.
INTRICATE: Final = re.compile(
    rb'\\|"answers?"|"customMetrics"|"sourceOntologyName"|"dataRow"\s*+:\s*+\{[^}]*"name"'
)
FEATURE: Final = re.compile(rb'"name"\s*+:\s*+("[^"]*+")')
NAME: Final = "name"
SOURCE_NAME: Final = "sourceOntologyName"
ANSWERS: Final = ("answer", "answers")
# Objects whose name is not that of a feature.
STRANGERS: Final = ("customMetrics", DATA_ROW)


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes `start` to `end` of a row become `text`."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True, slots=True)
class KeySpot:
    """Where a row says its key: the string's bytes, and those of the whole `dataRow`."""

    key: Key
    start: int
    end: int
    whole: tuple[int, int]


def spliced(row: bytes, changes: list[Change]) -> bytes:
    """The row with its changes, which do not overlap."""
    parts: list[bytes] = []
    at = 0
    for change in sorted(changes, key=_start):
        parts += (row[at : change.start], change.text)
        at = change.end
    return b"".join((*parts, row[at:]))


def find_key(row: bytes) -> KeySpot | None:
    """Find the row's key; None when the row has none or several, which the checks refuse."""
    usual = USUAL.match(row)
    if usual is not None:
        member, text = usual[2].decode(), text_of(usual[3])
        return KeySpot(Key(member, text), *usual.span(3), usual.span(1)) if text else None
    found = [spot for spot in spots_of(row) if _is_key(spot) and row[spot.start + 1 : spot.end - 1]]
    if len(found) != 1:
        return None
    [spot] = found
    whole = (spot.container.start, spot.container.end)
    return KeySpot(
        Key(spot.member, text_of(row[spot.start : spot.end])), spot.start, spot.end, whole
    )


def key_changes(row: bytes, keys: Keys) -> list[Change]:
    """What makes the row name its new data row. Raises Unmatched.

    When the kind of key changes, the whole `dataRow` is written anew.
    """
    spot = find_key(row)
    if spot is None:
        return []
    new = keys.lead(spot.key)
    if new.member != spot.key.member:
        return [Change(*spot.whole, orjson.dumps({new.member: new.value}))]
    return [] if new == spot.key else [Change(spot.start, spot.end, orjson.dumps(new.value))]


def name_changes(row: bytes, names: NameMap) -> list[Change]:
    """What gives the row's features and options their new names."""
    if INTRICATE.search(row) is None:
        spans = (found.span(1) for found in FEATURE.finditer(row))
        return _renamed(row, [(start, end, names.feature) for start, end in spans])
    spots = [spot for spot in spots_of(row) if _is_name(spot)]
    named = {spot.container: _text(row, spot) for spot in spots if spot.member == NAME}
    return _renamed(row, [(spot.start, spot.end, _renaming(spot, names, named)) for spot in spots])


def _renamed(row: bytes, strings: list[tuple[int, int, Callable[[str], str]]]) -> list[Change]:
    changes = []
    for start, end, rename in strings:
        old = text_of(row[start:end])
        new = rename(old)
        if new != old:
            changes.append(Change(start, end, orjson.dumps(new)))
    return changes


def _renaming(spot: Spot, names: NameMap, named: Mapping[Container, str]) -> Callable[[str], str]:
    """How a name is to be read: as that of an option under its question, or of a feature."""
    question = _question_of(spot.container) if spot.member == NAME else None
    if question is None:
        return names.feature
    return partial(names.option, question=named.get(question, ""))


def _is_key(spot: Spot) -> bool:
    row = spot.container.above if spot.container.member == DATA_ROW else None
    return row is not None and row.above is None and spot.member in (ID, GLOBAL_KEY)


def _is_name(spot: Spot) -> bool:
    if spot.member == SOURCE_NAME:
        return True
    return spot.member == NAME and spot.container.member not in STRANGERS


def _question_of(container: Container) -> Container | None:
    """The question that an option answers; None for what is no option."""
    return container.above if container.member in ANSWERS else None


def _text(row: bytes, spot: Spot) -> str:
    return text_of(row[spot.start : spot.end])


def _start(change: Change) -> int:
    return change.start
