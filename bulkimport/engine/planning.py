"""From sources to a plan on disk; nothing is sent and nobody is asked.

A plan in the making writes into the run folder, and plan.json last: until that stands, planning
starts anew.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bulkimport.disk import AppendFile
from bulkimport.engine.judging import Judging
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.request import Request, Uuids
from bulkimport.engine.scanning import Readable, Scanning, likely_rows
from bulkimport.errors import InternalError, SourceUnreadable
from bulkimport.events import Listener
from bulkimport.native import KINDS, ROW
from bulkimport.shards.body import digest_of
from bulkimport.shards.cut import Cut, cut_entries, entry_bytes
from bulkimport.shards.index import IndexWriter, merge_ranges
from bulkimport.shards.order import Order
from bulkimport.shards.partitions import Partitions, partitions_for
from bulkimport.shards.plan import Plan, PlannedSource, Totals
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import Fingerprint, stamp

LEFTOVERS = ("index", "partitions", "buckets", "ledger.sqlite", "report.json", "settle", "unknown")


@dataclass(frozen=True, slots=True)
class Input:
    """A source ready to be scanned: its name, its own file if it has one, the plain file."""

    name: str
    path: Path | None
    read_path: Path
    original: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes the plan of one request in one folder; runs in a thread of its own."""

    request: Request
    folder: Path
    key: str
    generation: int
    tell: Listener
    stopped: Callable[[], bool]
    block_bytes: int
    slice_bytes: int

    def plan(self, inputs: Sequence[Input], *, made_at: float) -> Plan:
        """Scan, group, cut and write. Raises InputError's children; leaves no plan.json then.

        Memory: a block and a partition or a shard's ranges, whichever is larger.
        """
        self._sweep()
        with ExitStack() as stack:
            sources = [_open(given, stack) for given in inputs]
            return self._plan(inputs, sources, stack, made_at)

    def _plan(
        self, inputs: Sequence[Input], sources: list[Readable], stack: ExitStack, made_at: float
    ) -> Plan:
        rejections = Rejections(self.folder / "rejected.ndjson")
        stack.callback(rejections.close)
        held = AppendFile(self.folder / "held.ndjson", size=0)
        stack.callback(held.close)
        rows = likely_rows(sources)
        partitions = Partitions(self.folder / "partitions", count=partitions_for(rows), dtype=ROW)
        stack.callback(partitions.close)
        scanning = Scanning(
            partitions=partitions,
            rejections=rejections,
            total_bytes=sum(source.size for source in sources),
            tell=self.tell,
            stopped=self.stopped,
            block_bytes=self.block_bytes,
        )
        prints = [scanning.scan(number, source) for number, source in enumerate(sources)]
        if not scanning.rows:
            raise SourceUnreadable(
                "there are no rows", place=", ".join(source.name for source in sources)
            )
        shaping = self.request.shaping
        judging = Judging(
            sources=sources,
            rejections=rejections,
            held=held,
            caps=shaping.caps(),
            incomplete=shaping.incomplete,
        )
        order = Order(
            self.folder / "buckets",
            sizes=[source.size for source in sources],
            rows=scanning.rows,
        )
        stack.callback(order.close)
        judging.judge(partitions, order, fill=shaping.uuids is Uuids.FILL)
        cutting = Cutting(self, [source.descriptor for source in sources])
        cutting.cut(order)
        rejections.sync()
        held.sync()
        plan = Plan(
            key=self.key,
            generation=self.generation,
            destination=self.request.destination,
            endpoint=self.request.endpoint,
            kind=self.request.kind,
            options=shaping.options(),
            sources=tuple(
                _planned(given, scanned) for given, scanned in zip(inputs, prints, strict=True)
            ),
            totals=_totals(scanning, judging, cutting),
            made_at=made_at,
        )
        plan.write(self.folder)
        return plan

    def _sweep(self) -> None:
        for name in LEFTOVERS:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


class Cutting:
    """Cuts what is in order into shards and writes the index."""

    def __init__(self, planner: Planner, descriptors: Sequence[int]) -> None:
        """Read bodies through `descriptors`, to know their digests before anything is sent."""
        self._planner = planner
        self._descriptors = descriptors
        self.shards = self.bytes = self.data_rows = self.canary_shards = 0
        self._kinds = np.zeros(len(KINDS), np.int64)

    def cut(self, order: Order) -> None:
        """Write every shard; the index is durable when this returns."""
        request = self._planner.request
        writer = IndexWriter(self._planner.folder / "index")
        for cut in cut_entries(order, caps=request.shaping.shard_caps(), first=request.first):
            self._add(writer, cut)
            if request.first and self.data_rows <= request.first:
                self.canary_shards = self.shards
        writer.finish()

    @property
    def by_kind(self) -> dict[str, int]:
        """Rows that will be sent, by the kind of their payload."""
        counted = zip(KINDS, self._kinds.tolist(), strict=True)
        return {name: count for name, count in counted if count}

    def _add(self, writer: IndexWriter, cut: Cut) -> None:
        ranges = merge_ranges(cut.entries["range"])
        size = int(entry_bytes(cut.entries).sum())
        slice_bytes = self._planner.slice_bytes
        digest = digest_of(self._descriptors, ranges, slice_bytes=slice_bytes)
        rows = len(cut.entries)
        writer.add(ranges, rows=rows, data_rows=cut.data_rows, size=size, digest=digest)
        self._kinds += np.bincount(cut.entries["kind"], minlength=len(KINDS))
        self.shards += 1
        self.bytes += size
        self.data_rows += cut.data_rows


def _open(given: Input, stack: ExitStack) -> Readable:
    descriptor = stack.enter_context(open_plain(given.read_path))
    return Readable(given.name, given.read_path, descriptor, stamp(descriptor)[0])


def _planned(given: Input, scanned: Fingerprint) -> PlannedSource:
    return PlannedSource(
        name=given.name,
        path=str(given.path) if given.path else None,
        fingerprint=given.original or scanned,
        read_path=str(given.read_path),
    )


def _totals(scanning: Scanning, judging: Judging, cutting: Cutting) -> Totals:
    by_slug = scanning.rejections.by_slug
    totals = Totals(
        read=scanning.rows,
        rejected=by_slug.total(),
        held=judging.held_rows,
        planned=judging.accepted_rows,
        data_rows=judging.data_rows,
        shards=cutting.shards,
        bytes=cutting.bytes,
        canary_shards=cutting.canary_shards,
        by_kind=cutting.by_kind,
        by_slug=dict(sorted(by_slug.items())),
        warnings=dict(judging.warnings),
    )
    if totals.read != totals.rejected + totals.held + totals.planned:
        raise InternalError(f"the plan lost rows: {totals}")
    return totals
