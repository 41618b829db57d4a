"""`bulkimport convert`: write the rows that sources become; nothing is checked or sent."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bulkimport.api import convert_rows, run
from bulkimport.cli.check import Rejected
from bulkimport.cli.conversion import CocoFlags, ConversionFlags
from bulkimport.cli.faults import show
from bulkimport.cli.groups import with_groups
from bulkimport.cli.moves import MoveFlags
from bulkimport.cli.options import Json, Sources, Verbose, flag
from bulkimport.cli.output import print_json, say
from bulkimport.cli.signals import stopped_by_signals
from bulkimport.disk import replace_file
from bulkimport.engine.convert_files import Written
from bulkimport.errors import UsageError
from bulkimport.formats.coco.ontology import ontology_of
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.model import Kind
from bulkimport.report.numbers import counted
from bulkimport.report.text import lost_lines

SOME_ROWS_REFUSED = 3
INDENTED = orjson.OPT_INDENT_2


class ToFormat(StrEnum):
    """What is written."""

    ROWS = "rows"
    COCO = "coco"


Out = Annotated[
    Path,
    typer.Option(
        "--out", "-o", help="The file to write, packed if .zst; OUT.1.ndjson if labels are several."
    ),
]
OntologyOut = Annotated[
    Path | None, flag("--ontology-out", "Of COCO: write the ontology that the rows bind to here.")
]
ToFormatOption = Annotated[
    ToFormat, flag("--to-format", "What to write: rows, or one COCO document.")
]
ForKind = Annotated[
    Kind | None, flag("--kind", "Leave out what this kind of import does not take.")
]


@with_groups
def convert(
    sources: Sources,
    out: Out,
    *,
    conversion: ConversionFlags,
    moves: MoveFlags,
    coco: CocoFlags,
    to_format: ToFormatOption = ToFormat.ROWS,
    kind: ForKind = None,
    ontology_out: OntologyOut = None,
    rejected: Rejected = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Write what sources become as rows; exit 3 when some were refused.

    Several labels of one data row go to several files, since one import makes one label of them.
    """
    wanted = conversion.read(kind, moves=moves, coco=coco)
    if ontology_out is not None and wanted.format is not Format.COCO:
        raise UsageError("is written of COCO only", place="--ontology-out")
    to_document = to_format is ToFormat.COCO
    written = run(
        _written(sources, out, wanted, kind=kind, rejected=rejected, to_document=to_document)
    )
    if ontology_out is not None:
        replace_file(ontology_out, orjson.dumps(ontology_of(written.tools), option=INDENTED))
    if json:
        print_json(document(written))
    else:
        show(written.samples)
        say("\n".join(summary(written)))
    if written.by_slug:
        raise typer.Exit(SOME_ROWS_REFUSED)


async def _written(
    sources: list[str],
    out: Path,
    conversion: Conversion,
    *,
    kind: Kind | None,
    rejected: Path | None,
    to_document: bool,
) -> Written:
    async with stopped_by_signals() as stop:
        return await convert_rows(
            sources,
            out,
            conversion=conversion,
            kind=kind,
            rejected=rejected,
            stop=stop,
            to_document=to_document,
        )


def document(written: Written) -> dict[str, Any]:
    """What was written, as one object."""
    return {
        "rows": written.rows,
        "files": written.files,
        "rejected": sum(written.by_slug.values()),
        "by_slug": written.by_slug,
        "objects": written.made.objects,
        "lost": written.made.lost,
        "warnings": dict(written.warnings),
    }


def summary(written: Written) -> list[str]:
    """What was written, for people."""
    lines = [f"{path}: {counted(rows, 'row')}" for path, rows in written.files.items()]
    lines += [f"rejected {slug}: {count:,}" for slug, count in written.by_slug.items()]
    lines += [f"warning {slug}: {count:,}" for slug, count in written.warnings.items()]
    return [*lines, *lost_lines(written.made.objects, written.made.lost)]
