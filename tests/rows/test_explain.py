"""A rejection says where the row lies, what is wrong with it, and holds the row as it came."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ndjson import made_row

from bulkimport.model import Rejection
from bulkimport.rows.explain import (
    explain_code,
    explain_finding,
    explain_rule,
    own_row,
    rejection_line,
)
from bulkimport.rows.rules import CODE_RULES, FATE_RULES
from bulkimport.rows.ruling import Ruling

FIELDS = ["source", "line", "offset", "path", "slug", "found", "expected", "message", "row"]


def explained(row: bytes) -> Rejection:
    """What is said of a row at byte 100, line 7."""
    return explain_code(row, source="a.ndjson", line=7, offset=100)


@pytest.mark.parametrize(
    ("row", "path", "slug", "message"),
    [
        (made_row(more='"bbox":{},'), "$.point", "R-KIND-2", "more than one annotation"),
        (made_row().replace(b'"a"', b"17"), "$.dataRow.globalKey", "R-DR-3", "named by 17"),
        (made_row(more='"uuid":"x",'), "$.uuid", "R-ID-1", '"x" is not a UUID'),
        (b"[1]", "$", "R-FILE-1", "the line holds [1], not an object"),
        (b'{"a":NaN,"b":1}', "$.a", "R-FILE-4", "and here stands NaN"),
        (b'{"a":-Infinity}', "$.a", "R-FILE-4", "and here stands -Infinity"),
        (b'{"a":[0,1e400]}', "$.a[1]", "R-FILE-4", "1e400 is beyond what a double holds"),
        (b'{"a":1', "$", "R-FILE-1", "not one whole JSON value"),
        (b"{}", "$", "R-DR-1", "does not say which data row"),
    ],
)
def test_a_bad_row_is_explained(row: bytes, path: str, slug: str, message: str) -> None:
    """By the rule, at the path, in words that quote what was found."""
    rejection = explained(row)

    assert (rejection.path, rejection.slug) == (path, slug)
    assert message in rejection.message
    assert "{found}" not in rejection.message
    # The offset is the row's first byte, as in every file of results: the path leads on.
    assert (rejection.source, rejection.line, rejection.offset) == ("a.ndjson", 7, 100)
    assert rejection.expected == next(
        rule.expected for rule in CODE_RULES.values() if rule.expected == rejection.expected
    )


def test_what_was_found_is_quoted_short() -> None:
    """A row may hold megabytes where a name should be."""
    rejection = explained(made_row(more=f'"uuid":"{"x" * 1000}",'))

    assert len(rejection.found) <= 80
    assert rejection.found in rejection.message


def test_a_signed_address_is_not_quoted() -> None:
    """Its query would give access to whoever reads the report."""
    rejection = explained(made_row(more='"uuid":"https://host/a?signature=secret",'))

    assert "https://host/a?" in rejection.message
    assert "secret" not in rejection.message


def test_advice_is_no_question_and_a_likely_name_is_one() -> None:
    """What is retired says so; a name that is nearly right is asked for, else names are told."""
    ontology = {"tools": [{"tool": "rectangle", "name": "car"}]}
    checker = Ruling("image", ontology=json.dumps(ontology)).checker()
    more = b'"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","dataRow":{"globalKey":"a"}'
    rows = (
        b'{%b,"name":"car","groupKey":"axial","segments":[]}' % more,
        b'{%b,"name":"Car","answer":"x"}' % more,
        b'{%b,"name":"lorry","answer":"x"}' % more,
        b'{%b,"name":"car","answer":"x"}' % more,
        b'{%b,"name":"car","segments":[{"keyframes":[]}]}' % more,
    )

    told = [finding for row in rows for finding in checker.explain(row)]

    messages = [explain_finding(one, source="s", line=1, offset=0).message for one in told]
    assert messages[0].endswith("on this medium; DICOM series are no longer imported")
    assert messages[2].endswith('has no feature "lorry"; known are "car"')
    assert messages[3].endswith("; it is a rectangle tool, which takes bbox")
    assert any("; images take bbox, polygon" in message for message in messages[4:])
    assert messages[1].endswith('; did you mean "car"?')


def test_nothing_found_is_said_in_words() -> None:
    """A sentence has no hole in it."""
    rule = CODE_RULES["payload-type"]

    rejection = explain_rule(rule, source="s", line=1, offset=0, path="$")

    assert rejection.message == "the annotation is something else"


@pytest.mark.parametrize("fate", FATE_RULES)
def test_what_rows_break_together_is_explained_by_its_rule(fate: str) -> None:
    """The row is sound by itself, so nothing in it is quoted."""
    rule = FATE_RULES[fate]

    rejection = explain_rule(rule, source="s", line=3, offset=9, path="$.uuid")

    assert rejection == Rejection(
        source="s",
        line=3,
        offset=9,
        path="$.uuid",
        slug=rule.slug,
        found="",
        expected=rule.expected,
        message=rule.sentence,
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_row_that_is_json_goes_out_byte_for_byte(value: object) -> None:
    """Its spaces and the order of its keys are its owner's."""
    row = json.dumps(value, separators=(" ,\t", " : ")).encode()

    line = rejection_line(explained(row), row)

    assert line.endswith(b'"row":' + row + b"}\n")
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "row",
    [
        b'{"a":1.10,"a":-0.0}',
        b'{"big":123456789012345678901234567890}',
        b'{"\\u0041":"\\ud83d\\ude00"}',
        '{"ü":"\u2028"}'.encode(),
        b"1",
        b"[" * 1000 + b"]" * 1000,
    ],
)
def test_numbers_and_escapes_are_not_written_anew(row: bytes) -> None:
    """Reading and writing would change their spelling, or their value."""
    assert rejection_line(explained(row), row).endswith(b'"row":' + row + b"}\n")


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (b'{"a":NaN}', '{"a":NaN}'),
        (b'{"a":1', '{"a":1'),
        (b'{"a":"\xff"}', '{"a":"\ufffd"}'),
        (b"\xef\xbb\xbf{}", "\ufeff{}"),
        (b'{"a":"\x01"}', '{"a":"\x01"}'),
        (b'{"a":1e999}', '{"a":1e999}'),
        (b'{"a":"\\ud800"}', '{"a":"\\ud800"}'),
        (b"[" * 1001 + b"]" * 1001, "[" * 1001 + "]" * 1001),
        (b'a "b"\\', 'a "b"\\'),
    ],
)
def test_a_row_that_is_no_json_goes_out_as_text(row: bytes, text: str) -> None:
    """So that every line can be read by every reader; what is not UTF-8 is marked."""
    assert own_row(row) == text
    assert orjson.loads(rejection_line(explained(row), row))["row"] == text


@given(st.binary(max_size=60).filter(lambda row: b"\n" not in row and row.strip()))
def test_every_line_can_be_read_whatever_the_row_was(row: bytes) -> None:
    """All fields are there, in order, on one line."""
    line = rejection_line(explained(row.strip()), row.strip())

    assert list(orjson.loads(line)) == FIELDS
    assert line.count(b"\n") == 1
