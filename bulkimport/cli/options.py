"""The flags that several commands share; each is `BULKIMPORT_…` in the environment too."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.engine.request import Uuids
from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.settings import API_KEY_VARIABLE, OPTION_PREFIX, Secret
from bulkimport.shards.group import Incomplete


def flag(name: str, text: str, **more: Any) -> Any:  # noqa: ANN401 - typer's own type
    """One option: `--some-flag`, `BULKIMPORT_SOME_FLAG`, its help."""
    variable = f"{OPTION_PREFIX}_{name.removeprefix('--').upper().replace('-', '_')}"
    return typer.Option(name, envvar=variable, help=text, show_envvar=False, **more)


Sources = Annotated[
    list[str], typer.Argument(help="Files, patterns or - for stdin; .gz and .zst are unpacked.")
]
Run = Annotated[Path, typer.Argument(help="The run's folder.")]
To = Annotated[str, flag("--to", "Where the rows go: labelbox:PROJECT_ID.")]
KindOption = Annotated[
    Kind, flag("--kind", "labels (ground truth) or prelabels (MAL); a decision, so no default.")
]
Endpoint = Annotated[
    str | None, flag("--endpoint", "The service's GraphQL address; also LABELBOX_ENDPOINT.")
]
KeyFile = Annotated[
    Path | None, flag("--key-file", f"A file with the API key; else {API_KEY_VARIABLE} is read.")
]
Runs = Annotated[Path, flag("--runs", "The folder that holds the runs' folders.")]
UuidsOption = Annotated[
    Uuids, flag("--uuids", "Give rows without a uuid one made of what they are, or keep them so.")
]
IncompleteOption = Annotated[
    Incomplete | None,
    flag(
        "--incomplete",
        "What becomes of the good rows of a data row that lost others to the checks: hold them "
        "back (default for labels) or send them (default for prelabels).",
    ),
]
RowsPerShard = Annotated[int, flag("--rows-per-shard", "Rows one import carries at most.", min=1)]
BytesPerShard = Annotated[str, flag("--bytes-per-shard", "Bytes one import carries at most.")]
MaxDataRowBytes = Annotated[
    str, flag("--max-data-row-bytes", "A data row with more bytes than this is rejected.")
]
First = Annotated[
    int | None,
    flag("--first", "Send a canary of so many data rows; without it the run goes on.", min=1),
]
AllOrNothing = Annotated[
    bool, flag("--all-or-nothing", "Send nothing if any row is rejected (exit 4).")
]
Again = Annotated[bool, flag("--again", "Send a finished run once more; labels will be doubled.")]
Json = Annotated[bool, flag("--json", "Print data as JSON on stdout.")]
Verbose = Annotated[bool, flag("--verbose", "Show the whole chain of causes of an error.")]


def read_key(key_file: Path | None) -> Secret:
    """Read the API key from the file or the environment. Raises UsageError when there is none."""
    if key_file is not None:
        try:
            key = Secret(key_file.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("the key file cannot be read", place=str(key_file)) from error
    else:
        key = Secret(os.environ.get(API_KEY_VARIABLE, ""))
    if not key:
        raise UsageError(
            "there is no API key", remedy=f"set {API_KEY_VARIABLE} or give --key-file"
        )
    return key
