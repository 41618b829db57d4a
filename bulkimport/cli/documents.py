"""Options of imports that send whole documents: what they are held to, and what doubt means."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from bulkimport.cli.options import flag, read_key
from bulkimport.engine.request import Documents, DocumentShaping, Shaping
from bulkimport.engine.service import LABELLERR_VARIABLES, needed_keys
from bulkimport.engine.work import Limits
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


@dataclass(frozen=True)
class DocumentFlags:
    """Flags that say what documents are held to."""

    files: Annotated[
        Path | None,
        flag("--files", "Names of the project's files, one a line; else Labellerr is asked."),
    ] = None
    classes: Annotated[
        Path | None, flag("--classes", "Names of the project's classes, one a line (Labellerr).")
    ] = None
    conf_bucket: Annotated[
        Confidence | None, flag("--conf-bucket", "How sure the pre-annotations are (Labellerr).")
    ] = None

    def added(self, shaping: Shaping) -> Shaping:
        """The same shaping, with what was asked for documents. Raises UsageError."""
        if self == DocumentFlags():
            return shaping
        documents = Documents(
            files=TableFile.at(self.files) if self.files else None,
            classes=TableFile.at(self.classes) if self.classes else None,
            conf_bucket=self.conf_bucket.value if self.conf_bucket else None,
        )
        return DocumentShaping.of(shaping, documents)


@dataclass(frozen=True)
class DoubtFlags:
    """Flags that say what becomes of a document that may have arrived."""

    in_doubt: Annotated[
        WhenInDoubt | None,
        flag(
            "--in-doubt",
            "What becomes of a shard that may have arrived at Labellerr: it is sent again and "
            "named as possibly double, or its fate is unknown.",
        ),
    ] = None
    assume: Annotated[
        Assumption | None,
        flag("--assume", "That a second upload replaces the first: none is named as double."),
    ] = None

    def added(self, limits: Limits) -> Limits:
        """The same limits, with what follows doubt."""
        return replace(
            limits,
            in_doubt=InDoubt(self.in_doubt) if self.in_doubt else InDoubt.ASK,
            resent_replaces=self.assume is Assumption.RESENT_REPLACES,
        )


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
