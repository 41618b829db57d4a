"""Rows to rows with other keys and names, line by line.

Rows keep their lines if they are to be found by them: line 7 of the source is then line 7 of the
file, and a row that is refused leaves a blank line.
"""

from bulkimport.formats.files import RowFile
from bulkimport.formats.keys import Unmatched
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Place


class MappedRows:
    """Takes blocks of a file of rows and writes each line with its changes."""

    def __init__(
        self, maps: RowMaps, file: RowFile, refusals: Refusals, *, keep_lines: bool
    ) -> None:
        self._keep_lines = keep_lines
        self._maps = maps
        self._file = file
        self._refusals = refusals
        self._line = 0

    def take(self, block: bytes, offset: int, *, last: bool) -> int:
        """Take a block that lies at `offset` and return how many bytes were consumed."""
        end = len(block) if last else block.rfind(b"\n") + 1
        begin = 0
        while begin < end:
            until = block.find(b"\n", begin)
            until = end if until < 0 else until
            self._one(block[begin:until], offset + begin)
            begin = until + 1
        return end

    def _one(self, line: bytes, offset: int) -> None:
        self._line += 1
        row = line.strip()
        if not row:
            self._blank(line)
            return
        try:
            self._file.add((self._maps.apply(line),))
        except Unmatched as why:
            place = Place(self._line, offset + line.index(row))
            self._refusals.unmatched(row, place, why=why)
            self._blank()

    def _blank(self, line: bytes = b"") -> None:
        if self._keep_lines:
            self._file.add_blank(line)
