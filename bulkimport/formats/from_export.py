"""Data rows of an export into files of rows, one file for each ordinal of label.

A label's ordinal is its place among the labels of its data row, from 1. So a file holds at most
one label of a data row, and rows of one label lie together. Data rows that follow each other and
have one key go on counting; that a data row comes again later is not seen here.
"""

from typing import Final

import orjson

from bulkimport.formats.export import Export
from bulkimport.formats.files import RowFiles
from bulkimport.formats.keys import Unmatched
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.shape import JSON, Malformed
from bulkimport.formats.splice import find_key
from bulkimport.formats.values import Place

UNCHANGED: Final = RowMaps()


class LabelFiles:
    """Takes the values of an export and writes what they become."""

    def __init__(
        self, export: Export, maps: RowMaps, *, files: RowFiles, refusals: Refusals
    ) -> None:
        self._export = export
        self._maps = maps
        self._files = files
        self._refusals = refusals
        self._key = ""
        self._ordinal = 0

    def give(self, value: bytes, place: Place) -> None:
        """Take one value: JSON of a data row, or else it is refused."""
        try:
            labels = self._export.labels(orjson.loads(value))
        except orjson.JSONDecodeError:
            self._refusals.broken(value, place)
        except Malformed as why:
            self._refusals.malformed(value, place, why=why)
        else:
            for rows in labels:
                self._write(rows, place)

    def _write(self, rows: list[JSON], place: Place) -> None:
        lines, key = self._mapped(rows, place)
        if not lines:
            return
        self._ordinal = self._ordinal + 1 if key == self._key else 1
        self._key = key
        self._files.of(self._ordinal).add(lines)

    def _mapped(self, rows: list[JSON], place: Place) -> tuple[list[bytes], str]:
        """The rows of a label as JSON, and their key; global keys that differ by case are one."""
        lines = [orjson.dumps(row) for row in rows]
        if self._maps == UNCHANGED:
            return lines, next(iter(rows[0]["dataRow"].values())).lower()
        mapped = []
        for line in lines:
            try:
                mapped.append(self._maps.apply(line))
            except Unmatched as why:
                self._refusals.unmatched(line, place, why=why)
        spot = find_key(mapped[0]) if mapped else None
        return mapped, "" if spot is None else spot.key.value.lower()
