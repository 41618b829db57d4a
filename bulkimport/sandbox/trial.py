"""Judges the rows of one import in turn: status lines out, accepted rows gathered."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import orjson

from bulkimport.sandbox.judge import Judge, uuid_digits
from bulkimport.sandbox.stretches import Row
from bulkimport.sandbox.targets import Targets, not_found, reference
from bulkimport.sandbox.verdicts import Unfit, invalid

ACCEPTED_TAIL = ',"status":"SUCCESS","errors":[]}\n'


@dataclass(kw_only=True)
class Judged:
    """One stretch after judgement: lines for both files, accepted rows by data row."""

    statuses: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    parts: dict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    accepted: int = 0


class Trial:
    """One import before its judge. `uuids` are those taken so far, by data row."""

    def __init__(self, judge: Judge, targets: Targets) -> None:
        """`targets` must have learned the rows of a stretch before it is tried."""
        self._judge = judge
        self._targets = targets
        self.uuids: dict[int, set[str]] = defaultdict(set)

    def stretch(self, rows: list[Row]) -> Judged:
        """Judge rows in their order; of equal uuids on one data row the first is taken."""
        judged = Judged()
        for row in rows:
            try:
                number, reply, text = self._accept(row)
            except Unfit as refusal:
                line = self._refused(row, refusal)
                judged.statuses.append(line)
                judged.errors.append(line)
            else:
                judged.parts[number].append(text)
                # An accepted uuid is made of hexadecimal digits, dashes and braces.
                uuid = row.get("uuid")
                told = "null" if uuid is None else f'"{uuid}"'
                judged.statuses.append(f'{{"uuid":{told},"dataRow":{reply}{ACCEPTED_TAIL}')
                judged.accepted += 1
        return judged

    def _accept(self, row: Row) -> tuple[int, str, bytes]:
        target = self._targets.of(row)
        if target.number is None:
            raise not_found(*(reference(row) or ("id", "")))
        digits = uuid_digits(row)
        self._judge.check(row)
        try:
            text = orjson.dumps(row)
        except orjson.JSONEncodeError as error:
            raise invalid("the row is nested too deeply") from error
        if digits is not None:
            self._take(target.number, digits)
        return target.number, target.reply, text

    def _take(self, number: int, digits: str) -> None:
        taken = self.uuids[number]
        if digits in taken:
            raise invalid(f"uuid {digits} is used twice on one data row")
        taken.add(digits)

    def _refused(self, row: Row, refusal: Unfit) -> str:
        try:
            reply = self._targets.of(row).reply
        except Unfit:
            reply = json_text(plain(row.get("dataRow")))
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
