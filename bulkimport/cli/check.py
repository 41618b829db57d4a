"""`bulkimport check`: every row against the rules, offline."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bulkimport.api import check_rows, run
from bulkimport.cli.options import Json, Sources, Verbose, flag
from bulkimport.cli.output import print_json, say
from bulkimport.cli.signals import stopped_by_signals
from bulkimport.engine.checking import Checked
from bulkimport.errors import ChecksFailed
from bulkimport.model import Rejection

Rejected = Annotated[
    Path | None, flag("--rejected", "Write every rejected row here, one JSON line each.")
]


def check(
    sources: Sources, rejected: Rejected = None, json: Json = False, verbose: Verbose = False
) -> None:
    """Check every byte of every row; nothing is sent. Exit 0 when all rows may go, 4 else."""
    checked = run(_checked(sources, rejected))
    if json:
        print_json({k: v for k, v in asdict(checked).items() if k != "samples"})
    else:
        for rejection in checked.samples:
            say(sentence(rejection))
        say(summary(checked))
    if checked.rejected:
        raise typer.Exit(ChecksFailed.exit_code)


async def _checked(sources: list[str], rejected: Path | None) -> Checked:
    async with stopped_by_signals() as stop:
        return await check_rows(sources, rejected=rejected, stop=stop)


def sentence(rejection: Rejection) -> str:
    """One rejection as one line: place, rule, what is wrong, what would be right."""
    where = f"{rejection.source}:{rejection.line}"
    path = "" if rejection.path in ("", "$") else f" at {rejection.path}"
    message = f"{where}: {rejection.slug}{path}: {rejection.message}"
    return f"{message}; expected {rejection.expected}"


def summary(checked: Checked) -> str:
    """The counts, and how many rows broke each rule."""
    lines = [f"{checked.read:,} rows read, {checked.ok:,} ok, {checked.rejected:,} rejected"]
    lines += [f"  {slug}: {count:,}" for slug, count in checked.by_slug.items()]
    lines += [f"  warning {slug}: {count:,}" for slug, count in checked.warnings.items()]
    return "\n".join(lines)
