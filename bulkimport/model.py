"""The values that rooms hand to each other."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from bulkimport.errors import BulkimportError, UsageError


class Kind(StrEnum):
    """What an import makes at the destination."""

    LABELS = "labels"
    PRELABELS = "prelabels"
    DATA_ROWS = "data-rows"


class OnExisting(StrEnum):
    """What becomes of a data row whose global key the destination has already."""

    SKIP = "skip"
    FAIL = "fail"
    UPDATE = "update"


DATASET = "dataset/"


LABELBOX = "labelbox"
LABELLERR = "labellerr"
SERVICES = (LABELBOX, LABELLERR)


@dataclass(frozen=True, slots=True)
class Address:
    """Where rows go: a service and a place in it, as in `labelbox:PROJECT_ID`."""

    service: str
    place: str

    @property
    def dataset(self) -> str:
        """The dataset's id in `labelbox:dataset/ID`; empty for a project."""
        return self.place.removeprefix(DATASET) if self.place.startswith(DATASET) else ""

    def __str__(self) -> str:
        """Give the form that `parse_address` reads."""
        return f"{self.service}:{self.place}"


def parse_address(text: str) -> Address:
    """Read `labelbox:PROJECT_ID` or `labellerr:PROJECT_ID`. Raises UsageError for others."""
    service, _, place = text.partition(":")
    if service not in SERVICES or not place.strip():
        raise UsageError(
            f"{text!r} is no destination",
            remedy="write labelbox:PROJECT_ID, labelbox:dataset/ID or labellerr:PROJECT_ID",
        )
    return Address(service, place)


# Offset and length of bytes in a plain file.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Framing:
    """The literal bytes of a document around its elements, by where they lie in its plain file.

    `head` stands before images, `middle` between images and annotations, `behind` between
    annotations and categories, `tail` at the end. `categories` are elements, a comma before each.
    """

    head: Span
    middle: Span
    behind: Span
    tail: Span
    categories: tuple[Span, ...]

    @property
    def fixed_bytes(self) -> int:
        """What every shard spends on the frame: all but the elements."""
        return sum(length for _, length in (self.head, self.middle, self.behind, self.tail))


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one submit carries: a name, exact size and digest, and its bytes.

    `open` gives a fresh stream for every attempt, of new `bytes` slices that are never reused.
    The stream checks its own digest and raises RunMismatch before the last slice leaves when
    the source no longer has the planned bytes.
    """

    name: str
    rows: int
    size: int
    digest: str
    open: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class PictureAt:
    """A picture that a row holds: its digest, and where its base64 stands in which source."""

    digest: str
    source: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service's acknowledgement of one import.

    `resent` when it was sent more than once: what it meets at the service may be its own.
    """

    name: str
    import_id: str
    resent: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service has the import. `adopted` when it was found by name instead of sent."""

    receipt: Receipt
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class TryLater:
    """Nothing is decided. `doubt` when the service may have committed all the same.

    `retry_after` is in seconds, as asked by the service. `pushback` when the service said that
    it is asked too much (429, 503) rather than that it is broken.
    """

    reason: str
    doubt: bool
    pushback: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class NameTaken:
    """The service has an import of this name already: ours from before, or a stranger's."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The body is larger than the service takes; nothing was committed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no. `fatal` when every other shard would meet it too (key, quota, project)."""

    error: BulkimportError
    fatal: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """The fate cannot be learned by what the service offers."""

    reason: str


Verdict = Accepted | TryLater | NameTaken | TooLarge | Refused


class ImportState(StrEnum):
    """How far the service is with an import."""

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class ImportStatus:
    """What the service says of one import. The URLs are secrets: they carry their own access.

    A service that judges an import as a whole gives no files, but its whole `answer`.
    """

    name: str
    import_id: str
    state: ImportState
    percent: int | None = None
    input_url: str | None = None
    status_url: str | None = None
    error_url: str | None = None
    answer: bytes | None = None

    def __repr__(self) -> str:
        """Leave the signed URLs out."""
        return f"ImportStatus({self.name!r}, {self.state}, {self.percent})"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that our checks refuse: a fact, not an exception.

    `offset` is the row's first byte in its source, `path` a JSON path inside the row, `slug`
    the rule's id for programs, `message` a sentence for people.
    """

    source: str
    line: int
    offset: int
    path: str
    slug: str
    found: str
    expected: str
    message: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where every row that was read is now: the eight numbers of the promise."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    held: int = 0
    failed: int = 0
    unsent: int = 0
    pending: int = 0
    unknown: int = 0

    def adds_up(self) -> bool:
        """Tell whether no row is missing and none is counted twice."""
        parts = (self.accepted, self.rejected, self.held, self.failed)
        open_parts = (self.unsent, self.pending, self.unknown)
        return self.read == sum(parts) + sum(open_parts)
