"""Options of imports that send whole documents: what they are held to, and what doubt means."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer._click.globals import get_current_context

from bulkimport.api import Options
from bulkimport.cli.options import flag, read_key
from bulkimport.engine.request import Documents, DocumentShaping
from bulkimport.engine.service import LABELLERR_VARIABLES, needed_keys
from bulkimport.errors import UsageError
from bulkimport.formats.tables import TableFile
from bulkimport.model import LABELLERR, Address
from bulkimport.settings import LabellerrKeys, Secret
from bulkimport.uploads.submit import InDoubt


class Confidence(StrEnum):
    """How sure pre-annotations are, in the service's words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class WhenInDoubt(StrEnum):
    """What follows when a shard may have arrived."""

    RESEND = "resend"
    UNKNOWN = "unknown"


class Assumption(StrEnum):
    """What is taken to be true of the service."""

    RESENT_REPLACES = "resent-replaces"


Files = Annotated[
    Path | None,
    flag("--files", "Names of the project's files, one a line; else Labellerr is asked."),
]
Classes = Annotated[
    Path | None, flag("--classes", "Names of the project's classes, one a line (Labellerr).")
]
ConfBucket = Annotated[
    Confidence | None, flag("--conf-bucket", "How sure the pre-annotations are (Labellerr).")
]
InDoubtOption = Annotated[
    WhenInDoubt | None,
    flag(
        "--in-doubt",
        "What becomes of a shard that may have arrived at Labellerr: it is sent again and named "
        "as possibly double, or its fate is unknown.",
    ),
]
Assume = Annotated[
    Assumption | None,
    flag("--assume", "That a second upload replaces the first: none is named as double."),
]


def for_documents(options: Options) -> Options:
    """The options with what this command was asked for documents. Raises UsageError."""
    asked = get_current_context().params
    lists = {name: asked.get(name) for name in ("files", "classes")}
    bucket, doubt = asked.get("conf_bucket"), asked.get("in_doubt")
    documents = Documents(
        **{name: TableFile.at(path) for name, path in lists.items() if path},
        conf_bucket=Confidence(bucket).value if bucket else None,
    )
    shaping = options.shaping
    if shaping is not None and documents != Documents():
        shaping = DocumentShaping.of(shaping, documents)
    limits = replace(
        options.limits,
        in_doubt=InDoubt(doubt) if doubt else InDoubt.ASK,
        resent_replaces=asked.get("assume") == Assumption.RESENT_REPLACES,
    )
    return replace(options, shaping=shaping, limits=limits)


def read_keys(
    address: Address, key_file: Path | None, *, needed: bool = True
) -> Secret | LabellerrKeys | None:
    """Read the keys of the service that an address means, from the file or the environment.

    Raises UsageError when they are needed and there are none.
    """
    if address.service != LABELLERR:
        return read_key(key_file, needed=needed)
    keys = read_labellerr_keys(key_file)
    return needed_keys(address, keys) if needed else keys


def read_labellerr_keys(key_file: Path | None) -> LabellerrKeys | None:
    """Read a file of NAME=VALUE lines; None when there is no file. Raises UsageError."""
    if key_file is None:
        return None
    try:
        lines = key_file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the key file cannot be read", place=str(key_file)) from error
    pairs = (line.partition("=") for line in lines if "=" in line)
    named = {name.strip().removeprefix("export "): value for name, _, value in pairs}
    missing = [name for name in LABELLERR_VARIABLES if not named.get(name, "").strip()]
    if missing:
        raise UsageError(
            f"the key file has no {missing[0]}",
            place=str(key_file),
            remedy=f"write {', '.join(LABELLERR_VARIABLES)}, each as NAME=VALUE on its own line",
        )
    return LabellerrKeys(
        *(Secret(named[name].strip().strip("\"'")) for name in LABELLERR_VARIABLES)
    )
