"""The JSON values of a file, one at a time: lines of NDJSON, or the elements of one array.

Both take blocks as `source.blocks.walk` hands them out, so a file is read once, flat, and digested
on the way. What begins with `[` is an array, whatever its line ends.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bulkimport.errors import SourceUnreadable

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
BLANK: Final = b" \t\r\n"
# A whole string, a bracket, a comma; or the beginning of a string whose end is not there yet.
TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},]|"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lies: its line, from 1, and the offset of its first byte."""

    line: int
    offset: int


Give = Callable[[bytes, Place], None]


class Values:
    """Takes blocks of a file and gives its values; blank lines are no values."""

    def __init__(self, give: Give, *, name: str) -> None:
        """`give` is called with each value; `name` is the file's for messages."""
        self._give = give
        self._name = name
        self._line = 1
        self._array: bool | None = None
        self._ended = False

    def take(self, block: bytes, offset: int, *, last: bool) -> int:
        """Take a block that lies at `offset` and return how many bytes were consumed.

        Raises SourceUnreadable when an array is no JSON array.
        """
        if self._ended:
            return self._end(block, 0)
        begin = 0
        if self._array is None:
            begin = _begin(block)
            if begin == len(block) and not last:
                return 0
            self._array = block[begin : begin + 1] == b"["
            self._line += block.count(b"\n", 0, begin)
            begin += self._array
        if self._array:
            return self._elements(block, begin, offset=offset, last=last)
        return self._lines(block, begin, offset=offset, last=last)

    def _lines(self, block: bytes, begin: int, *, offset: int, last: bool) -> int:
        while (end := block.find(b"\n", begin)) >= 0:
            self._one(block[begin:end], Place(self._line, offset + begin))
            self._line += 1
            begin = end + 1
        if last:
            self._one(block[begin:], Place(self._line, offset + begin))
            return len(block)
        return begin

    def _elements(self, block: bytes, begin: int, *, offset: int, last: bool) -> int:
        depth = 0
        for token in TOKEN.finditer(block, begin):
            sign, at = token[0], token.start()
            if sign == b'"':
                break
            if sign in (b"[", b"{"):
                depth += 1
            elif sign in (b"]", b"}"):
                depth -= 1
            if depth < 0 or (depth == 0 and sign == b","):
                self._one(block[begin:at], Place(self._line, offset + begin))
                self._line += block.count(b"\n", begin, at)
                begin = at + 1
            if depth < 0:
                return self._end(block, begin)
        if last:
            raise SourceUnreadable("the array is cut off", place=self._name)
        return begin

    def _end(self, block: bytes, begin: int) -> int:
        self._ended = True
        if block[begin:].strip(BLANK):
            raise SourceUnreadable("something follows the array", place=self._name)
        return len(block)

    def _one(self, value: bytes, place: Place) -> None:
        blank = len(value) - len(value.lstrip(BLANK))
        if blank < len(value):
            line = place.line + value.count(b"\n", 0, blank)
            self._give(value.strip(BLANK), Place(line, place.offset + blank))


def _begin(block: bytes) -> int:
    """Where the first value begins; a byte order mark is passed over."""
    mark = len(BYTE_ORDER_MARK) if block.startswith(BYTE_ORDER_MARK) else 0
    return len(block) - len(block[mark:].lstrip(BLANK))
