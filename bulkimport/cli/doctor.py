"""`bulkimport doctor --to DEST`: what stands between this machine and an import."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from bulkimport.api import run
from bulkimport.cli.documents import read_labellerr_keys
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
from bulkimport.engine.service import LABELLERR_VARIABLES, endpoint_for
from bulkimport.model import LABELLERR, parse_address
from bulkimport.settings import LabellerrKeys, Secret, Settings

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

    Changes nothing at the service. Exits as the import would: 0, or 3 to 7.
    """
    address = parse_address(to)
    settings = Settings(
        requests_per_minute=requests_per_minute,
        ca_bundle=ca_bundle,
        connect_timeout=PATIENCE,
        answer_timeout=PATIENCE,
    )
    examination = Examination(
        endpoint=endpoint or endpoint_for(address),
        runs=runs,
        settings=settings,
        clock=SystemClock(),
    )
    if address.service == LABELLERR:
        looking = examination.labellerr(address, read_labellerr_keys(key_file) or keys_set())
    else:
        wanted = wire_media(media) if media else None
        key = read_key(key_file, needed=False)
        looking = examination.labelbox(address, key, media=wanted)
    findings = run(looking)
    code = exit_code(findings)
    if json:
        told = [finding.told() for finding in findings]
        print_json({"to": str(address), "exit_code": code, "findings": told})
    else:
        for finding in findings:
            typer.echo(line(finding))
    raise typer.Exit(code)


def keys_set() -> LabellerrKeys:
    """The keys of the environment, blank where there is none: which one lacks is a finding."""
    return LabellerrKeys(*(Secret(os.environ.get(name, "")) for name in LABELLERR_VARIABLES))


def line(finding: Finding) -> str:
    """One line for people."""
    width = max(map(len, Check))
    tail = f"; {finding.remedy}" if finding.remedy else ""
    return f"{MARKS[finding.state]:4}  {finding.check:{width}}  {finding.words}{tail}"
