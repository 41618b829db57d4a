"""From assets to a plan on disk: elements in a spool, keys that are there twice, shards.

The index, the plan and all that follows are those of any other import.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bulkimport.disk import make_folder, replace_file
from bulkimport.engine.converting import Inputs, original
from bulkimport.engine.cutting import Cutting
from bulkimport.engine.planning import planned_source, require_unchanged, sweep
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.request import NO_CONVERSION, Request
from bulkimport.engine.scanning import LIKELY_ROW_BYTES, stop_if_asked
from bulkimport.engine.spooling import Spooling, rejection_of
from bulkimport.errors import InternalError, SourceUnreadable, UsageError
from bulkimport.events import Listener
from bulkimport.formats.assets import Asset
from bulkimport.formats.data_rows import Fault, Maker, asset_of, keys_of
from bulkimport.formats.keys import KeyTemplate
from bulkimport.model import OnExisting
from bulkimport.native import ROW
from bulkimport.shards.group import Grouped
from bulkimport.shards.order import Order
from bulkimport.shards.partitions import ROWS_PER_PARTITION, Partitions, Table, partitions_for
from bulkimport.shards.plan import Plan, PlannedSource, Totals
from bulkimport.source.blocks import open_plain

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

TWICE = "R-ASSET-6"
# Each data row is an entry by itself, so many more are sorted than of rows that lie in stretches.
KEYS_PER_PARTITION = ROWS_PER_PARTITION // 4


@dataclass(frozen=True, slots=True)
class DataRowPlanner:
    """Makes the plan of one request for data rows, in a thread of its own."""

    request: Request
    folder: Path
    key: str
    generation: int
    tell: Listener
    stopped: Callable[[], bool]
    slice_bytes: int
    partition_rows: int = KEYS_PER_PARTITION
    most_rejections: int | None = None

    def plan(self, inputs: Inputs, *, made_at: float) -> Plan:
        """Make elements, judge keys, cut and write. Raises as `Planner.plan`.

        Memory: some thousands of assets, and a partition or a shard's ranges.
        """
        maker = maker_of(self.request)
        sweep(self.folder)
        total = sum(given.read_path.stat().st_size for given in inputs.inputs)
        count = partitions_for(total // LIKELY_ROW_BYTES + 1, each=self.partition_rows)
        with ExitStack() as stack:
            rejections = Rejections(self.folder / "rejected.ndjson", most=self.most_rejections)
            stack.callback(rejections.close)
            partitions = Partitions(self.folder / "partitions", count=count, dtype=ROW)
            stack.callback(partitions.close)
            spooling = Spooling(maker, partitions, rejections, self.tell, self.stopped, total)
            sources = self._spool(inputs, spooling)
            cutting = self._cut(sources, spooling)
            rejections.sync()
        replace_file(self.folder / "held.ndjson", b"")
        require_unchanged(sources)
        plan = Plan(
            key=self.key,
            generation=self.generation,
            destination=self.request.destination,
            endpoint=self.request.endpoint,
            kind=self.request.kind,
            options=self.request.shaping.decided(),
            sources=tuple(sources),
            totals=_totals(spooling, cutting),
            made_at=made_at,
        )
        plan.write(self.folder)
        return plan

    def _spool(self, inputs: Inputs, spooling: Spooling) -> list[PlannedSource]:
        sources = []
        make_folder(self.folder / "spool")
        for number, given in enumerate(inputs.inputs):
            to = self.folder / "spool" / f"{number:04d}.elements.ndjson"
            before = given.original or original(given.read_path)
            spooling.spool(given.read_path, name=given.name, number=number, to=to)
            # Of a stream nothing is left but what was made of it.
            seen = before if given.path else original(to)
            sources.append(planned_source(replace(given, read_path=to), seen))
        if not spooling.rows:
            raise SourceUnreadable(
                "there are no assets", place=", ".join(source.name for source in sources)
            )
        return sources

    def _cut(self, sources: Sequence[PlannedSource], spooling: Spooling) -> Cutting:
        shaping = self.request.shaping
        sizes = [Path(source.read_path).stat().st_size for source in sources]
        count = partitions_for(spooling.rows, each=self.partition_rows)
        order = Order(self.folder / "buckets", sizes=sizes, count=count, most=self.partition_rows)
        with ExitStack() as stack:
            stack.enter_context(closing(order))
            descriptors = [
                stack.enter_context(open_plain(Path(source.read_path))) for source in sources
            ]
            for number in range(spooling.partitions.count):
                stop_if_asked(self.stopped)
                grouped = group_keys(spooling.partitions.load(number))
                order.add(grouped, fill=False)
                twice = grouped.rows[grouped.rejected]
                _reject_twice(
                    twice,
                    sources,
                    descriptors=descriptors,
                    rejections=spooling.rejections,
                )
            cutting = Cutting(
                folder=self.folder / "index",
                descriptors=descriptors,
                slice_bytes=self.slice_bytes,
                stopped=self.stopped,
            )
            cutting.cut(order, caps=shaping.shard_caps(), first=self.request.first)
        return cutting


def maker_of(request: Request) -> Maker:
    """How assets become elements. Raises UsageError for a conversion that assets do not have."""
    conversion, template = request.shaping.conversion, None
    if conversion.key_template is not None:
        template = KeyTemplate.read(conversion.key_template)
        conversion = replace(conversion, key_template=None)
    if conversion != NO_CONVERSION:
        raise UsageError(
            "assets are read as they are; of the flags for formats and maps they take "
            "--key-template alone"
        )
    updating = request.shaping.on_existing is OnExisting.UPDATE
    return Maker(request.destination.dataset, template, updating)


def group_keys(rows: Table) -> Grouped:
    """Refuse all rows of a partition (ROW) whose key is there more than once; case is folded."""
    order = np.lexsort((rows["offset"], rows["source"], rows["key_high"], rows["key_low"]))
    rows = np.take(rows, order)
    low, high = rows["key_low"], rows["key_high"]
    same = np.zeros(len(rows) + 1, np.bool_)
    same[1:-1] = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    twice: Mask = same[1:] | same[:-1]
    numbers = np.arange(len(rows))
    nobody = np.zeros(len(rows), np.bool_)
    return Grouped(rows, numbers, numbers, twice.astype(np.int64), ~twice, nobody, {})


def _reject_twice(
    rows: Table,
    sources: Sequence[PlannedSource],
    *,
    descriptors: Sequence[int],
    rejections: Rejections,
) -> None:
    for row in rows:
        if not rejections.room:
            rejections.count(TWICE, 1)
            continue
        length, offset = int(row["length"]), int(row["offset"])
        element = os.pread(descriptors[int(row["source"])], length, offset)
        [key] = keys_of(element)
        asset = Asset(int(row["line"]), offset, asset_of(element), None)
        fault = Fault(TWICE, "$.global_key", key)
        source = sources[int(row["source"])].name
        rejections.add(rejection_of(asset, fault, source=source), asset.row)


def _totals(spooling: Spooling, cutting: Cutting) -> Totals:
    totals = Totals(
        read=spooling.rows,
        held=0,
        planned=cutting.rows,
        data_rows=cutting.data_rows,
        shards=cutting.shards,
        bytes=cutting.bytes,
        canary_shards=cutting.canary_shards,
        by_kind={"data-row": cutting.rows} if cutting.rows else {},
        by_slug=dict(sorted(spooling.rejections.by_slug.items())),
        warnings={},
    )
    if totals.rejected != spooling.rejections.rows:
        raise InternalError(f"the plan lost data rows: {totals}")
    return totals
