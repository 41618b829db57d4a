"""A window of a row's text around what is wrong, for a caret under it."""

from dataclasses import dataclass

from bulkimport.model import Rejection
from bulkimport.native import explain

CHARACTERS_BEFORE = 32
CHARACTERS = 88
# The longest UTF-8 takes this many bytes for a character.
MOST_BYTES = 4
CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a row on one line; what is wrong begins after `before`."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A fault to be shown, with the text around it where one place in the row is at fault."""

    rejection: Rejection
    excerpt: Excerpt | None = None


def sample_of(rejection: Rejection, row: bytes, at: int | None = None) -> Sample:
    """Keep what is shown of a fault at byte `at` of its row; the scan is asked where None."""
    if at is None:
        fault = explain(row)
        if fault.code == "ok":
            return Sample(rejection)
        at = fault.at
    return Sample(rejection, excerpt_at(row, at))


def excerpt_at(row: bytes, at: int) -> Excerpt:
    """Cut out the text around byte `at`; control characters become visible, none is lost."""
    begin = max(0, at - CHARACTERS_BEFORE * MOST_BYTES)
    before = _plain(row[begin:at])
    after = _plain(row[at : at + CHARACTERS * MOST_BYTES])
    if begin or len(before) > CHARACTERS_BEFORE:
        before = CUT + before[1 - CHARACTERS_BEFORE :]
    room = CHARACTERS - len(before)
    if len(after) > room or len(row) > at + CHARACTERS * MOST_BYTES:
        after = after[: room - 1] + CUT
    return Excerpt(before, after)


def _plain(text: bytes) -> str:
    return "".join(
        letter if letter.isprintable() else "�" for letter in text.decode(errors="replace")
    )
