"""What a caller asks for, and which part of it decides what is sent."""

from collections.abc import AsyncIterable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from bulkimport.engine.mask_rules import MaskLook
from bulkimport.errors import InternalError
from bulkimport.formats.conversion import Conversion
from bulkimport.formats.tables import TableFile
from bulkimport.model import LABELLERR, Address, Kind, OnExisting
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import MEBIBYTE
from bulkimport.shards.cut import ShardCaps
from bulkimport.shards.group import Caps, Incomplete

MOST_ROWS_PER_SHARD = 100_000
MOST_DATA_ROWS_PER_SHARD = 150_000
STANDARD_BYTES = 64 * MEBIBYTE
NO_CONVERSION = Conversion()
# An option of a plan that was made without asking the project for its medium and ontology.
PROJECT = "project rules"
UNASKED = "unasked"
# Options of a plan of documents: a digest of the project's file names, and how sure they are.
PROJECT_FILES = "project files"
CONF_BUCKET = "conf_bucket"
UNMATCHED = "R-COCO-4"


class Uuids(StrEnum):
    """What to do with rows that have no uuid."""

    FILL = "fill"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Masks:
    """What is asked for rows with masks: a look at pictures, at most so many rows a shard.

    With `upload` an import sends pictures first, and the rows name their addresses.
    """

    look: MaskLook | None = None
    rows_per_shard: int | None = None
    upload: bool = False

    def options(self) -> dict[str, str]:
        """Only what was asked for, as text."""
        upload = self.upload or None
        asked = {"masks": self.look, "mask_rows": self.rows_per_shard, "upload_masks": upload}
        return {name: str(value) for name, value in asked.items() if value is not None}


NO_MASKS = Masks()


@dataclass(frozen=True, slots=True)
class Shaping:
    """The options that decide what is sent; with sources and destination they make the run."""

    uuids: Uuids = Uuids.FILL
    incomplete: Incomplete = Incomplete.HOLD
    rows_per_shard: int = MOST_ROWS_PER_SHARD
    bytes_per_shard: int = STANDARD_BYTES
    max_data_row_bytes: int = 256 * MEBIBYTE
    conversion: Conversion = NO_CONVERSION
    ruling: Ruling | None = None
    assets: TableFile | None = None
    masks: Masks = NO_MASKS
    on_existing: OnExisting | None = None

    def options(self) -> dict[str, str]:
        """Every option as text, for the run's key and the plan; files by their digest.

        Only what was asked for: what the project says may change between two invocations, and the
        second must find the run of the first.
        """
        made = ("conversion", "ruling", "assets", "masks")
        names = (field.name for field in fields(Shaping))
        own = {name: str(getattr(self, name)) for name in names if name not in made}
        if self.on_existing is None:
            del own["on_existing"]
        rules = self.ruling.options() if self.ruling else {}
        sizes = {"assets": self.assets.digest} if self.assets else {}
        return own | self.conversion.options() | rules | sizes | self.masks.options()

    def decided(self) -> dict[str, str]:
        """The options with a digest of the rules that rows were held against, for the plan."""
        rules = self.rules()
        if rules is None:
            return self.options()
        unasked = {} if rules.known else {PROJECT: UNASKED}
        return self.options() | {"rules": rules.digest()} | unasked

    def rules(self) -> Ruling | None:
        """What rows are held against; to have no uuid is no fault of rows that are given one."""
        if self.ruling is None or self.uuids is Uuids.KEEP:
            return self.ruling
        return self.ruling.without("R-ID-5")

    def in_project(self, media_type: str | None, ontology: str | None) -> "Shaping":
        """Take what the rules lack from the project."""
        if self.ruling is None:
            return self
        return replace(self, ruling=self.ruling.in_project(media_type, ontology))

    def shard_caps(self) -> ShardCaps:
        """What one shard carries."""
        return ShardCaps(self.rows_per_shard, self.bytes_per_shard, self.masks.rows_per_shard)

    def caps(self) -> Caps:
        """What one data row may have."""
        fill = self.uuids is Uuids.FILL
        return Caps(rows=MOST_ROWS_PER_SHARD, bytes=self.max_data_row_bytes, fill=fill)


@dataclass(frozen=True, slots=True)
class Documents:
    """What shapes documents: lists of the project's files and classes, and how sure they are."""

    files: TableFile | None = None
    classes: TableFile | None = None
    conf_bucket: str | None = None

    def options(self) -> dict[str, str]:
        """What was asked for, as text; lists by their digest."""
        lists = {"files": self.files, "classes": self.classes}
        digests = {name: file.digest for name, file in lists.items() if file}
        return digests | ({CONF_BUCKET: self.conf_bucket} if self.conf_bucket else {})


@dataclass(frozen=True, slots=True)
class DocumentShaping(Shaping):
    """What decides what is sent where a destination takes whole documents."""

    documents: Documents = field(default_factory=Documents)

    @classmethod
    def of(cls, shaping: Shaping, documents: Documents) -> "DocumentShaping":
        """The same for documents."""
        own = {one.name: getattr(shaping, one.name) for one in fields(Shaping)}
        return cls(**own, documents=documents)

    def options(self) -> dict[str, str]:
        """Every option as text, as of rows."""
        # Without arguments `super` finds another class, since slots make a new one.
        return Shaping.options(self) | self.documents.options()

    def decided_with(self, files: str | None) -> dict[str, str]:
        """The options for the plan; `files` is the digest of the project's file names."""
        rules = self.rules()
        held = {"rules": rules.digest()} if rules else {}
        looked = {PROJECT_FILES: files} if files else {}
        unasked = {} if files or not self.needs_files() else {PROJECT: UNASKED}
        return self.options() | held | looked | unasked

    def needs_files(self) -> bool:
        """Whether the names of images are held against those of the project's files."""
        return (self.ruling or Ruling()).severities()[UNMATCHED] is not Severity.OFF


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows made in Python: a name for messages and the (async) iterable that gives them once."""

    name: str
    rows: Iterable[object] | AsyncIterable[object]


@dataclass(frozen=True, slots=True)
class Request:
    """One import as asked for. `sources` are paths, patterns and `-`; `rows` come from Python.

    `first` is the canary: stop after so many data rows. `again` sends once more what a finished
    run has sent.
    """

    sources: Sequence[str]
    destination: Address
    endpoint: str
    kind: Kind
    runs: Path
    shaping: Shaping = field(default_factory=Shaping)
    rows: Rows | None = None
    stdin: BinaryIO | None = None
    first: int | None = None
    again: bool = False

    def led_by(self, data_rows: Path) -> "Request":
        """The request with the project's data rows in a file, by which its rows are led."""
        conversion = self.shaping.conversion.led_by(data_rows)
        return replace(self, shaping=replace(self.shaping, conversion=conversion))


def takes_documents(destination: Address) -> bool:
    """Whether a destination takes whole documents in place of rows."""
    return destination.service == LABELLERR


def document_shaping(request: "Request") -> DocumentShaping:
    """What shapes the documents of a request. Raises InternalError when it asks for rows."""
    if not isinstance(request.shaping, DocumentShaping):
        raise InternalError("documents are asked for by a request of rows")
    return request.shaping


def default_incomplete(kind: Kind) -> Incomplete:
    """Labels must be whole, so they are held; pre-labels may go without a rejected row."""
    return Incomplete.HOLD if kind is Kind.LABELS else Incomplete.SEND


def most_rows(kind: Kind) -> int:
    """How many rows one import carries at most; of data rows it is those of one task."""
    return MOST_DATA_ROWS_PER_SHARD if kind is Kind.DATA_ROWS else MOST_ROWS_PER_SHARD


def default_shaping(kind: Kind) -> Shaping:
    """What shapes the rows of this kind when nothing is asked for."""
    return Shaping(incomplete=default_incomplete(kind), rows_per_shard=most_rows(kind))


def asked_shaping(kind: Kind, given: Shaping | None, *, now: float) -> Shaping:
    """What was asked for, made whole for this kind: data rows are held to no rules of rows."""
    shaping = given or default_shaping(kind)
    if kind is Kind.DATA_ROWS:
        return replace(shaping, ruling=None, on_existing=shaping.on_existing or OnExisting.SKIP)
    return replace(shaping, ruling=replace(shaping.ruling or Ruling(), kind=kind, now=int(now)))
