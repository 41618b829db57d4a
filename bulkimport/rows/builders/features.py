"""What every row says first: the data row it is on, and the feature of the ontology it shows."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Protocol
from uuid import UUID

from bulkimport.errors import UsageError

Row = dict[str, Any]
Metrics = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class DataRow:
    """The asset that annotations are on, by exactly one of its two names.

    Raises UsageError for none or both of them.
    """

    id: str | None = None
    global_key: str | None = None

    def __post_init__(self) -> None:
        if bool(self.id) is bool(self.global_key):
            raise UsageError(
                "a data row is named by its id or by its global key",
                remedy="give exactly one of id and global_key",
            )

    def members(self) -> Row:
        """What `dataRow` holds on the wire."""
        if self.global_key:
            return {"globalKey": self.global_key}
        return {"id": self.id}


@dataclass(frozen=True, slots=True)
class Feature:
    """A tool, question or option of the ontology by its schema id, or by both of its names.

    Wherever a feature is asked for, a bare string is its name. Raises UsageError for neither.
    """

    name: str | None = None
    schema_id: str | None = None

    def __post_init__(self) -> None:
        if self.name is None and self.schema_id is None:
            raise UsageError(
                "a feature of the ontology has to be named", remedy="give name or schema_id"
            )

    def members(self) -> Row:
        """What names the feature on the wire."""
        named = {"name": self.name, "schemaId": self.schema_id}
        return {member: value for member, value in named.items() if value is not None}


class Annotation(Protocol):
    """What becomes one row."""

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        ...


class Classification(Protocol):
    """A question and its answer, where it stands below something else."""

    def nested(self) -> Row:
        """The members of the answer without those that only a row has."""
        ...


class Shape(Protocol):
    """Where an object is: geometry, a mask, or a place in a text."""

    def members(self) -> Row:
        """The payload, under the key that says what kind it is."""
        ...


@dataclass(frozen=True, slots=True)
class Scored:
    """What a model thinks of its answer. Kept to the letter; no import of today reads it.

    `confidence` lies within 0 and 1, and 0 is a value like any other. `metrics` are pairs of name
    and value.
    """

    _: KW_ONLY
    confidence: float | None = None
    metrics: Metrics = ()

    def add_scores(self, members: Row) -> None:
        """Write the scores that there are."""
        if self.confidence is not None:
            members["confidence"] = self.confidence
        if self.metrics:
            members["customMetrics"] = [
                {"name": name, "value": value} for name, value in self.metrics
            ]


@dataclass(frozen=True, slots=True)
class ScoredRow(Scored):
    """A row with scores. Without a `uuid` the import fills one in; relationships need it."""

    _: KW_ONLY
    uuid: UUID | str | None = None


def named(feature: str | Feature) -> Row:
    """What names a feature on the wire."""
    return {"name": feature} if isinstance(feature, str) else feature.members()


def begin(data_row: DataRow, feature: str | Feature, uuid: UUID | str | None) -> Row:
    """The members that a row starts with."""
    row: Row = {"dataRow": data_row.members()}
    if isinstance(feature, str):
        row["name"] = feature
    else:
        row.update(feature.members())
    if uuid is not None:
        row["uuid"] = str(uuid)
    return row


def nest(members: Row, classifications: Sequence[Classification]) -> None:
    """Write the classifications below something, if there are any."""
    if classifications:
        members["classifications"] = [below.nested() for below in classifications]
