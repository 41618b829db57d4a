"""The bytes of planned documents: as parcels to send, as annotations whose fate is told."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bulkimport.engine.bodies import Bodies, open_bodies
from bulkimport.engine.document_index import UnitIndex
from bulkimport.ledger.shard import Cut
from bulkimport.shards.body import Offload, digest_of
from bulkimport.shards.cut import range_bytes
from bulkimport.shards.identity import child_name
from bulkimport.shards.index import Index
from bulkimport.shards.partitions import Table
from bulkimport.shards.plan import PlannedSource
from bulkimport.shards.survey import OwnPlace
from bulkimport.shards.units import UnitCutter, images, placed, unit_bytes

# An annotation in a body: its place in the plain file, and in its document.
ANNOTATION = np.dtype(
    [("source", "<u4"), ("length", "<u4"), ("offset", "<u8"), ("own_offset", "<u8")]
)


@dataclass(frozen=True, slots=True)
class DocumentBodies(Bodies):
    """Reads documents of one run. Of a part of one, the interval counts bytes of its units."""

    units: UnitIndex = field(kw_only=True)

    def ranges(self, cut: Cut) -> Table:
        """The byte ranges that make up the document."""
        return self.index.ranges(cut.plan_index) if self._whole(cut) else self._part_ranges(cut)

    def portions(self, cut: Cut) -> Iterable[Table]:
        """The same, some at a time where the shard was not split."""
        return self.index.portions(cut.plan_index) if self._whole(cut) else [self.ranges(cut)]

    def uuids(self, cut: Cut) -> str:
        """Annotations of documents have none."""
        del cut
        return ""

    def survey(self, cut: Cut) -> Table:
        """The annotations of the document (ANNOTATION). Costs 24 bytes each, and no body."""
        units, cutter = self._units(cut), self._cutter(cut)
        parts = cutter.parts.of(units)
        table = np.empty(len(parts), ANNOTATION)
        table["source"], table["own_offset"] = cutter.source, parts["offset"]
        table["offset"], table["length"] = placed(units, parts), parts["length"] - 1
        return table

    def own_rows(self, cut: Cut, rows: Table) -> Iterator[tuple[OwnPlace, bytes]]:
        """For each surveyed annotation, where it lies in the input, and its bytes."""
        del cut
        for row in rows:
            source, length = int(row["source"]), int(row["length"])
            element = element_of(self.descriptors[source], int(row["offset"]), length)
            yield OwnPlace(source, int(row["own_offset"]), length), element

    def file_names(self, cut: Cut) -> Iterator[bytes]:
        """The images of the document, each as it is spelled there."""
        units, descriptor = self._units(cut), self.descriptors[self._cutter(cut).source]
        for unit in units:
            length = int(unit["image_length"]) - 1
            yield element_of(descriptor, int(unit["image_offset"]) + 1, length)

    def halves(self, cut: Cut) -> list[Cut]:
        """The two parts of a document, each a document; none when it is a single image."""
        units = self._units(cut)
        ends = np.cumsum(unit_bytes(units))
        middle = int(np.searchsorted(ends, ends[-1] // 2)) + 1
        groups = [
            number for number in range(1, len(units)) if images(units[number - 1 : number + 1]) > 1
        ]
        if not groups:
            return []
        at = min(groups, key=lambda number: abs(number - middle))
        place = cut.body_start + int(ends[at - 1])
        edges = [(units[:at], cut.body_start, place), (units[at:], place, cut.body_end)]
        return [
            self._part(cut, number, units=own, interval=(start, end))
            for number, (own, start, end) in enumerate(edges)
        ]

    def _part(self, cut: Cut, number: int, *, units: Table, interval: tuple[int, int]) -> Cut:
        ranges = self._cutter(cut).ranges(units)
        return Cut(
            name=child_name(cut.name, part=number),
            rows=int(units["parts"].sum()),
            data_rows=images(units),
            bytes=int(range_bytes(ranges).sum()),
            digest=digest_of(self.descriptors, [ranges], slice_bytes=self.slice_bytes),
            plan_index=cut.plan_index,
            body_start=interval[0],
            body_end=interval[1],
        )

    def _part_ranges(self, cut: Cut) -> Table:
        return self._cutter(cut).ranges(self._units(cut))

    def _units(self, cut: Cut) -> Table:
        units = self.units.units(cut.plan_index)
        if self._whole(cut):
            return units
        begins = np.cumsum(unit_bytes(units)) - unit_bytes(units)
        return units[(begins >= cut.body_start) & (begins < cut.body_end)]

    def _cutter(self, cut: Cut) -> UnitCutter:
        source = int(self.units.units(cut.plan_index)["source"][0])
        return self.units.cutters[source]


def element_of(descriptor: int, offset: int, length: int) -> bytes:
    """Read one element of a plain file."""
    return os.pread(descriptor, length, offset)


@contextmanager
def open_document_bodies(
    sources: tuple[PlannedSource, ...], folder: Path, *, offload: Offload[bytes], slice_bytes: int
) -> Iterator[DocumentBodies]:
    """Open every plain file of the plan. Raises RunMismatch when something is gone."""
    units, index = UnitIndex.open(folder), Index.open(folder)
    with open_bodies(sources, index, offload=offload, slice_bytes=slice_bytes) as plain:
        yield DocumentBodies(
            plain.sources, plain.descriptors, plain.index, offload, slice_bytes, units=units
        )
