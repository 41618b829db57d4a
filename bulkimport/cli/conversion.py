"""The flags that say how sources become rows: their format, and maps of keys and names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bulkimport.cli.moves import MoveFlags
from bulkimport.cli.options import flag
from bulkimport.errors import UsageError
from bulkimport.formats.benchmark import Benchmark
from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Crowds, Several, read_kinds
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.project_rows import KeySource, ProjectRows
from bulkimport.formats.tables import TableFile
from bulkimport.model import Kind


@dataclass(frozen=True)
class CocoFlags:
    """Flags that say which objects of COCO become rows."""

    coco_rows: Annotated[
        str | None,
        flag(
            "--coco-rows",
            "Of COCO: any of boxes,polygons,masks,points; all a source has unless given.",
        ),
    ] = None
    coco_crowds: Annotated[
        Crowds | None,
        flag(
            "--coco-crowds", "Of COCO: keep crowds, which rows cannot mark as such, or skip them."
        ),
    ] = None
    coco_several: Annotated[
        Several | None,
        flag(
            "--coco-several", "Of COCO: objects of several polygons go apart, or each as one mask."
        ),
    ] = None

    def read(self) -> CocoChoice | None:
        """What is taken of COCO; None when nothing was said. Raises UsageError."""
        if self == CocoFlags():
            return None
        kinds = frozenset(CocoRows) if self.coco_rows is None else read_kinds(self.coco_rows)
        return CocoChoice(
            kinds, self.coco_crowds or Crowds.KEEP, self.coco_several or Several.APART
        )


@dataclass(frozen=True)
class ConversionFlags:
    """Flags that say how sources become rows."""

    format: Annotated[
        Format, flag("--format", "What the sources hold: rows, an export, COCO, a table of masks.")
    ] = Format.ROWS
    project: Annotated[
        str | None,
        flag("--project", "The project whose labels are read, if the export holds several."),
    ] = None
    schema_map: Annotated[
        Path | None,
        flag("--schema-map", "CSV or JSON, old to new feature schema ids; else names bind."),
    ] = None
    key_map: Annotated[
        Path | None,
        flag(
            "--key-map",
            "CSV `from,to`: what rows have, and the key; or `from,global_key`, `from,id`.",
        ),
    ] = None
    key_template: Annotated[
        str | None,
        flag(
            "--key-template",
            "The key, of parts of the rows': {key} {name} {stem} {suffix} {parent}.",
        ),
    ] = None
    name_map: Annotated[
        Path | None,
        flag("--name-map", "CSV or JSON, old to new names of features; options by question."),
    ] = None
    key: Annotated[
        KeySource | None,
        flag(
            "--key",
            "Ask the project what keys are: external ids, or its ids and global keys mixed.",
        ),
    ] = None
    benchmark: Annotated[
        str | None,
        flag(
            "--benchmark",
            "Mark labels as benchmarks: all, or those of the data rows a file names, a key a line.",
        ),
    ] = None

    def read(self, kind: Kind | None, *, moves: MoveFlags, coco: CocoFlags) -> Conversion:
        """How sources become rows; digests the maps. Raises UsageError for what cannot be meant."""
        moved = moves.read()
        if self.key is not None and self.key_map is not None:
            raise UsageError("give either --key or --key-map")
        if self.benchmark is not None and kind is not Kind.LABELS:
            remedy = "add --kind labels"
            raise UsageError(
                "only ground truth can be a benchmark", place="--benchmark", remedy=remedy
            )
        return Conversion(
            format=self.format,
            project=self.project,
            schema_map=_table(self.schema_map),
            key_map=_table(self.key_map),
            key_template=self.key_template,
            name_map=_table(self.name_map),
            moves=moved,
            coco=coco.read(),
            benchmark=Benchmark.read(self.benchmark) if self.benchmark is not None else None,
            project_rows=None if self.key is None else ProjectRows(self.key),
        )


def _table(path: Path | None) -> TableFile | None:
    return None if path is None else TableFile.at(path)
