"""`bulkimport check`: every row against the rules, offline."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.api import check_rows, run
from bulkimport.cli.conversion import CocoFlags, ConversionFlags
from bulkimport.cli.faults import show
from bulkimport.cli.groups import with_groups
from bulkimport.cli.masks import FetchMasks, Masks, read_mask_look
from bulkimport.cli.moves import MoveFlags
from bulkimport.cli.options import Json, MaxRejections, Sources, Verbose, flag
from bulkimport.cli.output import print_json, say
from bulkimport.cli.rules import CheckKind, Media, RuleFlags
from bulkimport.cli.signals import stopped_by_signals
from bulkimport.clock import SystemClock
from bulkimport.engine.checking import Checked
from bulkimport.engine.mask_rules import MaskLook
from bulkimport.errors import ChecksFailed
from bulkimport.formats.conversion import Conversion
from bulkimport.report.numbers import counted
from bulkimport.report.text import lost_lines
from bulkimport.rows.rulebook import rulebook
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import MOST_REJECTIONS, Settings

Rejected = Annotated[
    Path | None, flag("--rejected", "Write every rejected row here, one JSON line each.")
]


@with_groups
def check(
    sources: Sources,
    *,
    media: Media = None,
    kind: CheckKind = None,
    rules: RuleFlags,
    conversion: ConversionFlags,
    moves: MoveFlags,
    masks: Masks = False,
    fetch_masks: FetchMasks = False,
    coco: CocoFlags,
    rejected: Rejected = None,
    max_rejections: MaxRejections = MOST_REJECTIONS,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Check every byte of every row; nothing is sent. Exit 0 when all rows may go, 4 else."""
    data_rows = rules.data_rows()
    checking = _checked(
        sources,
        rejected,
        conversion.read(kind, moves=moves, coco=coco).led_by(data_rows),
        ruling=rules.read(media, kind, now=SystemClock().now()),
        masks=read_mask_look(masks=masks, fetch=fetch_masks),
        assets=moves.assets,
        data_rows=data_rows,
        settings=Settings(max_rejections=max_rejections),
    )
    checked = run(checking)
    if json:
        print_json(document(checked))
    else:
        show(checked.cautions, title="warning: ")
        show(checked.samples)
        say(summary(checked))
    if checked.failed:
        raise typer.Exit(ChecksFailed.exit_code)


async def _checked(
    sources: list[str],
    rejected: Path | None,
    conversion: Conversion,
    *,
    ruling: Ruling,
    masks: MaskLook | None,
    assets: Path | None,
    data_rows: Path | None,
    settings: Settings,
) -> Checked:
    async with stopped_by_signals() as stop:
        return await check_rows(
            sources,
            rejected=rejected,
            conversion=conversion,
            ruling=ruling,
            masks=masks,
            assets=assets,
            data_rows=data_rows,
            settings=settings,
            stop=stop,
        )


def document(checked: Checked) -> dict[str, Any]:
    """What was found, as one flat object; what was converted or not written only if anything was.

    `by_slug` says of each rule how many rows break it, be it with an error or a warning;
    `normalised` how many are put right by it, if any are.
    """
    counts = Counter(checked.by_slug) + Counter(checked.warnings)
    found = {name: getattr(checked, name) for name in ("read", "ok", "rejected", "warned")}
    found["by_slug"] = dict(sorted(counts.items()))
    untold = {"untold": checked.untold} if checked.untold else {}
    made = {"objects": checked.made.objects, "lost": checked.made.lost}
    put_right = {"normalised": checked.normalised} if checked.normalised else {}
    return found | put_right | untold | (made if checked.made.objects or checked.made.lost else {})


def summary(checked: Checked) -> str:
    """The counts, and how many rows broke each rule."""
    counts = {"rejected": checked.rejected, "warned": checked.warned}
    told = "".join(f", {count:,} {name}" for name, count in counts.items())
    lines = [f"{counted(checked.read, 'row')} read, {checked.ok:,} ok{told}"]
    shown = {sample.rejection.slug for sample in (*checked.samples, *checked.cautions)}
    for title, table in (("", checked.by_slug), ("warning ", checked.warnings)):
        for slug, count in table.items():
            meaning = "" if slug in shown else f" ({_sentence(slug)})"
            lines.append(f"  {title}{slug}: {count:,}{meaning}")
    lines += [f"  put right by {slug}: {count:,}" for slug, count in checked.normalised.items()]
    if checked.untold:
        lines.append(f"  {checked.untold:,} of the rejected rows are not written down")
    lines += lost_lines(checked.made.objects, checked.made.lost)
    return "\n".join(lines)


def _sentence(slug: str) -> str:
    """What a rule says, where no row of it is shown."""
    return rulebook()[slug].sentence.replace("{found}", "…")
