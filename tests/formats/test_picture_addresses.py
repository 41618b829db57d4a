"""Pictures in rows become addresses, and nothing else in the rows changes."""

import pytest

from bulkimport.formats.picture_addresses import (
    digest_of,
    name_addresses,
    picture_of,
    pictures_in,
)

KNOWN = {digest_of(b"aGk="): "https://h/hi.png", digest_of(b"/+8="): "https://h/slash.png"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (b'{"mask":{"imBytes":"aGk=","colorRGB":[1,2,3]}}', b'"instanceURI":"https://h/hi.png"'),
        (b'{"mask":{ "imBytes" : "aGk=" }}', b'"instanceURI":"https://h/hi.png"'),
        (rb'{"mask":{"imBytes":"\/+8="}}', b'"instanceURI":"https://h/slash.png"'),
        (b'{"mask":{"imBytes":"b3RoZXI="}}', None),
        (b'{"mask":{"imBytes":"aGk=","instanceURI":"https://h/x"}}', None),
        (b'{"name":"\\"imBytes\\":\\"aGk=\\""}', None),
        (b'{"mask":{"imBytes":7}}', None),
        (b'{"mask":{"imBytes":"aGk=', None),
        (b"", None),
    ],
)
def test_the_picture_alone_is_replaced(row: bytes, expected: bytes | None) -> None:
    """By the address on record; what is unknown, damaged or a string's own text stays."""
    named = name_addresses(row, KNOWN.get)

    if expected is None:
        assert named == row
    else:
        [(digest, begin, length)] = pictures_in(row)
        key = row.index(b'"imBytes"')
        assert named == row[:key] + expected + row[begin + length + 1 :]
        assert digest_of(row[begin : begin + length]) == digest


def test_all_frames_of_a_row_are_replaced() -> None:
    """Each by its own."""
    row = b'{"masks":{"frames":[{"index":1,"imBytes":"aGk="},{"index":2,"imBytes":"/+8="}]}}'

    assert name_addresses(row, KNOWN.get) == (
        b'{"masks":{"frames":[{"index":1,"instanceURI":"https://h/hi.png"},'
        b'{"index":2,"instanceURI":"https://h/slash.png"}]}}'
    )


@pytest.mark.parametrize(
    ("text", "picture"),
    [(b"aGk=", b"hi"), (rb"\/+8=", b"\xff\xef"), (b"aGk", None), (rb"aGk\u003d", None)],
)
def test_a_picture_is_read_as_json_spells_it(text: bytes, picture: bytes | None) -> None:
    """What is no base64 is none."""
    assert picture_of(text) == picture
