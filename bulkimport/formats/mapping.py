"""Rows given other keys and names."""

from dataclasses import dataclass

from bulkimport.formats.benchmark import Marks
from bulkimport.formats.keys import Keys
from bulkimport.formats.names import NameMap
from bulkimport.formats.splice import key_changes, name_changes, spliced


@dataclass(frozen=True, slots=True)
class RowMaps:
    """What is changed in each row; nothing when neither is given."""

    keys: Keys | None = None
    names: NameMap | None = None
    marks: Marks | None = None

    def apply(self, row: bytes) -> bytes:
        """The row with key, names and mark, every other byte as it was. Raises Unmatched."""
        changes = key_changes(row, self.keys) if self.keys else []
        if self.names:
            changes += name_changes(row, self.names)
        row = spliced(row, changes) if changes else row
        mark = self.marks.change(row) if self.marks else None
        return spliced(row, [mark]) if mark else row
