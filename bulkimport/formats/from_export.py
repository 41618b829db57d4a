"""Data rows of an export into files of rows, one file for each ordinal of label.

So a file holds at most one label of a data row, and rows of one label lie together. Should two
data rows of the export, one after the other, turn out to have one key, then a blank line is between
them: what lies together without one is one label.
"""

import orjson

from bulkimport.formats.export import Export
from bulkimport.formats.files import RowFiles
from bulkimport.formats.keys import Unmatched
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.shape import JSON, Malformed
from bulkimport.formats.splice import find_key
from bulkimport.formats.values import Place


class LabelFiles:
    """Takes the values of an export and writes what they become."""

    def __init__(
        self, export: Export, maps: RowMaps, *, files: RowFiles, refusals: Refusals
    ) -> None:
        self._export = export
        self._maps = maps
        self._files = files
        self._refusals = refusals
        self._last: dict[int, str] = {}

    def give(self, value: bytes, place: Place) -> None:
        """Take one value: JSON of a data row, or else it is refused."""
        try:
            labels = self._export.labels(orjson.loads(value))
        except orjson.JSONDecodeError:
            self._refusals.broken(value, place)
        except Malformed as why:
            self._refusals.malformed(value, place, why=why)
        else:
            for ordinal, rows in enumerate(labels, start=1):
                self._write(ordinal, rows, place)

    def _write(self, ordinal: int, rows: list[JSON], place: Place) -> None:
        lines = [line for row in rows if (line := self._mapped(orjson.dumps(row), place))]
        if not lines:
            return
        file = self._files.of(ordinal)
        key = _key_of(lines[0])
        if self._last.get(ordinal) == key:
            file.add(b"")
        self._last[ordinal] = key
        for line in lines:
            file.add(line)

    def _mapped(self, row: bytes, place: Place) -> bytes | None:
        try:
            return self._maps.apply(row)
        except Unmatched as why:
            self._refusals.unmatched(row, place, why=why)
            return None


def _key_of(row: bytes) -> str:
    """A row's key; global keys that differ by case only are one."""
    spot = find_key(row)
    return "" if spot is None else spot.key.value.lower()
