"""Sources into files of rows that people keep; nothing is checked and nothing is sent."""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bulkimport.disk import disk_trouble_at, sync_folder
from bulkimport.engine.converting import Converting, Inputs
from bulkimport.engine.rejections import Rejections
from bulkimport.errors import UsageError
from bulkimport.formats.conversion import Conversion
from bulkimport.model import Kind
from bulkimport.rows.excerpt import Sample
from bulkimport.shards.plan import Made
from bulkimport.source.files import Source
from bulkimport.source.packed import ENDING, pack

BLOCK_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What a conversion wrote: files with their rows, what was refused, what was made of what."""

    files: dict[str, int]
    by_slug: dict[str, int]
    samples: tuple[Sample, ...]
    made: Made
    warnings: Mapping[str, int] = field(default_factory=dict)
    tools: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> int:
        """The rows in all files."""
        return sum(self.files.values())


# What writes rows to a path: the files with how much is in each, and what was lost on the way.
Write = Callable[[Inputs, Path], tuple[dict[str, int], dict[str, int]]]


def convert_sources(
    sources: Sequence[Source],
    out: Path,
    *,
    conversion: Conversion,
    kind: Kind | None,
    block_bytes: int,
    stopped: Callable[[], bool],
    rejected: Path | None = None,
    stdin: BinaryIO | None = None,
    write: Write | None = None,
) -> Written:
    """Write the rows of `sources` to `out`; several ordinals of labels to OUT.1.ndjson and so on.

    A file appears whole, in place of one that was there; what is refused goes to `rejected`, if it
    is given. Another `write` makes something else of the rows. Raises UsageError when there is
    nothing to convert, or `out` is a source.
    """
    if write is None and conversion.idle:
        raise UsageError("there is nothing to convert", remedy="give --format, or a map")
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
        with closing(Rejections(rejected or scratch / "rejected.ndjson")) as rejections:
            for path in inputs.refused:
                rejections.take(path)
            rejections.sync()
        files, lost = (write or _keep)(inputs, out)
    return Written(
        files,
        dict(sorted(rejections.by_slug.items())),
        tuple(rejections.samples),
        Made(inputs.made.objects, inputs.made.lost | lost),
        inputs.warnings,
        inputs.tools,
    )


def path_of(out: Path, ordinal: int, *, several: bool) -> Path:
    """Where rows of one ordinal are written: `OUT`, or of several ordinals `OUT.1.ndjson`."""
    return out.with_name(f"{out.stem}.{ordinal}{out.suffix}") if several else out


def _keep(inputs: Inputs, out: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Join the files of each ordinal and put them in their places."""
    ordinals: dict[int, list[Path]] = {}
    rows: Counter[int] = Counter()
    for given in inputs.inputs:
        # A file of an ordinal that has rows elsewhere may be empty.
        ordinals.setdefault(given.ordinal, []).append(given.read_path)
        rows[given.ordinal] += given.rows
    written = {}
    for ordinal, (first, *others) in ordinals.items():
        with first.open("ab") as whole:
            for other in others:
                with other.open("rb") as part:
                    while block := part.read(BLOCK_BYTES):
                        whole.write(block)
        path = path_of(out, ordinal, several=len(ordinals) > 1)
        if out.suffix == ENDING:
            pack(first, to=path)
        else:
            first.replace(path)
        written[str(path)] = rows[ordinal]
    sync_folder(out.absolute().parent)
    return written, {}


def spare(sources: Sequence[Source], written: Sequence[Path | None]) -> None:
    """Raise UsageError when a file to be written is a source."""
    for path in written:
        if path is None or not path.exists():
            continue
        if any(source.path and source.path.samefile(path) for source in sources):
            raise UsageError(
                "would be written over the source", place=str(path), remedy="name another file"
            )
