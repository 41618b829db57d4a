"""The plan of some sources, made the slow and obvious way: everything in memory, row by row."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bulkimport.engine.request import Shaping, Uuids
from bulkimport.shards.group import Incomplete

if TYPE_CHECKING:
    from collections.abc import Sequence

FILLED_BYTES = len('"uuid":"00000000-0000-0000-0000-000000000000",')


@dataclass
class NaiveRow:
    """One row: where it lies, what it says, and the rule it breaks."""

    source: str
    line: int
    offset: int
    own: bytes
    document: Any
    slug: str = ""

    @property
    def key(self) -> tuple[str, str] | None:
        """Its data row, if that can be told."""
        reference = self.document.get("dataRow") if isinstance(self.document, dict) else None
        if not reference:
            return None
        ((by, key),) = reference.items()
        return (by, key.lower() if by == "globalKey" else key)

    @property
    def uuid(self) -> str | None:
        """Its uuid, without the ways to spell it."""
        named = self.document.get("uuid")
        return named.strip("{}").replace("-", "").lower() if named else None

    def size(self, *, fill: bool) -> int:
        """Its bytes in a body."""
        return len(self.own) + 1 + (FILLED_BYTES if fill and self.uuid is None else 0)

    @property
    def place(self) -> tuple[str, int, int]:
        """What result files say of its place."""
        return self.source, self.line, self.offset


@dataclass
class Naive:
    """What a plan must come to."""

    read: int = 0
    rejected: list[NaiveRow] = field(default_factory=list)
    held: list[NaiveRow] = field(default_factory=list)
    shards: list[list[list[NaiveRow]]] = field(default_factory=list)


def read_rows(name: str, content: bytes) -> list[NaiveRow]:
    """The rows of one source. A row is good when it is an object with a data row and a point."""
    rows = []
    offset = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        own = line.strip(b" \t\r")
        if own:
            at = offset + line.index(own)
            row = NaiveRow(name, number, at, own, None)
            try:
                row.document = json.loads(own)
            except ValueError:
                row.slug = "R-FILE-1"
            else:
                known = row.key is not None
                row.slug = "" if known and "point" in row.document else "R-KIND-1"
                row.slug = row.slug if known else "R-DR-1"
            rows.append(row)
        offset += len(line) + 1
    return rows


def naive_plan(
    sources: Sequence[tuple[str, bytes]], shaping: Shaping, *, first: int | None = None
) -> Naive:
    """Group, judge, order and cut."""
    rows = [row for name, content in sources for row in read_rows(name, content)]
    made = Naive(read=len(rows))
    data_rows: dict[tuple[str, str], list[NaiveRow]] = {}
    for row in rows:
        if row.key is not None:
            data_rows.setdefault(row.key, []).append(row)
    for together in data_rows.values():
        _judge(together, shaping)
    whole = [
        good
        for together in data_rows.values()
        if (good := [row for row in together if not row.slug])
        and (len(good) == len(together) or shaping.incomplete is Incomplete.SEND)
    ]
    sent = {id(row) for together in whole for row in together}
    made.rejected = [row for row in rows if row.slug]
    made.held = [row for row in rows if not row.slug and id(row) not in sent]
    whole.sort(key=lambda together: next(at for at, row in enumerate(rows) if row is together[0]))
    _cut(made, whole, shaping, first)
    return made


def _judge(together: list[NaiveRow], shaping: Shaping) -> None:
    good = [row for row in together if not row.slug]
    uuids = [row.uuid for row in good]
    for row in good:
        if row.uuid is not None and uuids.count(row.uuid) > 1:
            row.slug = "R-ID-2"
    good = [row for row in together if not row.slug]
    fill = shaping.uuids is Uuids.FILL
    if sum(row.size(fill=fill) for row in good) > shaping.max_data_row_bytes:
        for row in good:
            row.slug = "R-SHARD-2"


def _cut(made: Naive, whole: list[list[NaiveRow]], shaping: Shaping, first: int | None) -> None:
    fill = shaping.uuids is Uuids.FILL
    for number, together in enumerate(whole):
        before = [row for each in made.shards[-1] for row in each] if made.shards else []
        rows = len(before) + len(together)
        size = sum(row.size(fill=fill) for row in [*before, *together])
        fits = rows <= shaping.rows_per_shard and size <= shaping.bytes_per_shard
        if made.shards and fits and number != first:
            made.shards[-1].append(together)
        else:
            made.shards.append([together])
