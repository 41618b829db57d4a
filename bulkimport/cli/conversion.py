"""The flags that say how sources become rows: their format, and maps of keys and names."""

from inspect import signature
from pathlib import Path
from typing import Annotated

from typer._click.globals import get_current_context

from bulkimport.cli.moves import asked_moves
from bulkimport.cli.options import flag
from bulkimport.errors import UsageError
from bulkimport.formats.benchmark import Benchmark
from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Crowds, Several, read_kinds
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.moves import Moves
from bulkimport.formats.project_rows import KeySource, ProjectRows
from bulkimport.formats.tables import TableFile
from bulkimport.model import Kind

FormatOption = Annotated[
    Format, flag("--format", "What the sources hold: rows, an export, COCO, a table of masks.")
]
Project = Annotated[
    str | None,
    flag("--project", "The project whose labels are read, if the export holds several."),
]
SchemaMap = Annotated[
    Path | None,
    flag("--schema-map", "CSV or JSON, old to new feature schema ids; else names bind."),
]
KeyMap = Annotated[
    Path | None,
    flag(
        "--key-map", "CSV `from,to`: what rows have, and the key; or `from,global_key`, `from,id`."
    ),
]
KeyTemplate = Annotated[
    str | None,
    flag(
        "--key-template", "The key, of parts of the rows': {key} {name} {stem} {suffix} {parent}."
    ),
]
NameMap = Annotated[
    Path | None,
    flag("--name-map", "CSV or JSON, old to new names of features; options by question."),
]
CocoRowsOption = Annotated[
    str | None,
    flag(
        "--coco-rows", "Of COCO: any of boxes,polygons,masks,points; all a source has unless given."
    ),
]
CocoCrowds = Annotated[
    Crowds | None,
    flag("--coco-crowds", "Of COCO: keep crowds, which rows cannot mark as such, or skip them."),
]
CocoSeveral = Annotated[
    Several | None,
    flag("--coco-several", "Of COCO: objects of several polygons go apart, or each as one mask."),
]
BenchmarkOption = Annotated[
    str | None,
    flag(
        "--benchmark",
        "Mark labels as benchmarks: all, or those of the data rows a file names, a key a line.",
    ),
]
KeyOption = Annotated[
    KeySource | None,
    flag("--key", "Ask the project what keys are: external ids, or its ids and global keys mixed."),
]


def asked_conversion() -> Conversion:
    """What the flags of the running command, which has all of these, ask for. Raises UsageError."""
    given = get_current_context().params
    own = {name: given[name] for name in signature(read_conversion).parameters if name in given}
    return read_conversion(source_format=given["format"], moves=asked_moves(), **own)


def read_conversion(
    *,
    source_format: Format,
    project: str | None,
    schema_map: Path | None,
    key_map: Path | None,
    key_template: str | None,
    name_map: Path | None,
    key: KeySource | None,
    moves: Moves,
    coco_rows: str | None,
    coco_crowds: Crowds | None,
    coco_several: Several | None = None,
    benchmark: str | None = None,
    kind: Kind | None = None,
) -> Conversion:
    """How sources become rows; digests the maps. Raises UsageError for what cannot be meant."""
    if key is not None and key_map is not None:
        raise UsageError("give either --key or --key-map")
    if benchmark is not None and kind is not Kind.LABELS:
        raise UsageError(
            "only ground truth can be a benchmark", place="--benchmark", remedy="add --kind labels"
        )
    return Conversion(
        format=source_format,
        project=project,
        schema_map=_table(schema_map),
        key_map=_table(key_map),
        key_template=key_template,
        name_map=_table(name_map),
        moves=moves,
        coco=_choice(coco_rows, coco_crowds, coco_several),
        benchmark=Benchmark.read(benchmark) if benchmark is not None else None,
        project_rows=None if key is None else ProjectRows(key),
    )


def _choice(rows: str | None, crowds: Crowds | None, several: Several | None) -> CocoChoice | None:
    if rows is None and crowds is None and several is None:
        return None
    kinds = frozenset(CocoRows) if rows is None else read_kinds(rows)
    return CocoChoice(kinds, crowds or Crowds.KEEP, several or Several.APART)


def _table(path: Path | None) -> TableFile | None:
    return None if path is None else TableFile.at(path)
