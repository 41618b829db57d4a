"""`bulkimport doctor --to DEST`: what stands between this machine and an import."""

from pathlib import Path
from typing import Annotated, Final

import typer

from bulkimport.api import Options, endpoint_of, run
from bulkimport.cli.options import (
    CaBundle,
    Endpoint,
    Json,
    KeyFile,
    RequestsPerMinute,
    Runs,
    To,
    Verbose,
    flag,
    read_key,
)
from bulkimport.cli.output import print_json
from bulkimport.clock import SystemClock
from bulkimport.destinations.labelbox.media import wire_media
from bulkimport.engine.doctor.examination import Examination
from bulkimport.engine.doctor.finding import Check, Finding, State, exit_code
from bulkimport.model import parse_address
from bulkimport.settings import Settings

PATIENCE: Final = 30.0
MARKS: Final = {State.GOOD: "ok", State.WARNING: "warn", State.BAD: "BAD", State.UNKNOWN: "?"}

Media = Annotated[str | None, flag("--media", "What the rows are going to be: image, video, …")]


def doctor(
    to: To,
    media: Media = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    runs: Runs = Path(".bulkimport/runs"),
    requests_per_minute: RequestsPerMinute = 1400,
    ca_bundle: CaBundle = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Look at all that an import needs, each by itself, and say what to do about it.

    Changes nothing at the service. Exits as the import would: 0, or 4, 5, 6, 7.
    """
    address = parse_address(to)
    settings = Settings(
        requests_per_minute=requests_per_minute,
        ca_bundle=ca_bundle,
        connect_timeout=PATIENCE,
        answer_timeout=PATIENCE,
    )
    examination = Examination(
        endpoint=endpoint_of(Options(endpoint=endpoint)),
        runs=runs,
        settings=settings,
        clock=SystemClock(),
    )
    key = read_key(key_file, needed=False)
    wanted = wire_media(media) if media else None
    findings = run(examination.labelbox(address, key, media=wanted))
    code = exit_code(findings)
    if json:
        told = [finding.told() for finding in findings]
        print_json({"to": str(address), "exit_code": code, "findings": told})
    else:
        for finding in findings:
            typer.echo(line(finding))
    raise typer.Exit(code)


def line(finding: Finding) -> str:
    """One line for people."""
    width = max(map(len, Check))
    tail = f"; {finding.remedy}" if finding.remedy else ""
    return f"{MARKS[finding.state]:4}  {finding.check:{width}}  {finding.words}{tail}"
