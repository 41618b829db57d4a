"""From sources to a plan of shards that are whole documents; nothing is sent, nobody is asked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bulkimport.disk import AppendFile, disk_trouble_at
from bulkimport.engine.converting import Input
from bulkimport.engine.document_bodies import element_of
from bulkimport.engine.document_index import UnitWriter
from bulkimport.engine.documents_in import Document, DocumentsIn
from bulkimport.engine.folder import RunFolder
from bulkimport.engine.planning import require_unchanged, sweep
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.request import (
    MOST_ROWS_PER_SHARD,
    DocumentShaping,
    Request,
    document_shaping,
)
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.errors import InternalError, SourceUnreadable, UsageError
from bulkimport.events import Listener, Scanned
from bulkimport.formats.coco.project_files import ProjectFiles
from bulkimport.formats.coco.units import FIT, ROOMIER, Bounds, UnitMaker
from bulkimport.model import Rejection
from bulkimport.rows.rulebook import rulebook
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.body import digest_of
from bulkimport.shards.cut import ShardCaps, range_bytes
from bulkimport.shards.group import Incomplete
from bulkimport.shards.index import IndexWriter
from bulkimport.shards.namesakes import namesakes, without
from bulkimport.shards.partitions import Table
from bulkimport.shards.plan import Plan, PlannedSource, Totals
from bulkimport.shards.units import Parts, UnitCutter, images, placed
from bulkimport.source.blocks import open_plain
from bulkimport.source.files import Source
from bulkimport.source.fingerprint import digest_file
from bulkimport.units import UNIT

UNITS_AT_ONCE = 1 << 14
NAMESAKES = "R-COCO-9"
NO_LIMIT = 1 << 62


@dataclass(slots=True)
class Cutter:
    """Cuts the documents of a run into shards and writes their index; the rest are its counts."""

    folder: Path
    caps: ShardCaps
    first: int
    slice_bytes: int
    stopped: Callable[[], bool]
    shards: int = 0
    rows: int = 0
    data_rows: int = 0
    bytes: int = 0
    canary_shards: int = 0

    def cut(self, cutters: list[UnitCutter], tables: Sequence[Iterator[Table]]) -> None:
        """Write every shard; the index is durable when this returns."""
        with ExitStack() as stack:
            ranges = stack.enter_context(closing(IndexWriter(self.folder)))
            units = stack.enter_context(closing(UnitWriter(self.folder)))
            plain = [one.parts.path.with_suffix(".elements") for one in cutters]
            descriptors = [stack.enter_context(open_plain(path)) for path in plain]
            for cutter, own in zip(cutters, tables, strict=True):
                left = max(0, self.first - self.data_rows)
                for carried in cutter.cut(own, caps=self.caps, first=left):
                    stop_if_asked(self.stopped)
                    self._add(
                        ranges, cutter.ranges(carried), units=carried, descriptors=descriptors
                    )
                    units.add(carried)
                    if self.first and self.data_rows <= self.first:
                        self.canary_shards = self.shards
            ranges.finish()
            units.finish(cutters)

    def _add(
        self, writer: IndexWriter, ranges: Table, *, units: Table, descriptors: Sequence[int]
    ) -> None:
        rows, data_rows = int(units["parts"].sum()), images(units)
        size = int(range_bytes(ranges).sum())
        digest = digest_of(descriptors, [ranges], slice_bytes=self.slice_bytes)
        writer.add(ranges, rows=rows, data_rows=data_rows, size=size, digest=digest)
        self.shards += 1
        self.rows += rows
        self.data_rows += data_rows
        self.bytes += size


@dataclass(slots=True)
class DocumentPlanner:
    """Makes the plan of one request in one folder; runs in a thread of its own.

    `files` lists the project's files, None when they were not asked for.
    """

    request: Request
    run: RunFolder
    tell: Listener
    stopped: Callable[[], bool]
    block_bytes: int
    slice_bytes: int
    files: Path | None
    most_rejections: int | None = None
    read_bytes: int = 0
    rejections: Rejections = field(init=False)

    @property
    def shaping(self) -> DocumentShaping:
        """What shapes the documents."""
        return document_shaping(self.request)

    def plan(self, sources: Sequence[Source], *, rows: Input | None, made_at: float) -> Plan:
        """Read, check, cut and write. Raises InputError's children; leaves no plan.json then."""
        sweep(self.run.path)
        with ExitStack() as stack:
            self.rejections = Rejections(
                self.run.path / "rejected.ndjson", most=self.most_rejections
            )
            stack.callback(self.rejections.close)
            held = AppendFile(self.run.path / "held.ndjson", size=0)
            stack.callback(held.close)
            taken = self._documents_in(held)
            taken.add(sources, stdin=self.request.stdin, rows=rows)
            before = sum(self.rejections.take(path) for path in taken.refused.rows)
            for path in taken.refused.annotations:
                self.rejections.take(path)
            for path in taken.refused.others:
                self.rejections.take(path, rows=False)
            cutter = self._cut(taken.documents)
            self.rejections.sync()
            held.sync()
        planned = tuple(_planned(taken))
        require_unchanged([one for one in planned if one.path])
        plan = Plan(
            key=self.run.key,
            generation=self.run.generation,
            destination=self.request.destination,
            endpoint=self.request.endpoint,
            kind=self.request.kind,
            options=self.shaping.decided_with(digest_file(self.files) if self.files else None),
            sources=planned,
            totals=self._totals(taken, cutter, before),
            made_at=made_at,
            made=taken.made,
        )
        plan.write(self.run.path)
        return plan

    def _documents_in(self, held: AppendFile) -> DocumentsIn:
        shaping = self.shaping
        files = ProjectFiles.read(self.files) if self.files else None
        if files is not None and not len(files):
            raise UsageError(
                "the project has no files, so no annotation would be applied",
                place=str(self.request.destination),
                remedy="upload the images first",
            )
        bounds = Bounds(
            files if shaping.needs_files() else None,
            self._classes(),
            shaping.bytes_per_shard,
            hold=shaping.incomplete is Incomplete.HOLD,
        )
        ruling = shaping.rules() or Ruling()
        maker = UnitMaker(bounds, ruling.both(), self.block_bytes, self._told)
        return DocumentsIn(
            maker,
            shaping.conversion,
            self.run.path / "spool",
            held,
            self.block_bytes,
            self.stopped,
        )

    def _told(self, read: int) -> None:
        stop_if_asked(self.stopped)
        self.read_bytes += read
        self.tell(Scanned(0, self.read_bytes, self.read_bytes, 0))

    def _classes(self) -> frozenset[str] | None:
        classes = self.shaping.documents.classes
        if classes is None:
            return None
        path = classes.unchanged().path
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the list of classes cannot be read: {error}",
                place=str(path),
                remedy="give a text file with one class a line",
            ) from error
        return frozenset(line.strip() for line in lines if line.strip())

    def _cut(self, documents: Sequence[Document]) -> Cutter:
        cutters = [
            UnitCutter(Parts(one.units.paths.parts), one.units.framing, number)
            for number, one in enumerate(documents)
        ]
        found = self._namesakes(documents)
        kept = self._kept(found, documents, cutters)
        tables = [
            _chained(without(_tables(one, number), found), kept[kept["source"] == number])
            for number, one in enumerate(documents)
        ]
        shaping = self.shaping
        rows = shaping.rows_per_shard
        caps = ShardCaps(
            rows=NO_LIMIT if rows == MOST_ROWS_PER_SHARD else rows, bytes=shaping.bytes_per_shard
        )
        cutter = Cutter(
            self.run.path / "index",
            caps,
            self.request.first or 0,
            self.slice_bytes,
            self.stopped,
        )
        cutter.cut(cutters, tables)
        return cutter

    def _namesakes(self, documents: Sequence[Document]) -> Table:
        if len(documents) == 1 and not documents[0].units.repeated_names:
            return np.empty(0, UNIT)
        tables = (table for number, one in enumerate(documents) for table in _tables(one, number))
        sizes = [one.units.paths.table.stat().st_size for one in documents]
        return namesakes(
            tables, self.run.path / "partitions", count=sum(sizes) // UNIT.itemsize + 1
        )

    def _kept(
        self, found: Table, documents: Sequence[Document], cutters: Sequence[UnitCutter]
    ) -> Table:
        """Those of equal names that can travel together; the annotations of all others go down."""
        keep = np.ones(len(found), np.bool_)
        edges = np.flatnonzero(
            (found["key_low"][1:] != found["key_low"][:-1])
            | (found["key_high"][1:] != found["key_high"][:-1])
        )
        for members in np.split(np.arange(len(found)), edges + 1):
            units = found[members]
            if not len(units):
                continue
            cutter = cutters[int(units["source"][0])]
            if len(set(units["source"].tolist())) > 1:
                keep[members] = False
                self._refuse(units, NAMESAKES, TWO_DOCUMENTS, documents=documents, cutters=cutters)
            elif int(range_bytes(cutter.ranges(units)).sum()) > self._most_bytes():
                keep[members] = False
                most = ROOMIER.format(most=self._most_bytes())
                self._refuse(units, FIT, most, documents=documents, cutters=cutters)
        return found[keep]

    def _most_bytes(self) -> int:
        return self.shaping.bytes_per_shard

    def _refuse(
        self,
        units: Table,
        slug: str,
        expected: str,
        *,
        documents: Sequence[Document],
        cutters: Sequence[UnitCutter],
    ) -> None:
        rule = rulebook()[slug]
        for number in dict.fromkeys(units["source"].tolist()):
            own = units[units["source"] == number]
            parts = cutters[number].parts.of(own)
            path = documents[number].units.paths.elements
            with open_plain(path) as descriptor:
                for part, place in zip(parts, placed(own, parts).tolist(), strict=True):
                    element = element_of(descriptor, place, int(part["length"]) - 1)
                    rejection = Rejection(
                        source=documents[number].name,
                        line=int(part["line"]),
                        offset=int(part["offset"]),
                        path="$.annotations",
                        slug=slug,
                        found="",
                        expected=expected,
                        message=rule.sentence.replace("{found}", "its image"),
                    )
                    self.rejections.add(rejection, element)

    def _totals(self, taken: DocumentsIn, cutter: Cutter, before: int) -> Totals:
        read = sum(one.units.annotations for one in taken.documents)
        if not read + before:
            place = ", ".join(one.name for one in taken.documents)
            raise SourceUnreadable("there are no annotations", place=place)
        totals = Totals(
            read=read + before,
            held=taken.held_rows,
            planned=cutter.rows,
            data_rows=cutter.data_rows,
            shards=cutter.shards,
            bytes=cutter.bytes,
            canary_shards=cutter.canary_shards,
            by_kind={"annotation": cutter.rows} if cutter.rows else {},
            by_slug=dict(sorted(self.rejections.by_slug.items())),
            warnings=dict(sorted(taken.maker.warnings.items())),
        )
        if totals.rejected != self.rejections.rows:
            raise InternalError(f"the plan lost annotations: {totals}")
        return totals


TWO_DOCUMENTS = (
    "each image in one document only: a second file for it might replace the first; merge them"
)


def _tables(document: Document, number: int) -> Iterator[Table]:
    """The units of one document, some at a time."""
    path, done = document.units.paths.table, 0
    while True:
        with disk_trouble_at(path):
            units = np.fromfile(path, UNIT, UNITS_AT_ONCE, offset=done * UNIT.itemsize)
        if not len(units):
            return
        units["source"] = number
        done += len(units)
        yield units


def _chained(tables: Iterator[Table], last: Table) -> Iterator[Table]:
    yield from tables
    if len(last):
        yield last


def _planned(taken: DocumentsIn) -> Iterator[PlannedSource]:
    for one in taken.documents:
        path = str(one.path) if one.path else None
        yield PlannedSource(one.name, path, one.original, str(one.units.paths.elements))
    read_path = str(taken.documents[0].units.paths.elements) if taken.documents else ""
    for given in taken.beside:
        if given.path is not None and given.original is not None:
            yield PlannedSource(given.name, str(given.path), given.original, read_path)
