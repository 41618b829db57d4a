"""`bulkimport runs`: which runs there are, and removing those that are over."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bulkimport.api import DEFAULT_RUNS, status
from bulkimport.api import run as run_call
from bulkimport.cli.options import Json, Runs, flag
from bulkimport.cli.output import print_json, say
from bulkimport.engine.folder import open_folder
from bulkimport.errors import BulkimportError
from bulkimport.ledger.lock import Holder, RunLock
from bulkimport.model import Kind
from bulkimport.report.document import Report, document
from bulkimport.report.tally import RunState
from bulkimport.shards.plan import FILE_NAME

app = typer.Typer(help="Runs on this machine: list them, remove finished ones.")

Yes = Annotated[bool, flag("--yes", "Remove them; without it they are only named.")]


@app.command("list")
def list_runs(runs: Runs = DEFAULT_RUNS, json: Json = False) -> None:
    """Name every run with its state and numbers, one a line."""
    for folder in run_folders(runs):
        report = _report(folder)
        if report is None:
            continue
        if json:
            print_json(document(report))
        else:
            accepted = f"{report.account.accepted:,} of {report.account.read:,} accepted"
            typer.echo(f"{report.state.value:<12} {accepted}  {folder}")


@app.command("prune")
def prune(runs: Runs = DEFAULT_RUNS, yes: Yes = False) -> None:
    """Remove finished runs, results and all. Labels leave a stone, so that none is sent twice."""
    for folder in run_folders(runs):
        report = _report(folder)
        if report is None or report.state is not RunState.FINISHED:
            continue
        if yes:
            _remove(folder)
        say(f"{'removed' if yes else 'would remove'} {folder}")
    if not yes:
        say("nothing is removed without --yes")


def run_folders(runs: Path) -> list[Path]:
    """Every folder that holds a planned run."""
    return sorted(path.parent for path in runs.glob(f"*/{FILE_NAME}"))


def _report(folder: Path) -> Report | None:
    try:
        return run_call(status(folder))
    except BulkimportError as error:
        say(f"{folder}: {error}")
        return None


def _remove(folder: Path) -> None:
    """Remove a run that nobody holds. Raises RunHeld."""
    with RunLock.take(folder / "lock", Holder.here(since="now", command="bulkimport runs prune")):
        run, plan = open_folder(folder)
        if plan.kind is Kind.LABELS:
            run.leave_stone()
        shutil.rmtree(folder)
