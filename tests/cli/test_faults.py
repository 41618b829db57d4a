"""On a terminal a caret stands under what is wrong."""

import pytest
from rich.cells import cell_len

from bulkimport.cli.faults import caret, sentence
from bulkimport.model import Rejection
from bulkimport.rows.excerpt import Excerpt, Sample

REJECTION = Rejection("a.ndjson", 7, 0, "$.bbox.height", "R-BBOX-2", "-3", "a size", "it is -3")


def test_a_sentence_has_the_place_the_rule_and_what_would_be_right() -> None:
    """One line, which editors and terminals can follow."""
    expected = "a.ndjson:7: R-BBOX-2 at $.bbox.height: it is -3; expected a size"

    assert sentence(REJECTION) == expected


@pytest.mark.parametrize("before", ["", '{"bbox": ', '{"名": '])
def test_the_caret_stands_under_the_first_character(before: str) -> None:
    """Wide characters count twice."""
    text, mark = caret(Sample(REJECTION, Excerpt(before, "-3}")))

    assert cell_len(mark[:-1]) == cell_len(text[: text.index("-3}")])
    assert mark.endswith("^")


def test_no_caret_where_no_one_place_is_wrong() -> None:
    """As when two rows have the same uuid."""
    assert caret(Sample(REJECTION)) == []
