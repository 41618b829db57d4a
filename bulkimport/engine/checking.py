"""Every row against the rules, offline: nothing is planned, kept or sent."""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bulkimport.engine.converting import Converting, Inputs
from bulkimport.engine.mask_rules import MaskChecks
from bulkimport.engine.request import NO_CONVERSION, Shaping
from bulkimport.engine.sifting import UNTOLD, Sieve, Sifting, open_sources
from bulkimport.errors import UsageError
from bulkimport.events import Listener
from bulkimport.formats.conversion import Conversion
from bulkimport.rows.excerpt import Sample
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import Ruling
from bulkimport.rows.whole_input import Whole, advice
from bulkimport.settings import Settings
from bulkimport.shards.group import Incomplete
from bulkimport.shards.plan import Made
from bulkimport.source.files import Source


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `by_slug` counts the rejected rows, `warnings` those that only warn.

    A row is counted once in `rejected` or in `warned`, and once by each rule that it breaks; what
    is said of the input as a whole is in `warnings` alone. `normalised` counts what is put right.
    `untold` rows are rejected and not written down, since there were too many. `samples` are the
    first few rejections of each slug, `cautions` the first few warnings. Where there are no rows at
    all, `by_slug` says so as R-FILE-5.
    """

    read: int
    rejected: int
    warned: int
    by_slug: dict[str, int]
    warnings: dict[str, int]
    normalised: dict[str, int]
    untold: int
    made: Made
    samples: tuple[Sample, ...]
    cautions: tuple[Sample, ...]

    @property
    def failed(self) -> bool:
        """Whether anything was refused."""
        return bool(self.by_slug)

    @property
    def ok(self) -> int:
        """Rows that may go: nothing is held back by a check."""
        return self.read - self.rejected


def check_sources(
    sources: Sequence[Source],
    *,
    settings: Settings,
    tell: Listener,
    stopped: Callable[[], bool],
    rejected: Path | None = None,
    stdin: BinaryIO | None = None,
    conversion: Conversion = NO_CONVERSION,
    ruling: Ruling | None = None,
    masks: MaskChecks | None = None,
    assets: Path | None = None,
    members: Path | None = None,
) -> Checked:
    """Check every byte of every row. Costs one read of the sources and scratch room on disk.

    With `assets`, a CSV or NDJSON, rows are held to the sizes of their assets; with `members`,
    lines of a project's export, to its data rows and what labels they have.
    Rejections are written to `rejected` if it is given. Raises UsageError when that is a source.
    With `masks` the pictures of mask rows are looked at too.
    Without a kind in the `ruling` a conversion makes all rows that any import takes.
    """
    _spare_sources(sources, rejected)
    sieve = Sieve(
        caps=Shaping().caps(),
        incomplete=Incomplete.SEND,
        tell=tell,
        stopped=stopped,
        block_bytes=settings.scan_block_bytes,
        most_rejections=settings.max_rejections,
        ruling=ruling or Ruling(),
        masks=masks,
        assets=assets,
    )
    with tempfile.TemporaryDirectory(prefix="bulkimport-") as name:
        scratch = Path(name)
        converting = Converting(
            conversion,
            kind=ruling.kind if ruling else None,
            spool=scratch / "spool",
            block_bytes=settings.scan_block_bytes,
            stopped=stopped,
            ruling=ruling,
        )
        for source in sources:
            converting.add(source, stdin=stdin)
        inputs = converting.inputs()
        rejected, sizes = rejected or scratch / "rejected.ndjson", inputs.sizes_where_moved
        with (
            open_sources(inputs.inputs) as opened,
            sieve.over(opened, scratch, rejected=rejected, sizes=sizes, members=members) as sifting,
        ):
            sifting.begin(inputs)
            sifting.scan()
            sifting.judge()
            sifting.sync()
            return _checked(sifting, inputs, sieve.ruling or Ruling())


def _spare_sources(sources: Sequence[Source], rejected: Path | None) -> None:
    if rejected is None or not rejected.exists():
        return
    if any(source.path and source.path.samefile(rejected) for source in sources):
        raise UsageError(
            "the rejected rows would be written over the source",
            place=str(rejected),
            remedy="name another file",
        )


def _checked(sifting: Sifting, inputs: Inputs, ruling: Ruling) -> Checked:
    judging, by_slug = sifting.judging, dict(sifting.judging.rejections.by_slug)
    warnings = Counter({slug: rows for slug, rows in sifting.warnings.items() if slug != UNTOLD})
    whole = Whole(
        rows=judging.accepted_rows,
        data_rows=judging.data_rows,
        by_id=sifting.scanning.rules.counted.by_id,
        by_kind=sifting.by_kind,
        # A row that was refused on the way leaves a blank line behind.
        blank_lines=0 if inputs.moved or inputs.refused else sifting.scanning.rules.blank_lines,
        tiled=ruling.media == "geo",
    )
    severities = ruling.severities()
    if not sifting.scanning.rows and severities["R-FILE-5"] != Severity.OFF:
        by_slug["R-FILE-5"] = 1
    warnings.update(
        {slug: rows for slug, rows in advice(whole).items() if severities[slug] != Severity.OFF}
    )
    return Checked(
        read=sifting.scanning.rows,
        rejected=judging.rejections.rows,
        warned=sifting.warned,
        by_slug=dict(sorted(by_slug.items())),
        warnings=dict(sorted(warnings.items())),
        normalised=dict(sorted(sifting.scanning.rules.normalised.items())),
        untold=judging.rejections.untold,
        made=inputs.made,
        samples=tuple(judging.rejections.samples),
        cautions=tuple(sifting.scanning.rules.samples),
    )
