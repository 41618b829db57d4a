"""What the `dataRow` of a row stands for, looked up a stretch at a time."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from bulkimport.sandbox.ids import data_row_id
from bulkimport.sandbox.references import by_id, by_key, members
from bulkimport.sandbox.stretches import Row
from bulkimport.sandbox.verdicts import Unfit

REMEMBERED: Final = 200_000

Reference = tuple[str, str]


@dataclass(frozen=True)
class Target:
    """A data row as one row names it: its number if an import may annotate it, and a reply to tell.

    `reply` is what stands for `dataRow` in status lines: as sent, with the id it was resolved to.
    """

    number: int | None
    reply: str


class Targets:
    """Remembers look-ups within one import."""

    def __init__(self, project: int) -> None:
        """Look up for imports into the project with this number."""
        self._project = project
        self._known: dict[Reference, Target] = {}

    def of(self, db: sqlite3.Connection, rows: Iterable[Row]) -> list[Target | None]:
        """Return what each row names, None where it names nothing or several things.

        What is not known yet is looked up in four queries at most.
        """
        if len(self._known) > REMEMBERED:
            self._known.clear()
        named = [reference(row) for row in rows]
        asked = {found for found in named if found is not None} - self._known.keys()
        ids = by_id(db, [text for way, text in asked if way == "id"])
        keys = by_key(db, [text for way, text in asked if way == "globalKey"])
        own = members(db, self._project, {*ids.values(), *keys.values()})
        for way, text in asked:
            number = (ids if way == "id" else keys).get(text)
            self._known[way, text] = target(way, text, number, own=own)
        return [None if found is None else self._known[found] for found in named]


def target(way: str, text: str, number: int | None, *, own: set[int]) -> Target:
    """Describe one look-up; only data rows in `own`, those of the project, may be annotated."""
    told: dict[str, Any] = {way: text}
    if number is not None:
        told["id"] = data_row_id(number)
    fit = number if number in own else None
    return Target(number=fit, reply=json.dumps(told, separators=(",", ":")))


def reference(row: Row) -> Reference | None:
    """Return how a row names its data row, None when it does not do so in exactly one way."""
    named = row.get("dataRow")
    if type(named) is not dict:
        return None
    identity, key = named.get("id"), named.get("globalKey")
    if type(key) is str and key and not identity:
        return ("globalKey", key)
    if type(identity) is str and identity and not key:
        return ("id", identity)
    return None


def not_found(way: str, text: str) -> Unfit:
    """Refuse a row whose data row is unknown or in no batch of the project."""
    return Unfit("DataRowNotFound", f"dataRow.{way} {text} invalid")
