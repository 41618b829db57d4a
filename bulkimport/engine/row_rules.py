"""The rows of a block that may not go: written down, and marked where the scan let them pass."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bulkimport.engine.mask_rules import MaskRules
from bulkimport.engine.readable import Readable
from bulkimport.engine.rejections import SAMPLES_PER_SLUG, Rejections
from bulkimport.findings import NOTE_RULES
from bulkimport.native import (
    CODES,
    WARNED,
    Checked,
    Checker,
    Finding,
    Tally,
    scan_block,
    tally,
)
from bulkimport.rows.excerpt import Sample, sample_of
from bulkimport.rows.explain import explain_code, explain_finding
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.rules import CODE_RULES
from bulkimport.shards.partitions import Table

# Beyond the codes of the scan: the row broke a rule, and its rejections are written already.
BROKE_A_RULE = len(CODES)
# A CHECK as one number, without its feature.
ANYTHING = np.uint64(0xFFFF_FFFF)
# Warned rows of a block among which those to be shown are looked for.
SOUGHT = 64


Hearing = Callable[[Table, Checked, int], None]


def hear_nothing(rows: Table, checked: Checked, ordinal: int) -> None:
    """Where no rule is over several rows."""
    del rows, checked, ordinal


@dataclass(slots=True)
class RowRules:
    """Refuses rows by the scan's code, then good rows by a compiled checker if there is one.

    Good rows cost one native pass, and so do those that go with a warning: only rows that are
    refused are looked at again one by one, and the first few of each warning. `warned` counts rows
    that go with any warning, `warnings` by rule all rows that it warns of and does not refuse.
    `normalised` counts the rows that are put right, by rule, `counted` all rows; lines of white
    space alone are `blank_lines` and no rows.
    `hear` is told what the checker said of each block.
    """

    checker: Checker | None
    rejections: Rejections
    masks: MaskRules | None = None
    hear: Hearing = hear_nothing
    warned: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    normalised: Counter[str] = field(default_factory=Counter)
    counted: Tally = field(default_factory=Tally.nothing)
    blank_lines: int = 0
    samples: list[Sample] = field(default_factory=list)

    def scan(
        self, block: bytes, *, source: int, offset: int, line: int, last: bool
    ) -> tuple[Table, Checked | None]:
        """Scan a block into rows (ROW) and check the good ones; safe in any thread."""
        place = {"source": source, "offset": offset, "line": line}
        if self.checker:
            return self.checker.scan(block, **place, last=last)
        _, _, rows = scan_block(block, **place, last=last)
        return rows, None

    def apply(
        self, rows: Table, checked: Checked | None, *, block: bytes, offset: int, source: Readable
    ) -> Table:
        """Give the rows (ROW) of a block back, marked as BROKE_A_RULE or WARNED."""
        name, scanned, counted = source.name, rows, tally(rows)
        if counted.bad:
            bad = np.compress(rows["code"] != 0, rows)
            self._refuse_unread(bad, block=block, offset=offset, name=name)
        warned = np.zeros(len(rows), np.bool_)
        if self.checker is not None and checked is not None and any_told(checked.checks):
            warned = checked.checks["warned"] > 0
            rows = self._judge(
                self.checker, checked, rows=rows, block=block, offset=offset, name=name
            )
        if self.masks is not None:
            rows, doubtful = self._look(self.masks, rows, block=block, offset=offset, name=name)
            warned[doubtful] = True
        if warned.any():
            rows = self._mark(rows, warned & (rows["code"] == 0))
        self.counted = self.counted.plus(counted if rows is scanned else tally(rows))
        if checked is not None:
            self.hear(rows, checked, source.ordinal)
        return rows

    def finish(self) -> None:
        """All rows of all sources were seen."""
        if self.masks is not None:
            self.masks.finish()
            self.warnings.update(self.masks.unnamed)

    def _refuse_unread(self, bad: Table, *, block: bytes, offset: int, name: str) -> None:
        room = self.rejections.room
        for code, count in Counter(bad["code"][room:].tolist()).items():
            self.rejections.count(CODE_RULES[CODES[code]].slug, count)
        # Column by column: to take a field of one row costs as much as to explain it.
        columns = [bad[field][:room].tolist() for field in ("line", "offset", "length")]
        for line, place, length in zip(*columns, strict=True):
            own = block[place - offset : place - offset + length]
            self.rejections.add(explain_code(own, source=name, line=line, offset=place), own)

    def _mark(self, rows: Table, warned: NDArray[np.bool_]) -> Table:
        self.warned += int(np.count_nonzero(warned))
        rows = rows.copy()
        rows["flags"][warned] |= WARNED
        return rows

    def _look(
        self, masks: MaskRules, rows: Table, *, block: bytes, offset: int, name: str
    ) -> tuple[Table, list[int]]:
        broken, doubtful = [], []
        concerned = masks.concerns(rows).tolist()
        masks.expect(own_bytes(rows[index], block, offset) for index in concerned)
        for index in concerned:
            own = own_bytes(rows[index], block, offset)
            findings = masks.judge(rows[index], own)
            if any(finding.severity == Severity.ERROR for finding in findings):
                self._refuse(findings, rows[index], name=name, own=own)
                broken.append(index)
            elif findings:
                self.warnings.update({finding.slug for finding in findings})
                self._show(findings, rows[index], name=name, own=own)
                doubtful.append(index)
        if broken:
            rows = rows.copy()
            rows["code"][broken] = BROKE_A_RULE
        return rows, doubtful

    def _judge(
        self,
        checker: Checker,
        checked: Checked,
        *,
        rows: Table,
        block: bytes,
        offset: int,
        name: str,
    ) -> Table:
        checks = checked.checks
        refused = checks["rule"] > 0
        warned = np.flatnonzero((checks["warned"] > 0) & ~refused)
        self.warnings.update(checked.warnings)
        self.normalised += notes_of(checks["notes"])
        for index in warned[:SOUGHT].tolist():
            if not self._wanted(checked.warnings):
                break
            own = own_bytes(rows[index], block, offset)
            self._show(checker.explain(own), rows[index], name=name, own=own)
        if not refused.any():
            return rows
        broken, room = np.flatnonzero(refused), self.rejections.room
        for rule, count in Counter(checks["rule"][broken[room:]].tolist()).items():
            self.rejections.count(checker.rules[rule], count)
        for index in broken[:room].tolist():
            own = own_bytes(rows[index], block, offset)
            self._refuse(checker.explain(own), rows[index], name=name, own=own)
        marked = rows.copy()
        marked["code"][refused] = BROKE_A_RULE
        return marked

    def _wanted(self, slugs: Iterable[str]) -> set[str]:
        """The warnings of which too few have been shown."""
        shown = Counter(sample.rejection.slug for sample in self.samples)
        return {slug for slug in slugs if shown[slug] < SAMPLES_PER_SLUG}

    def _show(self, findings: list[Finding], row: np.void, *, name: str, own: bytes) -> None:
        wanted = self._wanted(finding.slug for finding in findings)
        line, offset = int(row["line"]), int(row["offset"])
        for finding in findings:
            if finding.slug in wanted:
                wanted.remove(finding.slug)
                told = explain_finding(finding, source=name, line=line, offset=offset)
                self.samples.append(sample_of(told, own, finding.at))

    def _refuse(self, findings: list[Finding], row: np.void, *, name: str, own: bytes) -> None:
        line, offset = int(row["line"]), int(row["offset"])
        faults = [finding for finding in findings if finding.severity == Severity.ERROR]
        told = [
            explain_finding(finding, source=name, line=line, offset=offset) for finding in faults
        ]
        self.rejections.add_all(told, own, places=[finding.at for finding in faults])


def any_told(checks: Table) -> bool:
    """Whether there is anything to say of rows (CHECK): a rule, a warning or a note."""
    return bool((checks.view("<u8") & ANYTHING).any())


def notes_of(notes: NDArray[np.uint8]) -> Counter[str]:
    """How many rows are put right by each rule, by the bits of a block's notes."""
    if not notes.any():
        return Counter()
    bits = enumerate(NOTE_RULES)
    return Counter({slug: int(np.count_nonzero(notes & (1 << bit))) for bit, slug in bits})


def own_bytes(row: np.void, block: bytes, offset: int) -> bytes:
    """The bytes of a scanned row in its block, which lies at `offset` of its source."""
    start = int(row["offset"]) - offset
    return block[start : start + int(row["length"])]
