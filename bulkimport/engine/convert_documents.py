"""Sources into one COCO document that people keep: what `convert --to-format coco` does."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from bulkimport.disk import disk_trouble_at
from bulkimport.engine.convert_files import Written, spare
from bulkimport.engine.converting import Converting, Inputs
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.formats.coco.writing import DocumentWriter
from bulkimport.formats.conversion import Conversion
from bulkimport.model import Kind
from bulkimport.shards.plan import Made
from bulkimport.source.files import Source
from bulkimport.source.spool import draft

LINES_AT_ONCE = 1000


def write_document(
    sources: Sequence[Source],
    out: Path,
    *,
    conversion: Conversion,
    kind: Kind | None,
    block_bytes: int,
    stopped: Callable[[], bool],
    rejected: Path | None = None,
    stdin: BinaryIO | None = None,
) -> Written:
    """Write rows, or what sources become as rows, to `out` as one COCO document.

    The document appears whole, and `Written` counts its annotations. Several labels of one data row
    become annotations of one image, which is as large as the source or the moves' assets say.
    Raises SourceUnreadable for a line that is no row, UsageError
    when `out` is a source.
    """
    spare(sources, (out, rejected))
    with (
        disk_trouble_at(out),
        tempfile.TemporaryDirectory(prefix=".bulkimport-", dir=out.absolute().parent) as name,
    ):
        scratch = Path(name)
        converting = Converting(
            conversion,
            kind=kind,
            spool=scratch / "spool",
            block_bytes=block_bytes,
            stopped=stopped,
            keep_lines=False,
        )
        for source in sources:
            converting.add(source, stdin=stdin)
        inputs = converting.inputs()
        rejections = Rejections(rejected or scratch / "rejected.ndjson")
        try:
            for path in inputs.refused:
                rejections.take(path)
            rejections.sync()
        finally:
            rejections.close()
        given = conversion.moves.assets
        assets = (given.unchanged().path, *inputs.sizes) if given else inputs.sizes
        writer = write_rows_as_document(inputs, out, assets=assets, stopped=stopped)
    return Written(
        {str(out): writer.annotations},
        dict(sorted(rejections.by_slug.items())),
        tuple(rejections.samples),
        Made(inputs.made.objects, inputs.made.lost | dict(sorted(writer.lost.items()))),
        inputs.warnings,
    )


def write_rows_as_document(
    inputs: Inputs, out: Path, *, stopped: Callable[[], bool], assets: Sequence[Path] = ()
) -> DocumentWriter:
    """Write all rows of `inputs` to `out`. Raises SourceUnreadable for a line that is no row.

    Files of `assets` say how large images are.
    """
    with draft(out) as file:
        writer = DocumentWriter(file)
        for given in inputs.inputs:
            with given.read_path.open("rb") as rows:
                for number, line in enumerate(rows, start=1):
                    if number % LINES_AT_ONCE == 0:
                        stop_if_asked(stopped)
                    if line.strip():
                        writer.add(line, place=f"{given.name}:{number}")
        writer.finish(assets)
    return writer
