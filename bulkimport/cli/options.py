"""The flags that several commands share; each is `BULKIMPORT_…` in the environment too."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.settings import API_KEY_VARIABLE, OPTION_PREFIX, Secret


class LogForm(StrEnum):
    """How heartbeats look."""

    TEXT = "text"
    JSON = "json"


def flag(name: str, text: str, **more: Any) -> Any:  # noqa: ANN401 - typer's own type
    """One option: `--some-flag`, `BULKIMPORT_SOME_FLAG`, its help."""
    variable = f"{OPTION_PREFIX}_{name.removeprefix('--').upper().replace('-', '_')}"
    return typer.Option(name, envvar=variable, help=text, show_envvar=False, **more)


Sources = Annotated[
    list[str], typer.Argument(help="Files, patterns or - for stdin; .gz and .zst are unpacked.")
]
Run = Annotated[Path, typer.Argument(help="The run's folder.")]
To = Annotated[
    str,
    flag("--to", "Where it goes: labelbox:PROJECT_ID, labelbox:dataset/ID, labellerr:PROJECT_ID."),
]
KindOption = Annotated[
    Kind,
    flag(
        "--kind",
        "labels (ground truth), prelabels (MAL) or data-rows; a decision, so no default.",
    ),
]
Endpoint = Annotated[
    str | None,
    flag("--endpoint", "The service's address; also LABELBOX_ENDPOINT, LABELLERR_ENDPOINT."),
]
KeyFile = Annotated[
    Path | None, flag("--key-file", f"A file with the API key; else {API_KEY_VARIABLE} is read.")
]
Runs = Annotated[Path, flag("--runs", "The folder that holds the runs' folders.")]
Iam = Annotated[
    str | None,
    flag("--iam", "Of data rows: who signs for the dataset's assets: default, none or an id."),
]
First = Annotated[
    int | None,
    flag("--first", "Send a canary of so many data rows; without it the run goes on.", min=1),
]
AllOrNothing = Annotated[
    bool, flag("--all-or-nothing", "Send nothing if any row is rejected (exit 4).")
]
Again = Annotated[bool, flag("--again", "Send a finished run once more; labels will be doubled.")]
MaxRejections = Annotated[
    int,
    flag(
        "--max-rejections",
        "Explain and write down so many faults at most; rows beyond are rejected and counted.",
        min=0,
    ),
]
Json = Annotated[bool, flag("--json", "Print data as JSON on stdout.")]
Verbose = Annotated[bool, flag("--verbose", "Show the whole chain of causes of an error.")]
MaxInFlight = Annotated[int, flag("--max-in-flight", "Uploads at once, at most.", min=1)]
RequestsPerMinute = Annotated[
    int, flag("--requests-per-minute", "Requests to the service a minute, at most.", min=1)
]
Memory = Annotated[
    str, flag("--memory", "Bytes under way or not yet settled at once; not held in memory.")
]
Grace = Annotated[str, flag("--grace", "How long uploads under way may finish after a signal.")]
QuietWindow = Annotated[
    str,
    flag("--quiet-window", "How long an upload without an answer is looked for before a resend."),
]
Patience = Annotated[
    str, flag("--patience", "How long a service that is away is waited for before stopping.")
]
Timeout = Annotated[str, flag("--timeout", "How long an import may take at the service.")]
CaBundle = Annotated[str | None, flag("--ca-bundle", "A file of certificate authorities to trust.")]
LogFormat = Annotated[
    LogForm, flag("--log-format", "Heartbeats as lines of text or as JSON objects.")
]


def read_key(key_file: Path | None, *, needed: bool = True) -> Secret:
    """Read the API key from the file or the environment.

    Raises UsageError when there is none and it is needed.
    """
    if key_file is not None:
        try:
            key = Secret(key_file.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("the key file cannot be read", place=str(key_file)) from error
    else:
        key = Secret(os.environ.get(API_KEY_VARIABLE, ""))
    if not key and needed:
        raise UsageError("there is no API key", remedy=f"set {API_KEY_VARIABLE} or give --key-file")
    return key
