"""Sources into documents that can be split: COCO as it is, all else by way of rows.

Labelbox rows, exports and masks become rows first, as they would for Labelbox, and then one COCO
document; so do panoptic documents, whose segments are in pictures.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import orjson

from bulkimport.disk import AppendFile, make_folder
from bulkimport.engine.convert_documents import write_rows_as_document
from bulkimport.engine.converting import Converting, Input, original
from bulkimport.engine.judging import HELD_MESSAGE
from bulkimport.errors import UsageError
from bulkimport.formats.coco.units import (
    PanopticDocument,
    Sinks,
    UnitDocument,
    UnitMaker,
    UnitPaths,
)
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Place
from bulkimport.model import Kind
from bulkimport.rows.explain import own_row
from bulkimport.shards.plan import Made
from bulkimport.source.files import Packing, Source
from bulkimport.source.fingerprint import Fingerprint
from bulkimport.source.spool import unpack


@dataclass(frozen=True, slots=True)
class Document:
    """One document made ready: its name, its own file if it has one, and its units."""

    name: str
    path: Path | None
    original: Fingerprint
    units: UnitDocument


@dataclass(frozen=True, slots=True)
class Refused:
    """Files of rejections: of rows that never came into a document, of annotations, of others."""

    rows: list[Path] = field(default_factory=list)
    annotations: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


@dataclass(slots=True)
class DocumentsIn:
    """Takes sources, and gives their documents.

    `beside` are further files that a document was made of.
    """

    maker: UnitMaker
    conversion: Conversion
    spool: Path
    held: AppendFile
    block_bytes: int
    stopped: Callable[[], bool]
    documents: list[Document] = field(default_factory=list)
    beside: list[Input] = field(default_factory=list)
    refused: Refused = field(default_factory=Refused)
    held_rows: int = 0

    def __post_init__(self) -> None:
        """Begin anew in the spool. Raises UsageError for what documents are not given."""
        if self.conversion.format is Format.COCO and not self._plainly_coco():
            raise UsageError(
                "keys, names and points of COCO documents are sent as they are",
                remedy="convert the document to rows first, or leave the map out",
            )
        shutil.rmtree(self.spool, ignore_errors=True)
        make_folder(self.spool)

    def add(
        self, sources: Sequence[Source], *, stdin: BinaryIO | None, rows: Input | None = None
    ) -> None:
        """Take all sources of a run, and rows made in Python."""
        if self.conversion.format is not Format.COCO:
            self._add_rows(sources, self.conversion, stdin=stdin, rows=rows)
            return
        for source in sources:
            path = source.path
            if source.packing is not Packing.PLAIN or path is None:
                path = self.spool / f"{len(self.documents):04d}.json"
                unpack(source, to=path, stream=stdin)
            try:
                self._add(Input(source.name, source.path, path))
            except PanopticDocument:
                self._add_rows([source], self.conversion, stdin=None)

    def _plainly_coco(self) -> bool:
        given = self.conversion
        return given.moves.idle and (given.key_map, given.key_template, given.name_map) == (
            (None,) * 3
        )

    def _add(self, given: Input, made_of: Sequence[Input] = ()) -> None:
        number = len(self.documents)
        self.refused.annotations.append(self.spool / f"{number:04d}.refused.ndjson")
        self.refused.others.append(self.spool / f"{number:04d}.others.ndjson")
        sinks = Sinks(
            Refusals(self.refused.annotations[-1], source=given.name),
            Refusals(self.refused.others[-1], source=given.name),
            lambda element, place: self._hold(given.name, element, place),
        )
        stem = self.spool / f"{number:04d}"
        paths = UnitPaths(
            *(stem.with_suffix(ending) for ending in (".elements", ".units", ".parts", ".scratch"))
        )
        try:
            units = self.maker.make(given.read_path, name=given.name, to=paths, sinks=sinks)
        except PanopticDocument:
            self.refused.annotations.pop()
            self.refused.others.pop()
            raise
        finally:
            sinks.refused.close()
            sinks.others.close()
        if given.read_path != given.path:
            given.read_path.unlink()
        original = given.original or units.fingerprint
        self.documents.append(Document(given.name, given.path, original, units))
        self.beside += made_of

    def _add_rows(
        self,
        sources: Sequence[Source],
        conversion: Conversion,
        *,
        stdin: BinaryIO | None,
        rows: Input | None = None,
    ) -> None:
        converting = Converting(
            conversion,
            kind=Kind.PRELABELS,
            spool=self.spool / f"{len(self.documents):04d}.rows",
            block_bytes=self.block_bytes,
            stopped=self.stopped,
            keep_lines=False,
        )
        for source in sources:
            converting.add(source, stdin=stdin)
        if rows is not None:
            converting.add_plain(rows)
        inputs = converting.inputs()
        self.refused.rows.extend(inputs.refused)
        made_of = [_fingerprinted(one) for one in inputs.inputs]
        to = self.spool / f"{len(self.documents):04d}.json"
        writer = write_rows_as_document(inputs, to, stopped=self.stopped)
        self.maker.objects.update(inputs.made.objects)
        self.maker.lost.update(inputs.made.lost)
        self.maker.lost.update(writer.lost)
        self.maker.warnings.update(inputs.warnings)
        self._add(Input(", ".join(one.name for one in inputs.inputs), None, to), made_of)

    def _hold(self, name: str, element: bytes, place: Place) -> None:
        self.held_rows += 1
        held = {
            "source": name,
            "line": place.line,
            "offset": place.offset,
            "message": HELD_MESSAGE,
            "row": own_row(element),
        }
        self.held.write(orjson.dumps(held) + b"\n")

    @property
    def made(self) -> Made:
        """The sources' own objects, and what of them is not sent."""
        return Made(dict(self.maker.objects), dict(sorted(self.maker.lost.items())))


def _fingerprinted(given: Input) -> Input:
    """A plain file of rows is scanned by nobody who would digest it."""
    if given.original is not None or given.path is None:
        return given
    return replace(given, original=original(given.path))
