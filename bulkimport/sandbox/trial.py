"""Judges the rows of one import in turn: status lines out, accepted rows gathered."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import orjson

from bulkimport.sandbox.judge import Judge, uuid_digits
from bulkimport.sandbox.stretches import Row, Stretch
from bulkimport.sandbox.targets import Target, not_found, reference
from bulkimport.sandbox.verdicts import Unfit, invalid

ACCEPTED_TAIL = ',"status":"SUCCESS","errors":[]}\n'
# No shorter text can be nested more deeply than orjson writes: 254 levels.
SHALLOW = 2 * 254


@dataclass(kw_only=True)
class Judged:
    """One stretch after judgement: lines for both files, accepted rows by data row."""

    statuses: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    parts: dict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    accepted: int = 0


class Trial:
    """One import before its judge. `uuids` are those taken so far, by data row."""

    def __init__(self, judge: Judge) -> None:
        """Judge each row by itself with `judge`."""
        self._judge = judge
        self.uuids: dict[int, set[str]] = defaultdict(set)

    def stretch(self, stretch: Stretch, targets: list[Target | None]) -> Judged:
        """Judge rows in their order; of equal uuids on one data row the first is taken.

        `targets` are what the rows name, in the same order.
        """
        judged = Judged()
        for row, text, target in zip(stretch.rows, stretch.texts, targets, strict=True):
            try:
                number, kept = self._accept(row, text, target)
            except Unfit as refusal:
                line = refused(row, target, refusal)
                judged.statuses.append(line)
                judged.errors.append(line)
            else:
                judged.parts[number].append(kept)
                # An accepted uuid is made of hexadecimal digits, dashes and braces.
                uuid = row.get("uuid")
                told = "null" if uuid is None else f'"{uuid}"'
                reply = "" if target is None else target.reply
                judged.statuses.append(f'{{"uuid":{told},"dataRow":{reply}{ACCEPTED_TAIL}')
                judged.accepted += 1
        return judged

    def _accept(self, row: Row, text: bytes, target: Target | None) -> tuple[int, bytes]:
        """Return the number of the row's data row and what is kept of it; raises Unfit."""
        if target is None:
            raise invalid("dataRow must have exactly one of id and globalKey")
        number = target.number
        if number is None:
            raise not_found(*(reference(row) or ("id", "")))
        digits = uuid_digits(row)
        self._judge.check(row)
        kept = text if len(text) < SHALLOW else rewritten(row)
        if digits is not None:
            taken = self.uuids[number]
            if digits in taken:
                raise invalid(f"uuid {digits} is used twice on one data row")
            taken.add(digits)
        return number, kept


def rewritten(row: Row) -> bytes:
    """Return a row as JSON; raises Unfit for one that could be read but not written."""
    try:
        return orjson.dumps(row)
    except orjson.JSONEncodeError as error:
        raise invalid("the row is nested too deeply") from error


def refused(row: Row, target: Target | None, refusal: Unfit) -> str:
    """Return the line of a row that is not taken, for both files."""
    reply = json_text(plain(row.get("dataRow"))) if target is None else target.reply
    error = {"name": refusal.name, "message": refusal.message, "additionalInfo": None}
    return (
        f'{{"uuid":{json_text(plain(row.get("uuid")))},"dataRow":{reply},'
        f'"status":"FAILURE","errors":[{json_text(error)}]}}\n'
    )


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what a status line can show of a value: texts and numbers, at most one level down."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if not isinstance(each, dict)}
    return None if isinstance(value, list) else value


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write JSON in ASCII: a reader that splits at U+2028 must not find one."""
    text = orjson.dumps(value).decode()
    return text if text.isascii() and text.isprintable() else json.dumps(value)
