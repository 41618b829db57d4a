"""`bulkimport status` and `report`: how far a run is; and what every run says at its end."""

import typer

from bulkimport.api import run as run_call
from bulkimport.api import status as status_of
from bulkimport.cli.options import Json, Run, Verbose
from bulkimport.cli.output import print_json, say
from bulkimport.report.document import Report, document, read_report
from bulkimport.report.text import text


def status(run: Run, json: Json = False, verbose: Verbose = False) -> None:
    """Say how far a run is; works while it runs. The exit code is the run's."""
    finish(run_call(status_of(run)), json=json)


def report(run: Run, json: Json = False, verbose: Verbose = False) -> None:
    """Give the last account of a run again, as it was given. The exit code is the run's."""
    finish(read_report(run) or run_call(status_of(run)), json=json)


def finish(report: Report, *, json: bool) -> None:
    """Print the report: JSON on stdout, or text for people; exit with its code."""
    if json:
        print_json(document(report))
    say(text(report))
    if report.exit_code:
        raise typer.Exit(report.exit_code)
