"""Sources through all checks: what a plan and a check have in common.

Everything is written into one folder: rejected.ndjson, held.ndjson, and partitions of rows and of
stretches that are gone when the sifting is over.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bulkimport.disk import AppendFile, allow_many_files
from bulkimport.engine.converting import Input, Inputs
from bulkimport.engine.judging import Judging
from bulkimport.engine.mask_rules import MaskChecks, MaskRules
from bulkimport.engine.readable import Readable
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.row_rules import RowRules
from bulkimport.engine.scanning import (
    Scanning,
    likely_rows,
    stop_if_asked,
)
from bulkimport.engine.together_rules import TogetherRules, together_rules
from bulkimport.errors import SourceUnreadable
from bulkimport.events import Listener
from bulkimport.native import KINDS, ROW, STRETCH
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.group import Caps, Incomplete
from bulkimport.shards.order import Order
from bulkimport.shards.partitions import ROWS_PER_PARTITION, Partitions, Table, partitions_for
from bulkimport.shards.stretches import alone, expand
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import Fingerprint, stamp

UNTOLD = "max-rejections"


@dataclass(frozen=True, slots=True)
class Sieve:
    """How rows are checked, and who is told. `partition_rows` are held in memory at once.

    `most_rejections` bounds the lines of rejected.ndjson, not what is counted.
    """

    caps: Caps
    incomplete: Incomplete
    tell: Listener
    stopped: Callable[[], bool]
    block_bytes: int
    partition_rows: int = ROWS_PER_PARTITION
    most_rejections: int | None = None
    ruling: Ruling | None = None
    masks: MaskChecks | None = None
    assets: Path | None = None

    @contextmanager
    def over(
        self,
        sources: Sequence[Readable],
        folder: Path,
        *,
        rejected: Path,
        sizes: Sequence[Path] = (),
        members: Path | None = None,
    ) -> Iterator["Sifting"]:
        """Begin anew in `folder`; files are closed and partitions removed at the end.

        `sizes` are files of assets that count where our own has none, `members` has the data rows
        of the project.
        """
        allow_many_files()
        with ExitStack() as stack:
            rejections = Rejections(rejected, most=self.most_rejections)
            stack.callback(rejections.close)
            held = AppendFile(folder / "held.ndjson", size=0)
            stack.callback(held.close)
            count = partitions_for(likely_rows(sources), each=self.partition_rows)
            partitions = Partitions(folder / "partitions", count=count, dtype=ROW)
            stack.callback(partitions.close)
            stretches = Partitions(folder / "stretches", count=count, dtype=STRETCH)
            stack.callback(stretches.close)
            together = None
            assets = (self.assets, *sizes) if self.assets else sizes
            if self.ruling:
                opening = together_rules(
                    self.ruling,
                    sources=sources,
                    rejections=rejections,
                    folder=folder,
                    partitions=count,
                    assets=assets,
                    members=members,
                )
                together = stack.enter_context(opening)
            scanning = Scanning(
                partitions=partitions,
                stretches=stretches,
                rules=self._row_rules(rejections, together, measure=bool(assets)),
                total_bytes=sum(source.size for source in sources),
                tell=self.tell,
                stopped=self.stopped,
                block_bytes=self.block_bytes,
            )
            judging = Judging(sources, rejections, held, self.caps, self.incomplete)
            most_rows = self.ruling.most_rows if self.ruling else None
            yield Sifting(scanning, judging, most_rows, together)

    def _row_rules(
        self, rejections: Rejections, together: TogetherRules | None, *, measure: bool
    ) -> RowRules:
        masks = MaskRules(self.masks, self.ruling or Ruling()) if self.masks else None
        if self.ruling is None or together is None:
            return RowRules(None, rejections, masks)
        checker = self.ruling.checker(measure=measure)
        return RowRules(checker, rejections, masks, together.hear)


@dataclass(frozen=True, slots=True)
class Sifting:
    """One sifting: `scan`, then `judge`, then `sync`."""

    scanning: Scanning
    judging: Judging
    most_rows: int | None = None
    together: TogetherRules | None = None

    def begin(self, inputs: Inputs) -> None:
        """Take what was refused and warned of while sources were converted."""
        for path in inputs.refused:
            self.scanning.rows += self.judging.rejections.take(path)
        for path in inputs.incomplete:
            self.scanning.set_incomplete(path)
        self.scanning.rules.warnings.update(inputs.warnings)
        self.scanning.rules.warned += sum(inputs.warnings.values())

    def scan(self) -> list[Fingerprint]:
        """Scan every source."""
        sources = self.judging.sources
        prints = [self.scanning.scan(number, source) for number, source in enumerate(sources)]
        self.scanning.rules.finish()
        good, most = int(self.scanning.rules.counted.kinds.sum()), self.most_rows
        if most is not None and good > most:
            self.judging.caps = replace(self.judging.caps, over_plan=True)
        return prints

    def require_rows(self) -> None:
        """Raise SourceUnreadable when no source has a row, nor had one that was refused before."""
        if not self.scanning.rows:
            place = ", ".join(source.name for source in self.judging.sources)
            raise SourceUnreadable("there are no rows", place=place)

    def judge(self, order: Order | None = None, *, fill: bool = False) -> None:
        """Judge partition by partition; accepted rows go to `order`, with uuids if `fill`."""
        if self.together:
            self.together.settle()
        for number in range(self.scanning.partitions.count):
            stop_if_asked(self.scanning.stopped)
            whole, rows = self._load(number)
            self.judging.accept(whole)
            grouped = self.judging.judge(rows)
            if order is not None:
                order.add_whole(whole)
                order.add(grouped, fill=fill)

    def _load(self, number: int) -> tuple[Table, Table]:
        """Stretches that are all of their data row, and the rows of all other data rows."""
        stretches = self.scanning.stretches.load(number)
        rows = self.scanning.partitions.load(number)
        whole = alone(stretches, rows, caps=self.judging.caps)
        if self.together:
            self.together.begin(number, stretches=stretches, rows=rows)
            whole &= ~self.together.dubious(stretches)
        sources = self.judging.sources
        descriptors = [source.descriptor for source in sources]
        try:
            more = list(expand(np.compress(~whole, stretches), descriptors))
            rows = np.concatenate((rows, *more))
            rows = self.together.apply(rows) if self.together else rows
        except OSError as error:
            place = ", ".join(source.name for source in sources)
            raise SourceUnreadable(
                "changed while it was planned", place=place, remedy="run it again"
            ) from error
        return np.compress(whole, stretches), rows

    @property
    def by_kind(self) -> dict[str, int]:
        """The accepted rows by their kind."""
        refused = self.judging.refused_kinds
        if self.together:
            refused = refused + self.together.counts.refused
        counts = (self.scanning.rules.counted.kinds - refused).tolist()
        return {name: count for name, count in zip(KINDS, counts, strict=True) if count}

    @property
    def warnings(self) -> dict[str, int]:
        """How many rows each warning is about, or labels where a whole label is taken together.

        One is about rejected.ndjson: how many rejected rows are not in it, since it was full.
        """
        untold = Counter({UNTOLD: self.judging.rejections.untold})
        counts = self.judging.cautioned.labels + self.scanning.rules.warnings + untold
        counts += self.together.counts.warnings if self.together else Counter()
        return dict(sorted(counts.items()))

    @property
    def warned(self) -> int:
        """Rows that go with a warning."""
        warned = self.judging.cautioned.rows + self.scanning.rules.warned
        warned += self.together.counts.warned if self.together else 0
        return warned - self.judging.rejections.forgiven

    def sync(self) -> None:
        """Make rejected.ndjson and held.ndjson durable."""
        self.judging.rejections.sync()
        self.judging.held.sync()


@contextmanager
def open_sources(inputs: Sequence[Input]) -> Iterator[list[Readable]]:
    """Open plain files of rows."""
    with ExitStack() as stack:
        yield [_open(given, stack) for given in inputs]


def _open(given: Input, stack: ExitStack) -> Readable:
    descriptor = stack.enter_context(open_plain(given.read_path))
    return Readable(given.name, descriptor, stamp(descriptor)[0], given.ordinal)
