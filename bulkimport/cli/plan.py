"""`bulkimport plan`: what an import would do; writes the run's folder, sends nothing."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.api import DEFAULT_RUNS, Options, PlanMade, plan_rows, run
from bulkimport.cli.conversion import CocoFlags, ConversionFlags
from bulkimport.cli.documents import DocumentFlags, read_keys
from bulkimport.cli.groups import with_groups
from bulkimport.cli.masks import FetchMasks, MaskRows, Masks, read_masks
from bulkimport.cli.migrate import migrate
from bulkimport.cli.moves import MoveFlags
from bulkimport.cli.options import (
    CaBundle,
    Endpoint,
    First,
    Json,
    KeyFile,
    LogForm,
    LogFormat,
    MaxRejections,
    Runs,
    Sources,
    Verbose,
    flag,
)
from bulkimport.cli.output import print_json, say
from bulkimport.cli.progress import told
from bulkimport.cli.rules import Media, RuleFlags
from bulkimport.cli.shaping import ShapingFlags
from bulkimport.clock import SystemClock
from bulkimport.engine.request import PROJECT, takes_documents
from bulkimport.errors import UsageError
from bulkimport.model import Kind, parse_address
from bulkimport.report.numbers import counted, duration, size
from bulkimport.report.text import lost_lines
from bulkimport.rows.whole_input import DATA_ROWS_PER_BATCH, MASKS_PER_IMPORT
from bulkimport.settings import MOST_REJECTIONS, Settings
from bulkimport.shards.plan import Plan, Totals

SOME_ROWS_REFUSED = 3
BYTES_PER_SECOND = 125_000_000
# Up to here Labellerr's page advises to wait for an upload.
ADVISED_BYTES = 5_000_000
ADVISED_ANNOTATIONS = 1_000

PlannedTo = Annotated[str | None, flag("--to", "As of `import`; a JOB.toml says it itself.")]
PlannedKind = Annotated[Kind | None, flag("--kind", "As of `import`; a JOB.toml says it itself.")]


@with_groups
def plan(
    sources: Sources,
    to: PlannedTo = None,
    kind: PlannedKind = None,
    *,
    conversion: ConversionFlags,
    media: Media = None,
    rules: RuleFlags,
    moves: MoveFlags,
    masks: Masks = False,
    fetch_masks: FetchMasks = False,
    mask_rows: MaskRows = None,
    coco: CocoFlags,
    documents: DocumentFlags,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    runs: Runs = DEFAULT_RUNS,
    shaping: ShapingFlags,
    max_rejections: MaxRejections = MOST_REJECTIONS,
    first: First = None,
    ca_bundle: CaBundle = None,
    log_format: LogFormat = LogForm.TEXT,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Say what an import would do; nothing is sent. Of a JOB.toml, what a migration would do.

    Asks the project for medium and ontology unless they are given, checks, cuts and writes the
    run's folder; an import goes on from there.
    """
    if to is None or kind is None:
        migrate(
            _job(sources),
            plan=True,
            endpoint=endpoint,
            key_file=key_file,
            runs=runs,
            ca_bundle=ca_bundle,
            log_format=log_format,
            json=json,
        )
        return
    wanted = shaping.read(
        kind,
        conversion=conversion.read(kind, moves=moves, coco=coco),
        ruling=rules.read(media, kind, now=SystemClock().now()),
        masks=read_masks(masks=masks, fetch=fetch_masks, rows=mask_rows),
    )
    options = Options(
        key=read_keys(parse_address(to), key_file, needed=False),
        endpoint=endpoint,
        runs=runs,
        first=first,
        settings=Settings(max_rejections=max_rejections, ca_bundle=ca_bundle),
        shaping=documents.added(wanted),
    )
    made = run(
        told(
            lambda listener, stop: plan_rows(
                list(sources), to=to, kind=kind, options=options, listener=listener, stop=stop
            ),
            log_format=log_format,
        )
    )
    document = plan_document(made)
    if json:
        print_json(document)
    say(plan_text(made))
    if made.plan.totals.rejected:
        raise typer.Exit(SOME_ROWS_REFUSED)


def _job(sources: list[str]) -> Path:
    if len(sources) == 1 and sources[0].endswith(".toml"):
        return Path(sources[0])
    raise UsageError("a plan needs --to and --kind", remedy="or one JOB.toml, of a migration")


def plan_document(made: PlanMade) -> dict[str, Any]:
    """The plan's numbers as one flat object."""
    totals = made.plan.totals
    return {
        "run": str(made.run),
        "read": totals.read,
        "planned": totals.planned,
        "rejected": totals.rejected,
        "held": totals.held,
        "data_rows": totals.data_rows,
        "shards": totals.shards,
        "bytes": totals.bytes,
        "least_requests": least_requests(made.plan),
        "least_seconds": least_seconds(made.plan),
        "disk_bytes": disk_bytes(made.run),
        "limits": limits_hit(made.plan),
        "project_asked": PROJECT not in made.plan.options,
        "by_kind": totals.by_kind,
        "rejected_by_slug": totals.by_slug,
        "warnings": totals.warnings,
        "objects": made.plan.made.objects,
        "lost": made.plan.made.lost,
    }


def least_requests(plan: Plan) -> int:
    """One to see the project; for each shard one to send, one to ask, two for results in files."""
    each = 2 if takes_documents(plan.destination) else 4
    return 1 + each * plan.totals.shards


def least_seconds(plan: Plan) -> float:
    """What a link of 1 Gb/s, or the default rate of requests, needs at least; not a promise."""
    by_link = plan.totals.bytes / BYTES_PER_SECOND
    by_requests = least_requests(plan) * 60 / Settings().requests_per_minute
    return round(max(by_link, by_requests), 1)


def disk_bytes(run: Path) -> int:
    """What the run's folder takes now; result files come on top."""
    return sum(path.stat().st_size for path in run.rglob("*") if path.is_file())


def limits_hit(plan: Plan) -> list[str]:
    """Limits of the service that this plan touches, as sentences; nothing is refused for them."""
    totals = plan.totals
    if takes_documents(plan.destination):
        return advice(totals)
    limits = []
    if totals.data_rows > DATA_ROWS_PER_BATCH:
        limits.append(
            f"R-FILE-10: {totals.data_rows:,} data rows are more than one batch of a project "
            f"takes ({DATA_ROWS_PER_BATCH:,}); they must be in several batches"
        )
    if crowded := totals.warnings.get("R-FILE-8", 0):
        limits.append(
            f"R-FILE-8: {crowded:,} masks are in imports of more than the advised "
            f"{MASKS_PER_IMPORT:,}; --mask-rows {MASKS_PER_IMPORT} splits them"
        )
    return limits


def advice(totals: Totals) -> list[str]:
    """Where Labellerr advises not to wait for the answer."""
    if totals.bytes <= ADVISED_BYTES and totals.planned <= ADVISED_ANNOTATIONS:
        return []
    sentence = (
        f"R-COCO-19: {totals.bytes:,} bytes and {totals.planned:,} annotations are more than the "
        f"{ADVISED_BYTES:,} or {ADVISED_ANNOTATIONS:,} up to which Labellerr advises to wait; "
        "--no-wait gives the run at once, and `resume` goes on"
    )
    return [sentence]


def plan_text(made: PlanMade) -> str:
    """The plan for people."""
    totals = made.plan.totals
    rows, data_rows = counted(totals.planned, "row"), counted(totals.data_rows, "data row")
    requests = counted(least_requests(made.plan), "request")
    shards, seconds = counted(totals.shards, "shard"), duration(least_seconds(made.plan))
    lines = [
        f"planned: {rows} of {totals.read:,} on {data_rows}",
        f"  {shards}, {size(totals.bytes)}, at least {requests} and {seconds}",
        f"  {size(disk_bytes(made.run))} on disk",
    ]
    lines += [f"  {count:>12,}  {kind}" for kind, count in totals.by_kind.items()]
    if totals.rejected:
        lines.append(f"rejected: {totals.rejected:,}, see {made.run / 'rejected.ndjson'}")
        lines += [f"  {count:>12,}  {slug}" for slug, count in totals.by_slug.items()]
    if totals.held:
        lines.append(f"held: {totals.held:,}, see {made.run / 'held.ndjson'}")
    lines += [f"warning: {count:,} times {slug}" for slug, count in totals.warnings.items()]
    lines += lost_lines(made.plan.made.objects, made.plan.made.lost)
    lines += [f"limit: {limit}" for limit in limits_hit(made.plan)]
    if PROJECT in made.plan.options:
        held_to = "files" if takes_documents(made.plan.destination) else "ontology"
        lines.append(f"not held to the project's {held_to}: there was no key, or no answer")
    lines.append(f"run folder: {made.run}")
    return "\n".join(lines)
