"""The rules over several rows: what each row says is kept on disk until all rows have spoken.

While sources are scanned, `hear` keeps a few bytes of each row that says something. Afterwards each
partition is asked which data rows look wrong (`begin`); those alone are read again (`apply`).
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np

from bulkimport.engine.membership import membership
from bulkimport.engine.readable import Readable
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.row_rules import BROKE_A_RULE
from bulkimport.findings import NAMED, SAID
from bulkimport.native import HAS_BENCHMARK, KINDS, WARNED, Checked, Checker, named, said
from bulkimport.rows.explain import explain_together
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import ANY_MEDIA, Ruling
from bulkimport.rows.terms import Terms, terms_of
from bulkimport.shards.clues import (
    Hashes,
    Topic,
    label_of,
    shared,
    suspects,
)
from bulkimport.shards.company import Company, Mask, Numbers, judge_company
from bulkimport.shards.distinct import distinct
from bulkimport.shards.looking import look_again
from bulkimport.shards.partitions import Partitions, Table
from bulkimport.shards.relationships import judge_relationships

SHARED_UUID = "R-ID-3"


@dataclass(slots=True)
class Counts:
    """Rows by what became of them.

    `warned` counts those that go with a warning and had none before; `warnings` counts rows by
    rule, those that are refused by another one too, `refused` by kind.
    """

    warned: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    refused: Numbers = field(default_factory=lambda: np.zeros(len(KINDS), np.int64))


@dataclass(slots=True)
class Doubts:
    """What looks wrong in one partition: labels or data rows, and uuids that several have."""

    suspects: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    uuids: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))


class Known(Protocol):
    """What is known of data rows from elsewhere, and the rules that compare rows with it."""

    def hear(self, rows: Table, checked: Checked) -> None:
        """Keep what is needed of the good rows of a block (ROW)."""
        ...

    def suspects(self, number: int, keys: Hashes) -> Hashes:
        """The keys (low halves), of all `keys` in a partition, that may break a rule."""
        ...

    def judge(self, company: Company) -> dict[str, Mask]:
        """Mark the rows of that partition that break each rule."""
        ...


@dataclass(slots=True)
class TogetherRules:
    """Refuses rows by what they say together; a rule that rows break together refuses them all."""

    sources: Sequence[Readable]
    rejections: Rejections
    checker: Checker
    terms: Terms
    severities: dict[str, Severity]
    told: Partitions
    names: Partitions
    known: Sequence[Known] = ()
    counts: Counts = field(default_factory=Counts)
    doubts: Doubts = field(default_factory=Doubts)

    def hear(self, rows: Table, checked: Checked, ordinal: int) -> None:
        """Keep what the rows of a block (ROW) say; those that are refused have a code by now."""
        told = said(rows, checked, ordinal=ordinal, required=self.terms.required)
        self.told.add_by(told, "key")
        if self.severities[SHARED_UUID] is not Severity.OFF:
            names = named(rows)
            self.names.add_by(names, "uuid")
        for one in self.known:
            one.hear(rows, checked)

    def settle(self) -> None:
        """Find the uuids that several data rows have, once all rows have been heard."""
        for number in range(self.names.count):
            told = shared(self.names.load(number))
            self.told.add_by(told, "key")

    def begin(self, number: int, *, stretches: Table, rows: Table) -> None:
        """Ask one partition, which has these stretches and rows, what looks wrong in it."""
        told = self.told.load(number)
        required = self.terms.required
        labels = [self._labels(table) for table in (stretches, rows) if required]
        found = suspects(told, np.concatenate((np.empty(0, np.uint64), *labels)), required=required)
        if self.known:
            keys = np.concatenate((stretches["key_low"], rows["key_low"]))
            suspected = [one.suspects(number, keys) for one in self.known]
            found = distinct(np.concatenate((found, *suspected)))
        self.doubts = Doubts(found, distinct(told["value"][told["topic"] == Topic.UUID]))

    def dubious(self, table: Table) -> Mask:
        """Mark the rows or stretches of the partition whose data row must be looked at."""
        found = self.doubts.suspects
        if not len(found):
            return np.zeros(len(table), np.bool_)
        mask: Mask = np.isin(self._labels(table), found) | np.isin(table["key_low"], found)
        return mask

    def apply(self, rows: Table) -> Table:
        """Give the rows (ROW) of the partition back, those that break a rule marked as such.

        All rows of a data row that is dubious must be there. Raises OSError when a source ends too
        early.
        """
        # A row without bytes stands for one that was refused before: nothing of it can be read.
        there = rows["length"] > 0
        chosen = np.flatnonzero(there & (self.dubious(rows) | half_marked(rows)))
        if not len(chosen):
            return rows
        marked = rows.copy()
        marked[chosen] = self._look(rows[chosen])
        return marked

    def _look(self, rows: Table) -> Table:
        company = look_again(
            rows,
            ordinals=self._ordinals(rows),
            descriptors=[source.descriptor for source in self.sources],
            checker=self.checker,
        )
        broken = judge_company(company, uuids=self.doubts.uuids, terms=self.terms)
        broken |= judge_relationships(company, self.terms)
        for one in self.known:
            broken |= one.judge(company)
        errors, warnings = self._by_severity(broken)
        refused = np.logical_or.reduce([np.zeros(len(rows), np.bool_), *errors.values()])
        self._refuse(rows, errors, refused)
        self._warn(rows, warnings, ~refused)
        rows["code"][refused] = BROKE_A_RULE
        return rows

    def _labels(self, table: Table) -> Hashes:
        return label_of(table["key_low"], self._ordinals(table).astype(np.uint32))

    def _ordinals(self, table: Table) -> Numbers:
        ordinals = np.asarray([source.ordinal for source in self.sources], np.int64)
        return np.take(ordinals, table["source"].astype(np.int64))

    def _by_severity(self, broken: dict[str, Mask]) -> tuple[dict[str, Mask], dict[str, Mask]]:
        kinds = (Severity.ERROR, Severity.WARNING)
        errors, warnings = (
            {slug: mask for slug, mask in broken.items() if self.severities[slug] is kind}
            for kind in kinds
        )
        return errors, warnings

    def _warn(self, rows: Table, warnings: dict[str, Mask], going: Mask) -> None:
        warned = np.zeros(len(rows), np.bool_)
        for slug, mask in warnings.items():
            if count := int(np.count_nonzero(mask)):
                self.counts.warnings[slug] += count
            warned |= mask & going
        self.counts.warned += int(np.count_nonzero(warned & (rows["flags"] & WARNED == 0)))
        rows["flags"][warned] |= WARNED

    def _refuse(self, rows: Table, errors: dict[str, Mask], refused: Mask) -> None:
        indices, room = np.flatnonzero(refused), self.rejections.room
        self.counts.refused += np.bincount(rows["kind"][indices], minlength=len(KINDS))
        self.rejections.forgiven += int(np.count_nonzero(refused & (rows["flags"] & WARNED > 0)))
        slugs = [[slug for slug, mask in errors.items() if mask[index]] for index in indices]
        for slug, count in Counter(first for first, *_ in slugs[room:]).items():
            self.rejections.count(slug, count)
        for index, broken in zip(indices[:room], slugs, strict=False):
            self._explain(rows[index], broken)

    def _explain(self, row: np.void, slugs: list[str]) -> None:
        source = self.sources[int(row["source"])]
        own = os.pread(source.descriptor, int(row["length"]), int(row["offset"]))
        line, offset = int(row["line"]), int(row["offset"])
        told = [
            explain_together(slug, own, source=source.name, line=line, offset=offset)
            for slug in slugs
        ]
        keys = [one.path.rpartition(".")[2].encode() for one in told]
        places = [max(0, own.find(b'"' + key + b'"')) for key in keys]
        self.rejections.add_all(told, own, places=places)


@contextmanager
def together_rules(
    ruling: Ruling,
    *,
    sources: Sequence[Readable],
    rejections: Rejections,
    folder: Path,
    partitions: int,
    assets: Sequence[Path] = (),
    members: Path | None = None,
) -> Iterator[TogetherRules]:
    """The rules of a ruling over several rows; their tables in `folder` are gone at the end.

    Rows are held to the sizes in `assets`, and to the project whose data rows are in `members`.
    """
    checker = ruling.checker(measure=True)
    told = Partitions(folder / "told", count=partitions, dtype=SAID)
    names = Partitions(folder / "names", count=partitions, dtype=NAMED)
    with ExitStack() as stack:
        for table in (told, names):
            stack.callback(table.close)
        known: list[Known] = []
        if members:
            opening = membership(members, folder=folder, partitions=partitions)
            known.append(stack.enter_context(opening))
        if assets:
            # The kernels are loaded where sizes are given, and nowhere else.
            room = import_module("bulkimport.engine.asset_sizes")
            sizes = room.asset_sizes(
                assets, media=ruling.media or ANY_MEDIA, folder=folder, partitions=partitions
            )
            known.append(stack.enter_context(sizes))
        yield TogetherRules(
            sources=sources,
            rejections=rejections,
            checker=checker,
            terms=terms_of(ruling, checker.features),
            severities=ruling.severities(),
            told=told,
            names=names,
            known=known,
        )


def half_marked(rows: Table) -> Mask:
    """Mark the rows whose data row has some that are marked as benchmark and some that are not."""
    marked = rows["flags"] & HAS_BENCHMARK > 0
    if not marked.any() or marked.all():
        return np.zeros(len(rows), np.bool_)
    both = np.intersect1d(rows["key_low"][marked], rows["key_low"][~marked])
    mask: Mask = np.isin(rows["key_low"], both)
    return mask
