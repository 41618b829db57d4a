"""From sources to a plan on disk; nothing is sent and nobody is asked.

A plan in the making writes into the run folder, and plan.json last: until that stands, planning
starts anew.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.engine.converting import Input, Inputs
from bulkimport.engine.cutting import Cutting
from bulkimport.engine.mask_rules import MaskChecks
from bulkimport.engine.request import Request, Uuids
from bulkimport.engine.sifting import Sieve, Sifting, open_sources
from bulkimport.errors import InternalError, SourceUnreadable
from bulkimport.events import Listener
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.order import Order, fences
from bulkimport.shards.partitions import ROWS_PER_PARTITION, partitions_for
from bulkimport.shards.plan import Plan, PlannedSource, Totals
from bulkimport.source.fingerprint import Fingerprint, unchanged

WORKING = ("partitions", "stretches", "buckets", "told", "names", "assets", "reaches", "members")
CROWDED = "R-FILE-8"
LEDGER = ("ledger.sqlite", "ledger.sqlite-journal")
LEFTOVERS = (*WORKING, *LEDGER, "first", "index", "report.json", "settle", "unknown", "present")


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
    partition_rows: int = ROWS_PER_PARTITION
    most_rejections: int | None = None

    def plan(
        self,
        inputs: Inputs,
        *,
        made_at: float,
        masks: MaskChecks | None = None,
    ) -> Plan:
        """Scan, group, cut and write. Raises InputError's children; leaves no plan.json then.

        The files of `inputs` are in the order of their ordinals. With `masks` the pictures of mask
        rows are looked at.
        Memory: a block and a partition or a shard's ranges, whichever is larger.
        """
        make_folder(self.folder)
        sweep(self.folder)
        rejected, sizes = self.folder / "rejected.ndjson", inputs.sizes_where_moved
        exported = self.request.shaping.conversion.project_rows
        with (
            open_sources(inputs.inputs) as sources,
            self._sieve(masks).over(
                sources,
                self.folder,
                rejected=rejected,
                sizes=sizes,
                members=exported.path if exported else None,
            ) as sifting,
        ):
            sifting.begin(inputs)
            prints = sifting.scan()
            sifting.require_rows()
            cutting = self._cut(sifting)
            sifting.sync()
        planned = tuple(planned_source(*pair) for pair in zip(inputs.inputs, prints, strict=True))
        require_unchanged(planned)
        plan = Plan(
            key=self.key,
            generation=self.generation,
            destination=self.request.destination,
            endpoint=self.request.endpoint,
            kind=self.request.kind,
            options=self.request.shaping.decided(),
            sources=planned,
            totals=_totals(sifting, cutting, self.request.shaping.ruling),
            made_at=made_at,
            made=inputs.made,
        )
        plan.write(self.folder)
        return plan

    def _sieve(self, masks: MaskChecks | None) -> Sieve:
        shaping = self.request.shaping
        return Sieve(
            caps=shaping.caps(),
            incomplete=shaping.incomplete,
            tell=self.tell,
            stopped=self.stopped,
            block_bytes=self.block_bytes,
            partition_rows=self.partition_rows,
            most_rejections=self.most_rejections,
            ruling=shaping.rules(),
            masks=masks,
            assets=shaping.assets.unchanged().path if shaping.assets else None,
        )

    def _cut(self, sifting: Sifting) -> Cutting:
        sources, shaping = sifting.judging.sources, self.request.shaping
        sizes = [source.size for source in sources]
        order = Order(
            self.folder / "buckets",
            sizes=sizes,
            count=partitions_for(sifting.scanning.rows, each=self.partition_rows),
            most=self.partition_rows,
        )
        with closing(order):
            sifting.judge(order, fill=shaping.uuids is Uuids.FILL)
            cutting = Cutting(
                folder=self.folder / "index",
                descriptors=[source.descriptor for source in sources],
                slice_bytes=self.slice_bytes,
                stopped=self.stopped,
            )
            cutting.cut(
                order,
                caps=shaping.shard_caps(),
                first=self.request.first,
                fences=fences(sizes, [source.ordinal for source in sources]),
            )
        return cutting


def sweep(folder: Path) -> None:
    """Remove what a plan in the making, or the run of an older plan, has left behind."""
    for name in LEFTOVERS:
        path = folder / name
        with disk_trouble_at(path):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def planned_source(given: Input, scanned: Fingerprint) -> PlannedSource:
    """The source as the plan names it; `scanned` is the fingerprint of its plain file."""
    return PlannedSource(
        name=given.name,
        path=str(given.path) if given.path else None,
        fingerprint=given.original or scanned,
        read_path=str(given.read_path),
        beside=str(given.beside) if given.beside else None,
    )


def require_unchanged(sources: Sequence[PlannedSource]) -> None:
    """Raise SourceUnreadable for a source that is no longer what was scanned.

    Bodies were read after the scan: without this, rows could be sent that nobody has checked.
    """
    for source in sources:
        if not unchanged(Path(source.path or source.read_path), source.fingerprint):
            raise SourceUnreadable(
                "changed while it was planned", place=source.name, remedy="run it again"
            )


def _warnings(counts: dict[str, int], cutting: Cutting, ruling: Ruling | None) -> dict[str, int]:
    """Counts of warnings with the one that only a cut can give."""
    severities = (ruling or Ruling()).severities()
    if not cutting.crowded_masks or severities[CROWDED] is Severity.OFF:
        return counts
    return dict(sorted({**counts, CROWDED: cutting.crowded_masks}.items()))


def _totals(sifting: Sifting, cutting: Cutting, ruling: Ruling | None) -> Totals:
    judging = sifting.judging
    totals = Totals(
        read=sifting.scanning.rows,
        held=judging.held_rows,
        planned=judging.accepted_rows,
        data_rows=judging.data_rows,
        shards=cutting.shards,
        bytes=cutting.bytes,
        canary_shards=cutting.canary_shards,
        by_kind=sifting.by_kind,
        by_slug=dict(sorted(judging.rejections.by_slug.items())),
        warnings=_warnings(sifting.warnings, cutting, ruling),
    )
    if (
        totals.rejected != judging.rejections.rows
        or totals.planned != cutting.rows
        or totals.data_rows != cutting.data_rows
    ):
        raise InternalError(f"the plan lost rows: {totals}")
    return totals
