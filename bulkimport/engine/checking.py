"""Every row against the rules, offline: nothing is planned, kept or sent."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bulkimport.engine.request import Shaping
from bulkimport.engine.sifting import Sieve, Sifting, open_sources
from bulkimport.errors import UsageError
from bulkimport.events import Listener
from bulkimport.model import Rejection
from bulkimport.settings import Settings
from bulkimport.shards.group import Incomplete
from bulkimport.source.files import Packing, Source
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
    sources: Sequence[Source],
    *,
    settings: Settings,
    tell: Listener,
    stopped: Callable[[], bool],
    rejected: Path | None = None,
    stdin: BinaryIO | None = None,
) -> Checked:
    """Check every byte of every row. Costs one read of the sources and scratch room on disk.

    Rejections are written to `rejected` if it is given. Raises UsageError when that is a source.
    """
    _spare_sources(sources, rejected)
    sieve = Sieve(
        caps=Shaping().caps(),
        incomplete=Incomplete.SEND,
        tell=tell,
        stopped=stopped,
        block_bytes=settings.scan_block_bytes,
    )
    with tempfile.TemporaryDirectory(prefix="bulkimport-") as name:
        scratch = Path(name)
        plain = [
            (source.name, _plain(source, scratch / f"{number}.ndjson", stdin))
            for number, source in enumerate(sources)
        ]
        rejected = rejected or scratch / "rejected.ndjson"
        with (
            open_sources(plain) as opened,
            sieve.over(opened, scratch, rejected=rejected) as sifting,
        ):
            sifting.scan()
            sifting.judge()
            sifting.sync()
            return _checked(sifting)


def _spare_sources(sources: Sequence[Source], rejected: Path | None) -> None:
    if rejected is None or not rejected.exists():
        return
    if any(source.path and source.path.samefile(rejected) for source in sources):
        raise UsageError(
            "the rejected rows would be written over the source",
            place=str(rejected),
            remedy="name another file",
        )


def _plain(source: Source, spool: Path, stdin: BinaryIO | None) -> Path:
    if source.path is not None and source.packing is Packing.PLAIN:
        return source.path
    unpack(source, to=spool, stream=stdin)
    return spool


def _checked(sifting: Sifting) -> Checked:
    judging, by_slug = sifting.judging, sifting.judging.rejections.by_slug
    return Checked(
        read=sifting.scanning.rows,
        ok=judging.accepted_rows,
        rejected=by_slug.total(),
        warned=judging.warnings.total(),
        by_slug=dict(sorted(by_slug.items())),
        warnings=dict(judging.warnings),
        samples=tuple(judging.rejections.samples),
    )
