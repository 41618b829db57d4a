"""What is wrong is shown with the text around it, whatever that text is."""

import pytest

from bulkimport.model import Rejection
from bulkimport.rows.excerpt import CHARACTERS, CUT, Excerpt, excerpt_at, sample_of

REJECTION = Rejection("a.ndjson", 1, 0, "$", "R-FILE-1", "", "", "")


@pytest.mark.parametrize(
    ("row", "at", "excerpt"),
    [
        (b'{"a": -3}', 6, Excerpt('{"a": ', "-3}")),
        (b"", 0, Excerpt("", "")),
        (b"{}", 0, Excerpt("", "{}")),
        ("{'ü': 1}".encode(), 7, Excerpt("{'ü': ", "1}")),
        (b'{"a":\t\x00\xff1', 8, Excerpt('{"a":���', "1")),
    ],
)
def test_a_short_row_is_shown_whole(row: bytes, at: int, excerpt: Excerpt) -> None:
    """Letters that cannot be shown take a place each, so the caret stands right."""
    assert excerpt_at(row, at) == excerpt


@pytest.mark.parametrize("at", [0, 40, 5_000, 9_990])
def test_of_a_long_row_a_window_is_shown(at: int) -> None:
    """No longer than a line, with what is wrong in it, cut ends marked."""
    row = bytes(97 + number % 26 for number in range(10_000))

    excerpt = excerpt_at(row, at)

    assert excerpt.after[:5].encode() == row[at : at + 5]
    assert len(excerpt.before + excerpt.after) <= CHARACTERS
    assert excerpt.before.startswith(CUT) == (at > 0)
    assert excerpt.after.endswith(CUT) == (at < 9_900)


def test_the_scan_says_where_it_stopped() -> None:
    """A row that is good by itself has no place that is wrong."""
    good = b'{"dataRow":{"globalKey":"a"},"name":"n","point":{"x":1,"y":1}}'

    bad = sample_of(REJECTION, good.replace(b'"n"', b"7"))

    assert bad.excerpt is not None
    assert bad.excerpt.after.startswith("7,")
    assert sample_of(REJECTION, good).excerpt is None
