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
OPENING: Final = b"[{"
# From anywhere outside a string to the next bracket outside of one; brackets are rare, so quick.
TO_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+[\[\]{}]', re.DOTALL)
SCALAR: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^",\[\]{}]++', re.DOTALL)
BLANKS: Final = re.compile(rb"[ \t\r\n]*")


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
            if not last and (begin == len(block) or BYTE_ORDER_MARK.startswith(block)):
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
        while True:
            begin = self._pass(block, begin, _after_blanks(block, begin))
            sign = block[begin : begin + 1]
            if sign == b"]":
                return self._end(block, begin + 1)
            if sign == b",":
                begin += 1
                continue
            end = _end_of(block, begin) if sign else -1
            # What follows the element tells that it is whole.
            after = _after_blanks(block, end) if end >= 0 else len(block)
            if after == len(block):
                break
            if end == begin or block[after] not in b",]":
                raise SourceUnreadable("the array is broken", place=self._name)
            self._give(block[begin:end].rstrip(BLANK), Place(self._line, offset + begin))
            begin = self._pass(block, begin, end)
        if last:
            raise SourceUnreadable("the array is cut off", place=self._name)
        return begin

    def _pass(self, block: bytes, begin: int, end: int) -> int:
        """Go on to `end`, counting lines."""
        self._line += block.count(b"\n", begin, end)
        return end

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


def _after_blanks(block: bytes, begin: int) -> int:
    blanks = BLANKS.match(block, begin)
    return begin if blanks is None else blanks.end()


def _end_of(block: bytes, begin: int) -> int:
    """Where the element that begins here ends; -1 when its end is not there yet."""
    if block[begin] not in OPENING:
        scalar = SCALAR.match(block, begin)
        return -1 if scalar is None and block[begin : begin + 1] == b'"' else _end(scalar, begin)
    depth, at = 0, begin
    while (found := TO_BRACKET.match(block, at)) is not None:
        at = found.end()
        depth += 1 if block[at - 1] in OPENING else -1
        if depth == 0:
            return at
    return -1


def _end(found: re.Match[bytes] | None, begin: int) -> int:
    return begin if found is None else found.end()
