"""`bulkimport migrate`: from assets to labels, by one file that says all of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.api import DEFAULT_RUNS, Options, run
from bulkimport.cli.options import (
    CaBundle,
    Endpoint,
    Grace,
    Json,
    KeyFile,
    LogForm,
    LogFormat,
    MaxInFlight,
    Memory,
    Patience,
    QuietWindow,
    RequestsPerMinute,
    Runs,
    Timeout,
    Verbose,
    flag,
    read_key,
)
from bulkimport.cli.output import print_json, say
from bulkimport.cli.pacing import LimitFlags, WaitFlags, read_settings
from bulkimport.cli.progress import told
from bulkimport.engine.migrate import Migrated
from bulkimport.migrations import migrate as carry_out

JobFile = Annotated[Path, typer.Argument(metavar="JOB.toml", help="The migration, as a file.")]
PlanOnly = Annotated[bool, flag("--plan", "Say what every step would do; nothing is made.")]


def migrate(
    job: JobFile,
    plan: PlanOnly = False,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    runs: Runs = DEFAULT_RUNS,
    max_in_flight: MaxInFlight = 16,
    requests_per_minute: RequestsPerMinute = 1400,
    memory: Memory = "1GiB",
    grace: Grace = "25s",
    quiet_window: QuietWindow = "60s",
    patience: Patience = "15m",
    timeout: Timeout = "6h",
    ca_bundle: CaBundle = None,
    log_format: LogFormat = LogForm.TEXT,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Make dataset, data rows, ontology, project, batches and labels; again to resume.

    Every step is planned before the first thing is made, and skipped when it is done.
    """
    most = LimitFlags(
        max_in_flight=max_in_flight, requests_per_minute=requests_per_minute, memory=memory
    )
    waits = WaitFlags(grace=grace, quiet_window=quiet_window, patience=patience, timeout=timeout)
    options = Options(
        key=read_key(key_file),
        endpoint=endpoint,
        runs=runs,
        settings=read_settings(most, waits, ca_bundle=ca_bundle),
    )
    done = run(
        told(
            lambda listener, stop: carry_out(
                job, plan_only=plan, options=options, listener=listener, stop=stop
            ),
            log_format=log_format,
        )
    )
    if json:
        print_json(done)
    say(text(done))
    if done.exit_code:
        raise typer.Exit(done.exit_code)


def text(done: Migrated) -> str:
    """The steps for people, one a line."""
    steps = done.steps.get("plan", done.steps)
    lines = [line for name, facts in steps.items() for line in _lines(name, facts)]
    tail = [done.reason] if done.reason else []
    return "\n".join([*lines, *tail, f"migration folder: {done.folder}"])


def _lines(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name}: {_words(facts)}".removesuffix(": ")
    for limit in facts.get("limits", ()):
        over = "over the limit" if limit["count"] > limit["most"] else "limit"
        yield f"  {over}: {limit['count']:,} of {limit['most']:,} {limit['what']}"


def _words(facts: Mapping[str, Any]) -> str:
    shown = {
        name: value
        for name, value in facts.items()
        if name != "limits" and value not in ("", None, {}, [])
    }
    return ", ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}"
        for name, value in shown.items()
    )
