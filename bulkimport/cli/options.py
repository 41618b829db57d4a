"""The flags that several commands share; each is `BULKIMPORT_…` in the environment too."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.cli.quantities import Share, parse_seconds, parse_share, parse_size
from bulkimport.engine.request import (
    NO_CONVERSION,
    NO_MASKS,
    Masks,
    Shaping,
    Uuids,
    default_incomplete,
    most_rows,
)
from bulkimport.engine.work import Limits
from bulkimport.errors import UsageError
from bulkimport.formats.conversion import Conversion
from bulkimport.formats.tables import TableFile
from bulkimport.model import Kind, OnExisting
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import (
    API_KEY_VARIABLE,
    MOST_REJECTIONS,
    OPTION_PREFIX,
    Secret,
    Settings,
)
from bulkimport.shards.group import Incomplete


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
RowsPerShard = Annotated[
    int | None,
    flag(
        "--rows-per-shard",
        "Rows one import carries at most: 100,000 if not given, of data rows 150,000.",
        min=1,
    ),
]
OnExistingOption = Annotated[
    OnExisting | None,
    flag("--on-existing", "Of data rows: what becomes of those whose key is there; skip if not."),
]
Iam = Annotated[
    str | None,
    flag("--iam", "Of data rows: who signs for the dataset's assets: default, none or an id."),
]
BytesPerShard = Annotated[
    str, flag("--bytes-per-shard", "Bytes one import carries at most; for Labellerr 25,000,000.")
]
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


MaxFailed = Annotated[
    str | None, flag("--max-failed", "Stop when more rows than this failed: 500 or 1%.")
]
MaxInFlight = Annotated[int, flag("--max-in-flight", "Uploads at once, at most.", min=1)]
RequestsPerMinute = Annotated[
    int, flag("--requests-per-minute", "Requests to the service a minute, at most.", min=1)
]
MaxDuration = Annotated[str | None, flag("--max-duration", "Stop after this long, resumable.")]
MaxBytes = Annotated[str | None, flag("--max-bytes", "Send no more than this, resumable.")]
Memory = Annotated[
    str, flag("--memory", "Bytes under way or not yet settled at once; not held in memory.")
]
NoWait = Annotated[bool, flag("--no-wait", "Do not wait for the service's verdict on each row.")]
Grace = Annotated[str, flag("--grace", "How long uploads under way may finish after a signal.")]
QuietWindow = Annotated[
    str,
    flag("--quiet-window", "How long an upload without an answer is looked for before a resend."),
]
Patience = Annotated[
    str, flag("--patience", "How long a service that is away is waited for before stopping.")
]
Timeout = Annotated[str, flag("--timeout", "How long an import may take at the service.")]
Bisect = Annotated[
    bool, flag("--bisect", "Split a shard that fails as a whole until the bad data row is alone.")
]
KeepAccepted = Annotated[
    bool, flag("--keep-accepted", "Write accepted rows down too, in RUN/accepted, a file a shard.")
]
CaBundle = Annotated[str | None, flag("--ca-bundle", "A file of certificate authorities to trust.")]
LogFormat = Annotated[
    LogForm, flag("--log-format", "Heartbeats as lines of text or as JSON objects.")
]


def read_shaping(
    kind: Kind,
    *,
    uuids: Uuids,
    incomplete: Incomplete | None,
    rows_per_shard: int | None,
    bytes_per_shard: str,
    max_data_row_bytes: str,
    conversion: Conversion = NO_CONVERSION,
    ruling: Ruling | None = None,
    assets: Path | None = None,
    masks: Masks = NO_MASKS,
    on_existing: OnExisting | None = None,
) -> Shaping:
    """The options that decide what is sent. Raises UsageError for what cannot be meant."""
    most = most_rows(kind)
    if rows_per_shard is not None and rows_per_shard > most:
        raise UsageError(
            f"{rows_per_shard:,} rows are more than one import carries",
            place="--rows-per-shard",
            remedy=f"at most {most:,}",
        )
    if on_existing is not None and kind is not Kind.DATA_ROWS:
        raise UsageError("only data rows can be there already", place="--on-existing")
    return Shaping(
        uuids=uuids,
        incomplete=incomplete or default_incomplete(kind),
        rows_per_shard=rows_per_shard or most,
        bytes_per_shard=parse_size(bytes_per_shard),
        max_data_row_bytes=parse_size(max_data_row_bytes),
        conversion=conversion,
        ruling=ruling,
        assets=TableFile.at(assets) if assets else None,
        masks=masks,
        on_existing=on_existing,
    )


def read_settings(
    *,
    max_in_flight: int,
    requests_per_minute: int,
    max_duration: str | None,
    bytes_in_flight: str,
    grace: str,
    quiet_window: str,
    outage_patience: str,
    settle_deadline: str,
    ca_bundle: str | None,
    max_rejections: int = MOST_REJECTIONS,
) -> Settings:
    """How much, how long, how many."""
    return Settings(
        max_rejections=max_rejections,
        max_in_flight=max_in_flight,
        requests_per_minute=requests_per_minute,
        max_duration=parse_seconds(max_duration) if max_duration else None,
        bytes_in_flight=parse_size(bytes_in_flight),
        grace=parse_seconds(grace),
        quiet_window=parse_seconds(quiet_window),
        outage_patience=parse_seconds(outage_patience),
        settle_deadline=parse_seconds(settle_deadline),
        ca_bundle=ca_bundle,
    )


def read_limits(
    *,
    max_failed: str | None,
    max_bytes: str | None,
    no_wait: bool,
    bisect: bool,
    keep_accepted: bool,
) -> Limits:
    """How far the run goes."""
    share = parse_share(max_failed) if max_failed else Share()
    return Limits(
        max_failed=share.rows,
        max_failed_percent=share.percent,
        max_bytes=parse_size(max_bytes) if max_bytes else None,
        wait=not no_wait,
        bisect=bisect,
        keep_accepted=keep_accepted,
    )
