"""Places in a document: boxes on its pages, and tokens of its text layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bulkimport.rows.builders.features import Row
from bulkimport.rows.builders.geometry import Box


class Unit(StrEnum):
    """What a box on a page is measured in; a PERCENT value is a fraction, 0.5 is half the page."""

    POINTS = "POINTS"
    PIXELS = "PIXELS"
    INCHES = "INCHES"
    PERCENT = "PERCENT"


@dataclass(frozen=True, slots=True)
class DocumentBox:
    """A box on one page; pages count from 1."""

    box: Box
    page: int
    unit: Unit

    def members(self) -> Row:
        """The payload of a document box row."""
        return {**self.box.members(), "page": self.page, "unit": Unit(self.unit).value}


@dataclass(frozen=True, slots=True)
class TextSelection:
    """Tokens of one group of the text layer, by their ids there; pages count from 1."""

    group_id: str
    token_ids: Sequence[str]
    page: int

    def members(self) -> Row:
        """One of `textSelections`."""
        return {"groupId": self.group_id, "tokenIds": list(self.token_ids), "page": self.page}


@dataclass(frozen=True, slots=True)
class DocumentEntity:
    """Tokens of a document, of one group or of several."""

    selections: Sequence[TextSelection]

    def members(self) -> Row:
        """The payload of a document entity row."""
        return {"textSelections": [selection.members() for selection in self.selections]}
