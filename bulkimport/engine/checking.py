"""Every row against the rules, offline: nothing is planned, kept or sent."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bulkimport.disk import AppendFile
from bulkimport.engine.judging import Judging
from bulkimport.engine.rejections import Rejections
from bulkimport.engine.request import Shaping
from bulkimport.engine.scanning import Readable, Scanning, likely_rows
from bulkimport.errors import SourceUnreadable
from bulkimport.events import Listener
from bulkimport.model import Rejection
from bulkimport.native import ROW
from bulkimport.settings import Settings
from bulkimport.shards.group import Incomplete
from bulkimport.shards.partitions import Partitions, partitions_for
from bulkimport.source.blocks import open_plain
from bulkimport.source.files import Packing, Source
from bulkimport.source.fingerprint import stamp
from bulkimport.source.spool import unpack


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `samples` are the first few rejections of each slug."""

    read: int
    ok: int
    rejected: int
    warned: int
    by_slug: dict[str, int]
    warnings: dict[str, int]
    samples: tuple[Rejection, ...]


def check_sources(
    sources: list[Source],
    *,
    settings: Settings,
    tell: Listener,
    stopped: Callable[[], bool],
    rejected: Path | None = None,
) -> Checked:
    """Check every byte of every row. Costs one read of the sources and scratch room on disk."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bulkimport-")))
        readable = [
            _readable(source, scratch / f"{number}.ndjson", stack)
            for number, source in enumerate(sources)
        ]
        rejections = Rejections(rejected or scratch / "rejected.ndjson")
        stack.callback(rejections.close)
        held = AppendFile(scratch / "held.ndjson", size=0)
        stack.callback(held.close)
        count = partitions_for(likely_rows(readable))
        partitions = Partitions(scratch / "partitions", count=count, dtype=ROW)
        scanning = Scanning(
            partitions=partitions,
            rejections=rejections,
            total_bytes=sum(source.size for source in readable),
            tell=tell,
            stopped=stopped,
            block_bytes=settings.scan_block_bytes,
        )
        for number, source in enumerate(readable):
            scanning.scan(number, source)
        if not scanning.rows:
            raise SourceUnreadable("there are no rows", place=", ".join(s.name for s in sources))
        judging = Judging(
            sources=readable,
            rejections=rejections,
            held=held,
            caps=Shaping().caps(),
            incomplete=Incomplete.SEND,
        )
        judging.judge(partitions, None, fill=False)
        rejections.sync()
        return _checked(scanning, judging)


def _readable(source: Source, spool: Path, stack: ExitStack) -> Readable:
    path = source.path
    if path is None or source.packing is not Packing.PLAIN:
        unpack(source, to=spool)
        path = spool
    descriptor = stack.enter_context(open_plain(path))
    return Readable(source.name, path, descriptor, stamp(descriptor)[0])


def _checked(scanning: Scanning, judging: Judging) -> Checked:
    by_slug = scanning.rejections.by_slug
    return Checked(
        read=scanning.rows,
        ok=judging.accepted_rows,
        rejected=by_slug.total(),
        warned=judging.warnings.total(),
        by_slug=dict(sorted(by_slug.items())),
        warnings=dict(judging.warnings),
        samples=tuple(scanning.rejections.samples),
    )
