"""Sources into one COCO document that people keep: what `convert --to-format coco` does."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bulkimport.engine.converting import Inputs
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.formats.coco.writing import DocumentWriter
from bulkimport.formats.tables import TableFile
from bulkimport.source.spool import draft

LINES_AT_ONCE = 1000


def write_document(
    inputs: Inputs, out: Path, *, assets: TableFile | None = None, stopped: Callable[[], bool]
) -> tuple[dict[str, int], dict[str, int]]:
    """Write rows to `out` as one COCO document: how many annotations, and what they cannot say.

    The document appears whole. Several labels of one data row become annotations of one image,
    which is as large as the source or `assets` say. Raises SourceUnreadable for a line that is no
    row.
    """
    sizes = (assets.unchanged().path, *inputs.sizes) if assets else inputs.sizes
    writer = write_rows_as_document(inputs, out, assets=sizes, stopped=stopped)
    return {str(out): writer.annotations}, dict(sorted(writer.lost.items()))


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
