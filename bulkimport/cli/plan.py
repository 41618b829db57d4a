"""`bulkimport plan`: what an import would do; writes the run's folder, sends nothing."""

from typing import Any

import typer

from bulkimport.api import DEFAULT_RUNS, Options, PlanMade, plan_rows, run
from bulkimport.cli.options import (
    BytesPerShard,
    Endpoint,
    First,
    IncompleteOption,
    Json,
    KindOption,
    LogForm,
    LogFormat,
    MaxDataRowBytes,
    RowsPerShard,
    Runs,
    Sources,
    To,
    UuidsOption,
    Verbose,
    read_shaping,
)
from bulkimport.cli.output import print_json, say
from bulkimport.cli.progress import told
from bulkimport.engine.request import Uuids

SOME_ROWS_REFUSED = 3


def plan(
    sources: Sources,
    to: To,
    kind: KindOption,
    endpoint: Endpoint = None,
    runs: Runs = DEFAULT_RUNS,
    uuids: UuidsOption = Uuids.FILL,
    incomplete: IncompleteOption = None,
    rows_per_shard: RowsPerShard = 100_000,
    bytes_per_shard: BytesPerShard = "64MiB",
    max_data_row_bytes: MaxDataRowBytes = "256MiB",
    first: First = None,
    log_format: LogFormat = LogForm.TEXT,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Scan, check and cut, and say what an import would send; no network."""
    options = Options(
        endpoint=endpoint,
        runs=runs,
        first=first,
        shaping=read_shaping(
            kind,
            uuids=uuids,
            incomplete=incomplete,
            rows_per_shard=rows_per_shard,
            bytes_per_shard=bytes_per_shard,
            max_data_row_bytes=max_data_row_bytes,
        ),
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
        "least_requests": least_requests(totals.shards),
        "by_kind": totals.by_kind,
        "rejected_by_slug": totals.by_slug,
        "warnings": totals.warnings,
    }


def least_requests(shards: int) -> int:
    """One to see the project; for each shard one to send, one to ask, two for the results."""
    return 1 + 4 * shards


def plan_text(made: PlanMade) -> str:
    """The plan for people."""
    totals = made.plan.totals
    lines = [
        f"planned: {totals.planned:,} of {totals.read:,} rows on {totals.data_rows:,} data rows",
        f"  in {totals.shards:,} shards and {totals.bytes:,} bytes",
        f"  with at least {least_requests(totals.shards):,} requests",
    ]
    if totals.rejected:
        lines.append(f"  rejected: {totals.rejected:,}, see {made.run / 'rejected.ndjson'}")
        lines += [f"    {slug}: {count:,}" for slug, count in totals.by_slug.items()]
    if totals.held:
        lines.append(f"  held: {totals.held:,}, see {made.run / 'held.ndjson'}")
    lines += [f"  {kind}: {count:,}" for kind, count in totals.by_kind.items()]
    lines.append(f"run folder: {made.run}")
    return "\n".join(lines)
