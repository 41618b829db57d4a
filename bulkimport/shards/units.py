"""Units (an image with all its annotations) into shards that are whole documents.

| the next image                                | what happens                       |
|-----------------------------------------------|------------------------------------|
| fits, with the categories it brings along     | joins the shard                    |
| does not fit, or would be one row too many    | begins the next shard              |
| is the first after the canary's `first` ones  | begins the next shard              |
| has more rows than a shard should carry       | travels alone                      |

Units of equal file names stand together and count as one image. That each fits by itself is known
before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bulkimport.disk import disk_trouble_at
from bulkimport.model import Framing, Span
from bulkimport.native import OPEN, RANGE, Rows
from bulkimport.shards.cut import ShardCaps
from bulkimport.shards.partitions import Table
from bulkimport.units import PART, UNIT

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """The annotations (PART) of one document's units, on disk."""

    path: Path

    def of(self, units: Table) -> Table:
        """The annotations of units, one unit after another; neighbours cost one read."""
        tables = []
        for first, last in _neighbours(units["first_part"], units["parts"].astype(np.uint64)):
            begin = int(units["first_part"][first])
            end = int(units["first_part"][last] + units["parts"][last])
            with disk_trouble_at(self.path):
                offset = begin * PART.itemsize
                tables.append(np.fromfile(self.path, PART, count=end - begin, offset=offset))
        return np.concatenate([np.empty(0, PART), *tables])


@dataclass(frozen=True, slots=True, eq=False)
class UnitCutter:
    """Cuts the units of one document; `source` is the number of its plain file."""

    parts: Parts
    framing: Framing
    source: int

    def cut(self, tables: Iterable[Table], *, caps: ShardCaps, first: int) -> Iterator[Table]:
        """Give the units of one shard after another; the first ones hold `first` images."""
        waiting: Table = np.empty(0, UNIT)
        left = first
        for table in tables:
            waiting = np.concatenate((waiting, table))
            while len(waiting):
                until = self._until(waiting, caps, first=left)
                if until == len(waiting):
                    break
                yield waiting[:until]
                left = max(0, left - images(waiting[:until]))
                waiting = waiting[until:]
        if len(waiting):
            yield waiting

    def _until(self, units: Table, caps: ShardCaps, *, first: int) -> int:
        """How many of the units are the next shard; all, when there may be room for more."""
        ends = _image_ends(units)
        sizes = np.cumsum(unit_bytes(units))[ends - 1] + self.framing.fixed_bytes
        rows = np.cumsum(units["parts"], dtype=np.int64)[ends - 1]
        fits = int(np.searchsorted(sizes, caps.bytes + len(PLACES), side="right"))
        fits = max(1, min(fits, int(np.searchsorted(rows, caps.rows, side="right"))))
        fits = min(fits, first) if first else fits
        brought = self._brought(units[: ends[fits - 1]])
        whole = sizes[:fits] + np.cumsum(brought)[ends[:fits] - 1]
        until = max(1, int(np.searchsorted(whole, caps.bytes + len(PLACES), side="right")))
        return int(ends[until - 1])

    def _brought(self, units: Table) -> Numbers:
        """Bytes of the categories that each unit is the first to need."""
        needed = self.parts.of(units)["category"].astype(np.int64)
        owner = np.repeat(np.arange(len(units)), units["parts"])
        earliest = np.full(len(self.framing.categories), -1, np.int64)
        # Of several values for one place the last is kept, here the first unit.
        earliest[needed[::-1]] = owner[::-1]
        lengths = np.array([length for _, length in self.framing.categories], np.int64)
        used = earliest >= 0
        return np.bincount(earliest[used], lengths[used], len(units)).astype(np.int64)

    def ranges(self, units: Table) -> Table:
        """The ranges (RANGE) of the document that carries `units`."""
        framing = self.framing
        used = np.flatnonzero(np.bincount(self.parts.of(units)["category"]))
        categories = [framing.categories[number] for number in used.tolist()]
        places, lengths = np.array(categories, np.uint64).reshape(-1, 2).T
        return np.concatenate(
            (
                self._range([framing.head]),
                self._joined(units["image_offset"], units["image_length"]),
                self._range([framing.middle]),
                self._joined(units["annotations_offset"], units["annotations_length"]),
                self._range([framing.behind]),
                self._joined(places, lengths),
                self._range([framing.tail]),
            )
        )

    def _joined(self, offsets: Rows, lengths: Rows) -> Table:
        """Neighbouring elements as few ranges, without the first comma."""
        lengths = lengths.astype(np.uint64)
        spans = [
            (int(offsets[first]), int(offsets[last] + lengths[last] - offsets[first]))
            for first, last in _neighbours(offsets, lengths)
        ]
        (offset, length), *rest = spans
        return self._range([(offset + 1, length - 1), *rest])

    def _range(self, spans: list[Span]) -> Table:
        table = np.zeros(len(spans), RANGE)
        table["offset"], table["length"] = np.array(spans, np.uint64).T
        table["source"], table["flags"] = self.source, OPEN
        return table


# Where a comma is left out: before the first image, annotation and category.
PLACES = ("images", "annotations", "categories")


def unit_bytes(units: Table) -> Numbers:
    """Bytes of each unit's elements, a comma before each."""
    return units["image_length"].astype(np.int64) + units["annotations_length"].astype(np.int64)


def images(units: Table) -> int:
    """How many images the units are; those of equal names count once."""
    return len(_image_ends(units))


def placed(units: Table, parts: Table) -> Numbers:
    """Where each annotation's element lies in the plain file, behind its comma."""
    lengths = parts["length"].astype(np.int64)
    begins = np.cumsum(lengths) - lengths
    counts = units["parts"].astype(np.int64)
    first = np.cumsum(counts) - counts
    shift: Numbers = units["annotations_offset"].astype(np.int64) - begins[first]
    return begins + np.repeat(shift, counts) + 1


def _image_ends(units: Table) -> Numbers:
    """Behind the last unit of each image."""
    low, high = units["key_low"], units["key_high"]
    changes = np.flatnonzero((low[1:] != low[:-1]) | (high[1:] != high[:-1])) + 1
    return np.append(changes, len(units))


def _neighbours(offsets: Rows, lengths: Rows) -> Iterator[tuple[int, int]]:
    """First and last of each run of elements that lie one behind the other."""
    ends = offsets + lengths
    breaks = np.flatnonzero(offsets[1:] != ends[:-1]) + 1
    firsts = [0, *breaks.tolist()]
    lasts = [*(breaks - 1).tolist(), len(offsets) - 1]
    yield from zip(firsts, lasts, strict=True)
