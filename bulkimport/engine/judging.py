"""Partitions in, rows with their fates out and the refused ones written: the second half."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson

from bulkimport.disk import AppendFile
from bulkimport.engine.readable import Readable
from bulkimport.engine.rejections import Rejections
from bulkimport.native import KINDS, WARNED
from bulkimport.rows.explain import explain_rule, own_row
from bulkimport.rows.rules import CAUTION_RULES, FATE_RULES
from bulkimport.shards.group import FATES, Caps, Grouped, Incomplete, group_rows
from bulkimport.shards.partitions import Table

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

FATE_PATHS = {
    "uuid-twice": "$.uuid",
    "label-in-pieces": "$.dataRow",
    "too-many-of-one-name": "$.name",
    "data-row-rows": "$.dataRow",
    "data-row-bytes": "$.dataRow",
    "over-plan": "$",
}
HELD_MESSAGE = "held back: another row of its data row was rejected, and labels are sent whole"


@dataclass(slots=True)
class Cautioned:
    """`rows` go with a caution and had no warning before; `labels` are counted by rule."""

    rows: int = 0
    labels: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Judging:
    """Settles, one partition after another, what rows can only settle together."""

    sources: Sequence[Readable]
    rejections: Rejections
    held: AppendFile
    caps: Caps
    incomplete: Incomplete
    accepted_rows: int = 0
    held_rows: int = 0
    data_rows: int = 0
    cautioned: Cautioned = field(default_factory=Cautioned)
    refused_kinds: Numbers = field(default_factory=lambda: np.zeros(len(KINDS), np.int64))

    def judge(self, rows: Table) -> Grouped:
        """Judge one partition, write down what may not go, and give it back in order."""
        ordinals = [source.ordinal for source in self.sources]
        grouped = group_rows(rows, caps=self.caps, incomplete=self.incomplete, ordinals=ordinals)
        self._count(grouped)
        self._write(grouped)
        return grouped

    def accept(self, stretches: Table) -> None:
        """Count stretches (STRETCH) that go as they are, each all of its data row."""
        self.accepted_rows += int(stretches["rows"].sum())
        self.data_rows += len(stretches)

    def _count(self, grouped: Grouped) -> None:
        refused = (grouped.rows["code"] == 0) & ~grouped.accepted
        kinds = np.compress(refused, grouped.rows["kind"])
        self.refused_kinds += np.bincount(kinds, minlength=len(KINDS))
        warned = grouped.rejected & (grouped.rows["flags"] & WARNED > 0)
        self.rejections.forgiven += int(np.count_nonzero(warned))
        self.accepted_rows += int(np.count_nonzero(grouped.accepted))
        self.held_rows += int(np.count_nonzero(grouped.held))
        self.data_rows += int(np.count_nonzero(np.bincount(grouped.group[grouped.accepted])))
        cautioned = np.zeros(len(grouped.rows), np.bool_)
        for caution, mask in grouped.cautions.items():
            if mask.any():
                labels = np.bincount(grouped.group[mask])
                self.cautioned.labels[CAUTION_RULES[caution].slug] += int(np.count_nonzero(labels))
            cautioned |= mask
        fresh = cautioned & (grouped.rows["flags"] & WARNED == 0)
        self.cautioned.rows += int(np.count_nonzero(fresh))

    def _write(self, grouped: Grouped) -> None:
        refused, room = np.flatnonzero(grouped.rejected), self.rejections.room
        for number, count in Counter(grouped.fate[refused[room:]].tolist()).items():
            self.rejections.count(FATE_RULES[FATES[number - 1].value].slug, count)
        for index in refused[:room]:
            row = grouped.rows[index]
            fate = FATES[int(grouped.fate[index]) - 1].value
            rejection = explain_rule(
                FATE_RULES[fate],
                source=self.sources[int(row["source"])].name,
                line=int(row["line"]),
                offset=int(row["offset"]),
                path=FATE_PATHS[fate],
            )
            self.rejections.add(rejection, self._own(row))
        for row in grouped.rows[grouped.held]:
            self.held.write(self._held_line(row))

    def _held_line(self, row: np.void) -> bytes:
        held = {
            "source": self.sources[int(row["source"])].name,
            "line": int(row["line"]),
            "offset": int(row["offset"]),
            "message": HELD_MESSAGE,
            "row": own_row(self._own(row)),
        }
        return orjson.dumps(held) + b"\n"

    def _own(self, row: np.void) -> bytes:
        source = self.sources[int(row["source"])]
        return os.pread(source.descriptor, int(row["length"]), int(row["offset"]))
