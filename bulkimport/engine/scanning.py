"""Sources in, scanned rows on disk and rejections written: the first half of a plan."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bulkimport.engine.ahead import Ahead
from bulkimport.engine.readable import Readable
from bulkimport.engine.row_rules import RowRules
from bulkimport.engine.twice_named import twice_named
from bulkimport.errors import BudgetReached
from bulkimport.events import Listener, Scanned
from bulkimport.native import HAS_KEY, ROW, Checked, split_rows, whole_lines
from bulkimport.shards.partitions import Partitions, Table
from bulkimport.source.blocks import walk
from bulkimport.source.fingerprint import Fingerprint

# Rows are seldom shorter; used only to choose how many partitions to open.
LIKELY_ROW_BYTES = 128
# With more, blocks wait for the one who groups their rows.
MOST_THREADS = 8
ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """A block that lies at `offset`: `size` bytes of it are `lines`, the first is `line`."""

    block: bytes
    offset: int
    size: int
    line: int
    lines: int
    last: bool


@dataclass(slots=True)
class Scanning:
    """Scans sources one after another into partitions by data row: stretches, and loose rows.

    Every byte of every row is checked. Bad rows are refused by `rules`; one whose data row is
    known also goes into its partition, so that its companions are found.
    """

    partitions: Partitions
    stretches: Partitions
    rules: RowRules
    total_bytes: int
    tell: Listener
    stopped: Callable[[], bool]
    block_bytes: int
    rows: int = 0
    done_bytes: int = 0

    def scan(self, number: int, source: Readable) -> Fingerprint:
        """Scan the `number`-th source whole. Raises BudgetReached when asked to stop.

        Blocks are scanned and checked side by side and taken in their order.
        """
        line = 1

        def look(part: Part) -> tuple[Table, Checked | None]:
            return self.rules.scan(
                part.block, source=number, offset=part.offset, line=part.line, last=part.last
            )

        def keep(part: Part, found: tuple[Table, Checked | None]) -> None:
            block, offset = part.block, part.offset
            rows = self.rules.apply(*found, block=block, offset=offset, source=source)
            self._keep(rows, twice_named(rows, block, offset))
            self.rules.blank_lines += part.lines - len(rows)
            self._tell(rows, part.size)

        def give(block: bytes, offset: int, *, last: bool) -> int:
            nonlocal line
            stop_if_asked(self.stopped)
            size, lines = whole_lines(block, last=last)
            # A block that ends within its first row is read again, larger: nobody need hold it.
            if size or last:
                unended = last and size > 0 and not block.endswith(b"\n")
                ahead.give(Part(block, offset, size, line, lines + unended, last))
            line += lines
            return size

        with Ahead(look, keep, threads=threads_here()) as ahead:
            each = self.block_bytes
            return walk(source.descriptor, name=source.name, block_bytes=each, take=give)

    def set_incomplete(self, path: Path) -> None:
        """Take ROWs that stand for annotations refused before, so that companions are found."""
        done = 0
        while len(rows := np.fromfile(path, ROW, ROWS_AT_ONCE, offset=done * ROW.itemsize)):
            self.partitions.add_by(rows, "key_low")
            done += len(rows)

    def _keep(self, rows: Table, copies: Table) -> None:
        stretches, loose = split_rows(rows)
        self.stretches.add_by(stretches, "key_low")
        for some in (np.compress(loose["flags"] & HAS_KEY > 0, loose), copies):
            self.partitions.add_by(some, "key_low")

    def _tell(self, rows: Table, consumed: int) -> None:
        self.rows += len(rows)
        self.done_bytes += consumed
        rejected = self.rules.rejections.rows
        self.tell(Scanned(self.rows, self.done_bytes, self.total_bytes, rejected))


def threads_here() -> int:
    """How many blocks are looked at side by side: one for each processor, or a few."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:
        processors = os.cpu_count() or 1
    return min(processors, MOST_THREADS)


def stop_if_asked(stopped: Callable[[], bool]) -> None:
    """Raise BudgetReached when somebody asked to stop."""
    if stopped():
        raise BudgetReached("stopped while planning", remedy="run the same command again")


def likely_rows(sources: Sequence[Readable]) -> int:
    """Guess how many rows the sources have, from above as a rule."""
    return sum(source.size for source in sources) // LIKELY_ROW_BYTES + 1
