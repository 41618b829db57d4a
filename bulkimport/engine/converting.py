"""Sources made ready to be scanned: plain files of rows, one after another by ordinal of label.

A plain file of rows stays where it is. Everything else is written into a spool once: what is
packed, a stream, rows made in Python, and whatever has to be converted,
or has points that are to be moved.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.formats.conversion import Conversion
from bulkimport.formats.converter import NO_ORDINAL, Converter, Paths
from bulkimport.formats.moved import Moving
from bulkimport.formats.mover import Mover
from bulkimport.formats.moves import Moves
from bulkimport.model import Kind
from bulkimport.native import ROW
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.plan import Made
from bulkimport.source.files import Packing, Source
from bulkimport.source.fingerprint import Fingerprint, digest_file
from bulkimport.source.spool import unpack

# The rule of COCO that points lie in their image.
BOUNDS = "R-COCO-6"


@dataclass(frozen=True, slots=True)
class Input:
    """A source ready to be scanned: its name, its own file if it has one, the plain file.

    `ordinal` counts the labels of a data row from 1 in files made of exports; else it is 0. `rows`
    are counted of converted files only. `beside` lists further files that they were made of.
    """

    name: str
    path: Path | None
    read_path: Path
    original: Fingerprint | None = None
    ordinal: int = NO_ORDINAL
    rows: int = 0
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that is scanned, in its order, and what was refused or counted on the way.

    `incomplete` are files of ROWs that stand for what was refused, so that its companions are
    found; `sizes` say how large images are, and `moved` that points were moved; `warnings` are
    counted by rule; `tools` are type and name of the features that rows are bound to, known only
    of COCO.
    """

    inputs: tuple[Input, ...]
    refused: tuple[Path, ...] = ()
    made: Made = field(default_factory=Made)
    incomplete: tuple[Path, ...] = ()
    sizes: tuple[Path, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)
    tools: tuple[tuple[str, str], ...] = ()
    moved: bool = False

    @property
    def sizes_where_moved(self) -> tuple[Path, ...]:
        """Sizes that rows must be held to, since the document's own points are not where it said.

        Points that stay where they were have been held to their images already.
        """
        return self.sizes if self.moved else ()


class Converting:
    """Takes sources one by one; `inputs` gives them in the order in which they are scanned."""

    def __init__(
        self,
        conversion: Conversion,
        *,
        kind: Kind | None,
        spool: Path,
        block_bytes: int,
        stopped: Callable[[], bool],
        keep_lines: bool = True,
        ruling: Ruling | None = None,
    ) -> None:
        """Read the maps, and begin anew in `spool`. Labels take no relationships, all else does.

        The `ruling` says how severe rules of the sources' own formats are.

        Raises UsageError.
        """
        shutil.rmtree(spool, ignore_errors=True)
        self._spool = spool
        self._inputs: list[Input] = []
        self._refused: list[Path] = []
        self._moving: Moving | None = None
        if not conversion.moves.idle:
            self._moving = _moving(conversion.moves, stopped, keep_lines=keep_lines)
        self._unmoved: list[tuple[Input, Path]] = []
        self._incomplete: list[Path] = []
        self._sizes: list[Path] = []
        self._converter: Converter | None = None
        if not conversion.without_moves().idle:
            self._converter = Converter(
                conversion.without_moves(),
                relationships=kind is not Kind.LABELS,
                block_bytes=block_bytes,
                told=lambda _: stop_if_asked(stopped),
                keep_lines=keep_lines,
                severities=_severities(ruling or Ruling(), moved=self._moving is not None),
            )

    def add(self, source: Source, *, stdin: BinaryIO | None = None) -> None:
        """Take a file or stream. Raises SourceUnreadable, UsageError and DiskTrouble."""
        if source.packing is Packing.PLAIN and source.path is not None:
            self.add_plain(Input(source.name, source.path, source.path))
            return
        before = original(source.path) if source.path else None
        plain = self._path("ndjson")
        unpack(source, to=plain, stream=stdin)
        self.add_plain(Input(source.name, source.path, plain, original=before))

    def add_plain(self, given: Input) -> None:
        """Take a plain file; one in the spool is removed when others are made of it."""
        made = [given] if self._converter is None else self._converted(given, self._converter)
        moving = self._moving
        self._inputs += made if moving is None else [self._moved(one, moving) for one in made]

    def _converted(self, given: Input, converter: Converter) -> list[Input]:
        number, spool = len(self._refused), self._spool
        make_folder(spool)
        refused = spool / f"{number:04d}.refused.ndjson"
        paths = Paths(lambda ordinal: spool / f"{number:04d}-{ordinal}.ndjson", refused)
        converted = converter.convert(given.read_path, name=given.name, to=paths)
        self._refused.append(refused)
        self._incomplete += [converted.incomplete] if converted.incomplete else []
        if converted.sizes:
            self._sizes.append(converted.sizes)
            if self._moving is not None:
                self._moving.mover.learn(converted.sizes)
        made = [
            Input(
                _name(given.name, ordinal),
                given.path,
                path,
                original=given.original or (converted.fingerprint if given.path else None),
                ordinal=ordinal,
                rows=converted.rows[ordinal],
                beside=converted.beside,
            )
            for ordinal, path in converted.files.items()
        ]
        _discard(given)
        return made

    def _moved(self, given: Input, moving: Moving) -> Input:
        number = len(self._refused)
        make_folder(self._spool)
        refused = self._spool / f"{number:04d}.unmoved.ndjson"
        path = self._spool / f"{number:04d}.moved.ndjson"
        incomplete = refused.with_suffix(".rows")
        moved = moving.move(
            given.read_path, name=given.name, to=path, refused=refused, incomplete=incomplete
        )
        self._refused.append(refused)
        _discard(given)
        original = given.original or (moved.fingerprint if given.path else None)
        made = replace(given, read_path=path, original=original, rows=moved.rows)
        self._unmoved.append((made, incomplete))
        return made

    def inputs(self) -> Inputs:
        """All files of rows, the ordinals one after another. Raises UsageError for no project."""
        ordered = tuple(sorted(self._inputs, key=_ordinal))
        for given, path in self._unmoved:
            _number(path, ordered.index(given) if given.ordinal else NO_ORDINAL)
            self._incomplete.append(path)
        if self._converter is None:
            return Inputs(
                ordered,
                tuple(self._refused),
                incomplete=tuple(self._incomplete),
                moved=self._moving is not None,
            )
        self._converter.finish()
        made = Made(self._converter.objects, self._converter.losses.counts())
        return Inputs(
            ordered,
            tuple(self._refused),
            made,
            incomplete=tuple(self._incomplete),
            sizes=tuple(self._sizes),
            warnings=self._converter.warnings,
            tools=self._converter.tools,
            moved=self._moving is not None,
        )

    def _path(self, ending: str) -> Path:
        return self._spool / f"{max(len(self._inputs), len(self._refused)):04d}.{ending}"


def _severities(ruling: Ruling, *, moved: bool) -> Mapping[str, tuple[Severity, Severity]]:
    """Points that are moved are held to their images when they are where they will be."""
    return (ruling.without(BOUNDS) if moved else ruling).both()


def _moving(moves: Moves, stopped: Callable[[], bool], *, keep_lines: bool) -> Moving:
    return Moving(
        Mover(moves),
        told=lambda _: stop_if_asked(stopped),
        keep_lines=keep_lines,
    )


def _number(path: Path, source: int) -> None:
    """Let ROWs in a file say which source they are of: its ordinal parts labels of a data row."""
    if source:
        with disk_trouble_at(path):
            rows = np.fromfile(path, ROW)
            rows["source"] = source
            rows.tofile(path)


def _discard(given: Input) -> None:
    """Remove a file of the spool that others were made of."""
    if given.read_path != given.path:
        with disk_trouble_at(given.read_path):
            given.read_path.unlink()


def _name(source: str, ordinal: int) -> str:
    """Say where lines are counted: rows keep their lines, those of an export are made."""
    return source if ordinal == NO_ORDINAL else f"{source} (rows of label {ordinal})"


def _ordinal(given: Input) -> int:
    return given.ordinal


def original(path: Path) -> Fingerprint:
    """Read the whole of a file for its fingerprint."""
    status = path.stat()
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ino, digest_file(path))
