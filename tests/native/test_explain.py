"""A bad row is explained by its code, a place, a path and a short quote."""

import pytest

from bulkimport import native

HEAD = '{"dataRow":{"globalKey":"a"},"name":"n",'


@pytest.mark.parametrize(
    ("row", "explanation"),
    [
        (HEAD + '"bbox":{}}', ("ok", 0, "$", "")),
        ("", ("not-json", 0, "$", "")),
        (HEAD + '"polygon":[{"x":1},{"x":tru}]}', ("not-json", 67, "$.polygon[1].x", "}]}")),
        (HEAD + '"line":[{"y":NaN}]}', ("nan", 53, "$.line[0].y", "NaN")),
        (
            '{"line":[{"y":-1e400}],"name":tru}',
            ("huge-number", 14, "$.line[0].y", "-1e400"),
        ),
        (HEAD + '"bbox":{}', ("not-json", 49, "$", "")),
        ('{"dataRow":{"id":"\\ud800"}}', ("surrogate", 18, "$.dataRow.id", '\\ud800"}}')),
        ('{"a b":{"":[[],+1]}}', ("not-json", 15, '$["a b"][""][1]', "+1]}}")),
        ('{"dataRow":{"globalKey":7}}', ("data-row-type", 24, "$.dataRow.globalKey", "7")),
        (HEAD + '"bbox":{},"point":{}}', ("two-payloads", 50, "$.point", '"point"')),
        (HEAD + '"bbox":{},"uuid":"x"}', ("uuid-form", 57, "$.uuid", '"x"')),
    ],
)
def test_a_fault_is_placed_and_quoted(row: str, explanation: tuple[str, int, str, str]) -> None:
    """The offset is in the row; the path is that of the innermost value around it."""
    assert native.explain(row.encode()) == explanation


def test_bytes_that_are_no_text_are_placed() -> None:
    """The first byte that is not UTF-8, in what was being read."""
    code, at, path, found = native.explain(HEAD.encode() + b'"bbox":{"top":"\xff"}}')

    assert (code, at, path) == ("utf8", 55, "$.bbox.top")
    assert found == '�"}}'


@pytest.mark.parametrize("letter", ["k", "é", "\\u0000", "\u202e", "😀"])
def test_a_quote_is_short_and_harmless(letter: str) -> None:
    """At most 80 characters, none of which a terminal would obey."""
    row = f'{{"dataRow":{{"globalKey":"{letter * 1000}"}}}}'.encode()
    found = native.explain(row).found

    assert found.endswith("…")
    assert len(found) <= 80
    assert found.isprintable()


def test_a_signed_url_is_not_quoted_whole() -> None:
    """The query may carry access."""
    row = HEAD + '"mask":"https://bucket.example/m.png?X-Signature=0123456789"}'

    assert native.explain(row.encode()).found == '"https://bucket.example/m.png?…'


def test_a_path_is_short_however_long_the_keys() -> None:
    """Keys of a hostile row are cut."""
    row = b'{"' + b"k" * 10_000 + b'":[' + b"1," * 5000 + b"x"
    path = native.explain(row).path

    assert path.endswith("[5000]")
    assert len(path) < 100


def test_blanks_around_a_row_change_its_places_alone() -> None:
    """The offset counts from what was given."""
    assert native.explain(b" \t{} x").at == 5
    assert native.explain(b" [] \r").code == "not-object"


def test_the_depth_is_that_of_the_scan() -> None:
    """Given the same limit the verdict is the same."""
    row = (HEAD + '"line":' + "[" * 64 + "]" * 64 + "}").encode()

    assert native.explain(row).code == "depth"
    assert native.explain(row).path == "$.line" + "[0]" * 63
    assert native.explain(row, depth=65).code == "ok"
