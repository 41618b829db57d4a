"""What rows mean, apart from how they are spelled: for comparing ours with the official SDK's.

A missing list is an empty one, spans of a row belong to each of its answers, touching spans are
one, and uuids mean something only where a relationship points at them.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from bulkimport.rows.builders.segments import joined

Row = dict[str, Any]


def meaning(rows: Iterable[Row]) -> list[Row]:
    """The rows in one spelling and order."""
    plain = [orjson.loads(orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS)) for row in rows]
    ends = {
        row["relationship"].get(end)
        for row in plain
        if "relationship" in row
        for end in ("source", "target")
    }
    names = {row["uuid"]: _place(row) for row in plain if row.get("uuid") in ends - {None}}
    return sorted((_row(row, names) for row in plain), key=_order)


def _place(row: Row) -> str:
    """What a relationship points at, by what it says instead of by its uuid."""
    return orjson.dumps(_part({**row, "uuid": None}), option=orjson.OPT_SORT_KEYS).decode()


def _row(row: Row, names: dict[str, str]) -> Row:
    row = dict(row)
    row.pop("uuid", None)
    if "relationship" in row:
        edge = row["relationship"]
        row["relationship"] = {
            member: names.get(said, said) if member in {"source", "target"} else said
            for member, said in edge.items()
        }
    if (frames := row.pop("frames", None)) is not None:
        answers = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
        for answer in answers:
            answer["frames"] = frames
    return _part(row)


def _part(part: Any) -> Any:
    if isinstance(part, list):
        return [_part(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {member: _part(said) for member, said in part.items() if said not in (None, [])}
    if "frames" in plain and "start" in plain["frames"][0]:
        spans = joined((span["start"], span["end"]) for span in plain["frames"])
        plain["frames"] = [{"start": start, "end": end} for start, end in spans]
    return plain


def _order(row: Row) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
