"""Relationships between two annotations of a data row. They are imported as pre-labels alone."""

from dataclasses import KW_ONLY, dataclass
from typing import Protocol
from uuid import UUID

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import DataRow, Feature, Row, begin


class Identified(Protocol):
    """An annotation with a place for a uuid."""

    @property
    def uuid(self) -> UUID | str | None:
        """The uuid of its row."""
        ...


End = Identified | UUID | str


@dataclass(frozen=True, slots=True)
class Relationship:
    """An edge from `source` to `target`, annotations with a uuid, or the uuids of their rows.

        car = Object("car", Box(1, 2, 3, 4), uuid=uuid4())
        Relationship("drives", source=driver, target=car)

    On a document the source may be a feature of the ontology instead, by `source_feature`.
    `readonly` is beta at the service. Raises UsageError when an end has no uuid, or when there is
    not exactly one source.
    """

    feature: str | Feature
    _: KW_ONLY
    target: End
    source: End | None = None
    source_feature: str | None = None
    bidirectional: bool = False
    readonly: bool | None = None
    uuid: UUID | str | None = None

    def __post_init__(self) -> None:
        if (self.source is None) is (self.source_feature is None):
            raise UsageError(
                "a relationship has one source", remedy="give one of source and source_feature"
            )
        for end in (self.source, self.target):
            if end is not None:
                _uuid(end)

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        relationship: Row = {}
        if self.source is not None:
            relationship["source"] = _uuid(self.source)
        else:
            relationship["sourceOntologyName"] = self.source_feature
        relationship["target"] = _uuid(self.target)
        relationship["type"] = "bidirectional" if self.bidirectional else "unidirectional"
        if self.readonly is not None:
            relationship["readonly"] = self.readonly
        return {
            **begin(data_row, self.feature, self.uuid),
            "relationship": relationship,
        }


def _uuid(end: End) -> str:
    uuid = end if isinstance(end, str | UUID) else end.uuid
    if uuid is None:
        raise UsageError(
            "a relationship points at an annotation that has no uuid",
            remedy="give it one: uuid=uuid4()",
        )
    return str(uuid)
