"""Objects: a tool of the ontology, somewhere on the data row."""

from collections.abc import Sequence
from dataclasses import dataclass

from bulkimport.rows.builders.features import (
    Classification,
    DataRow,
    Feature,
    Row,
    ScoredRow,
    Shape,
    begin,
    nest,
)


@dataclass(frozen=True, slots=True)
class Object(ScoredRow):
    """One object of a tool, with the answers to the questions below the tool.

        Object("car", Box(top=4, left=10, height=20.5, width=31))

    The shape says the kind: a Point, Box, Line, Polygon, one of the masks, a TextEntity,
    ConversationEntity, DocumentEntity or DocumentBox. Objects of a video are a Track.
    """

    feature: str | Feature
    shape: Shape
    classifications: Sequence[Classification] = ()

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        row = begin(data_row, self.feature, self.uuid)
        row.update(self.shape.members())
        if self.classifications:
            nest(row, self.classifications)
        if self.confidence is not None or self.metrics:
            self.add_scores(row)
        return row
