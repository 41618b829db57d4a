"""COCO documents into units, each an image with all its annotations, for destinations of documents.

A document is read once, flat, whatever the order of its keys. Its elements are written without
blanks into one plain file, a comma before each: images and annotations of some thousands of units
by turns, the frame at the end. Beside it lie a table of units (UNIT) and one of annotations (PART).
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.errors import SourceUnreadable
from bulkimport.formats.coco.documents import KEYLESS
from bulkimport.formats.coco.fault import CocoFault
from bulkimport.formats.coco.project_files import ProjectFiles
from bulkimport.formats.coco.reading import (
    SECTIONS,
    Severities,
    native_severities,
    partitions_of,
    read_document,
)
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Place
from bulkimport.model import Framing, Span
from bulkimport.native import CocoUnits, Rows, compact_json
from bulkimport.rows.rulebook import Severity, rulebook
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import Fingerprint, stamp
from bulkimport.source.spool import Room, draft
from bulkimport.units import PART, UNIT

HEAD: Final = b'{"images":['
MIDDLE: Final = b'],"annotations":['
BEHIND: Final = b'],"categories":['
ASIDES: Final = ("info", "licenses")
# They travel with every shard.
LONGEST_ASIDE_BYTES: Final = 1 << 20
# The commas before the first image, annotation and category are not sent.
COMMAS: Final = 3
UNMATCHED: Final = "R-COCO-4"
FIT: Final = "R-COCO-1"
ROOMIER: Final = (
    "{most:,} bytes for an image with all its annotations; write polygons or compressed RLE in "
    "place of uncompressed RLE, or leave out keys that nobody uses"
)


class PanopticDocument(Exception):
    """Segments are in pictures, so the document cannot be kept as it is. Caught in the engine."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What units are held to.

    `files` are those of the project and `classes` its classes, None where they are not looked at;
    `most_bytes` is what one document may have, `hold` keeps images back that lost an annotation.
    """

    files: ProjectFiles | None
    classes: frozenset[str] | None
    most_bytes: int
    hold: bool = False


@dataclass(frozen=True, slots=True)
class UnitPaths:
    """Where one document goes; `scratch` is a folder that is gone at the end."""

    elements: Path
    table: Path
    parts: Path
    scratch: Path


@dataclass(frozen=True, slots=True)
class UnitDocument:
    """What one document became. `annotations` were read, `kept` of them are in the tables."""

    paths: UnitPaths
    framing: Framing
    fingerprint: Fingerprint
    annotations: int
    kept: int
    repeated_names: int


@dataclass(frozen=True, slots=True)
class Sinks:
    """Who hears of what is not kept: annotations refused, other elements refused, those held."""

    refused: Refusals
    others: Refusals
    hold: Callable[[bytes, Place], None]


@dataclass(slots=True)
class UnitMaker:
    """Makes units of the documents of a run one after another; counts are of all so far.

    `told` is called with the bytes read, and with none while units are written; what it raises
    ends the work.
    """

    bounds: Bounds
    severities: Severities
    block_bytes: int
    told: Callable[[int], None]
    objects: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def make(self, path: Path, *, name: str, to: UnitPaths, sinks: Sinks) -> UnitDocument:
        """Make the units of one plain file, which people know as `name`.

        Raises SourceUnreadable for what is no COCO document, PanopticDocument for one whose
        segments are in pictures, and DiskTrouble. Memory: as of `Documents.convert`.
        """
        make_folder(to.scratch)
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, to.scratch, ignore_errors=True)
            descriptor = stack.enter_context(open_plain(path))
            count = partitions_of(stamp(descriptor)[0])
            native = CocoUnits(
                to.scratch, count=count, severities=native_severities(self.severities)
            )
            work = _Reading(native, descriptor, name, sinks, self.bounds, self.told, to.scratch)
            prints = work.read(self.block_bytes)
            work.require_lists()
            with disk_trouble_at(to.scratch):
                repeated = native.settle()
            writing = _Writing(work, stack, to)
            foreign = self._foreign(native)
            fixed = writing.begin(foreign)
            for number in range(count):
                writing.write(number, room=self.bounds.most_bytes - fixed + COMMAS)
            framing = writing.finish()
            self._count(work, repeated, writing)
        kept = writing.parts_written
        return UnitDocument(to, framing, prints, native.counts[1], kept, repeated)

    def _foreign(self, native: CocoUnits) -> list[bool]:
        classes = self.bounds.classes
        return [classes is not None and name not in classes for name, _ in native.categories()]

    def _count(self, work: "_Reading", repeated: int, writing: "_Writing") -> None:
        self.objects.update(dict(zip(SECTIONS, work.native.counts, strict=True)))
        self.warnings.update(work.native.warnings)
        self.warnings.update(work.warnings)
        if repeated and self.severities["R-COCO-9"][0] is not Severity.OFF:
            self.warnings["R-COCO-9"] += repeated
        lost = {"unlabelled-data-rows": writing.without, "long-asides": writing.long_asides}
        self.lost.update({kind: count for kind, count in lost.items() if count})


@dataclass(slots=True)
class _Reading:
    """One document while it is read, and the faults that are told of it."""

    native: CocoUnits
    descriptor: int
    name: str
    sinks: Sinks
    bounds: Bounds
    told: Callable[[int], None]
    scratch: Path
    warnings: Counter[str] = field(default_factory=Counter)

    def read(self, block_bytes: int) -> Fingerprint:
        """Read it from its first byte to its last."""

        def each(consumed: int) -> None:
            if self.native.panoptic:
                raise PanopticDocument
            self.tell()
            self.told(consumed)

        return read_document(
            self.native,
            self.descriptor,
            name=self.name,
            block_bytes=block_bytes,
            room=Room(self.scratch),
            each=each,
        )

    def require_lists(self) -> None:
        """Raise SourceUnreadable unless the three lists are there, each once."""
        for section, seen in zip(SECTIONS, self.native.seen, strict=True):
            if seen != 1:
                what = "is no list, or is missing" if seen == 0 else "stands there twice"
                raise SourceUnreadable(
                    f"R-COCO-2: {section} {what}",
                    place=self.name,
                    remedy="a COCO document has images, annotations and categories, each a list",
                )

    def tell(self) -> None:
        """Write down what was refused since."""
        for told in self.native.take_faults():
            fault = CocoFault(*told)
            element = self._element(fault.offset, fault.length)
            slug, expected = fault.slug, ""
            if slug == KEYLESS:
                slug, expected = UNMATCHED, self._near(fault.found)
            elif slug == FIT:
                expected = ROOMIER.format(most=self.bounds.most_bytes)
            of_rows = fault.path.startswith("$.annotations[")
            (self.sinks.refused if of_rows else self.sinks.others).ruled(
                rulebook()[slug],
                element,
                Place(fault.line, fault.offset),
                path=fault.path,
                found=fault.found,
                expected=expected,
            )

    def _element(self, offset: int, length: int) -> bytes:
        """An element on one line."""
        return compact_json(os.pread(self.descriptor, length, offset).decode())

    def _near(self, name: str) -> str:
        near = self.bounds.files.near(name) if self.bounds.files else ()
        return " or ".join(f'"{one}"' for one in near)

    def hold(self, places: Sequence[tuple[int, int, int]]) -> None:
        """Pass on what is held."""
        for offset, length, line in places:
            element = self._element(offset, length)
            self.sinks.hold(element, Place(line, offset))


class _Writing:
    """The files of one document, growing."""

    def __init__(self, reading: _Reading, stack: ExitStack, to: UnitPaths) -> None:
        self._reading, self._native = reading, reading.native
        opened = [stack.enter_context(draft(one)) for one in (to.elements, to.table, to.parts)]
        self._elements, self._table, self._parts = opened
        self._room = Room(to.elements.parent)
        self._size = 0
        self._framing: list[Span] = []
        self._categories: tuple[Span, ...] = ()
        self.parts_written = 0
        self.without = 0
        self.long_asides = 0

    def begin(self, foreign: list[bool]) -> int:
        """Write the frame, and give the bytes that all shards spend on it."""
        tail = b"]" + b"".join(self._asides()) + b"}"
        self._framing = [self._add(literal) for literal in (HEAD, MIDDLE, BEHIND, tail)]
        elements = (element for _, element in self._native.categories())
        self._categories = tuple(self._add(b"," + element) for element in elements)
        self._native.set_foreign(foreign)
        return sum(length for _, length in self._framing)

    def write(self, number: int, *, room: int) -> None:
        """Write the units of one partition."""
        reading, native = self._reading, self._native
        with disk_trouble_at(reading.scratch):
            native.open(number)
        if reading.bounds.files is not None:
            native.set_known(reading.bounds.files.has(native.file_names()).tolist())
        done = False
        while not done:
            made, done = native.units(room=max(0, room), hold=reading.bounds.hold)
            images, annotations, table, parts, held = made
            self._take(images, annotations, np.frombuffer(memoryview(table), UNIT).copy())
            self._parts.write(bytes(memoryview(parts)))
            self.parts_written += len(memoryview(parts)) // PART.itemsize
            reading.hold(held)
            reading.tell()
            reading.told(0)
        self.without += native.without_annotations

    def finish(self) -> Framing:
        """Say where the frame lies."""
        head, middle, behind, tail = self._framing
        return Framing(head, middle, behind, tail, self._categories)

    def _take(self, images: bytes, annotations: bytes, table: Rows) -> None:
        table["image_offset"] += np.uint64(self._add(images)[0])
        table["annotations_offset"] += np.uint64(self._add(annotations)[0])
        table["first_part"] += np.uint64(self.parts_written)
        self._table.write(table.tobytes())

    def _add(self, content: bytes) -> Span:
        self._room.take(len(content))
        self._elements.write(content)
        begin, self._size = self._size, self._size + len(content)
        return begin, len(content)

    def _asides(self) -> list[bytes]:
        asides = []
        for key, (begin, end) in zip(ASIDES, self._native.asides, strict=True):
            if end - begin > LONGEST_ASIDE_BYTES:
                self.long_asides += 1
            elif end > begin:
                text = os.pread(self._reading.descriptor, end - begin, begin).decode()
                asides.append(f',"{key}":'.encode() + compact_json(text))
        return asides
