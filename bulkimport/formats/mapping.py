"""Rows given other keys and names."""

from dataclasses import dataclass

from bulkimport.formats.keys import Keys
from bulkimport.formats.names import NameMap
from bulkimport.formats.splice import key_changes, name_changes, spliced


@dataclass(frozen=True, slots=True)
class RowMaps:
    """What is changed in each row; nothing when neither is given."""

    keys: Keys | None = None
    names: NameMap | None = None

    def apply(self, row: bytes) -> bytes:
        """The row with its new key and names, every other byte as it was. Raises Unmatched."""
        changes = key_changes(row, self.keys) if self.keys else []
        if self.names:
            changes += name_changes(row, self.names)
        return spliced(row, changes) if changes else row
