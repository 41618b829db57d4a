"""JSON values of a file come out whole, however its bytes arrive."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.formats.values import Place, Values

LEAVES = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(
    LEAVES, lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside), max_leaves=12
)


def taken(content: bytes, sizes: list[int]) -> list[tuple[bytes, Place]]:
    """The values of `content`, fed as a walk feeds it: what is left comes again."""
    found: list[tuple[bytes, Place]] = []
    values = Values(lambda value, place: found.append((value, place)), name="source")
    rest, offset, position, number = b"", 0, 0, 0
    while True:
        fresh = content[position : position + sizes[number % len(sizes)]]
        position, number = position + len(fresh), number + 1
        block = rest + fresh
        consumed = values.take(block, offset, last=not fresh)
        offset, rest = offset + consumed, block[consumed:]
        if not fresh:
            return found


@given(
    values=st.lists(JSON.filter(lambda value: not isinstance(value, list)), min_size=1),
    sizes=st.lists(st.integers(1, 40), min_size=1),
    indent=st.sampled_from([None, 1]),
)
def test_elements_of_an_array_come_out_whole(
    values: list[Any], sizes: list[int], indent: int | None
) -> None:
    """In order, each at its offset."""
    content = json.dumps(values, indent=indent, ensure_ascii=False).encode(errors="replace")

    found = taken(b"\xef\xbb\xbf " + content + b"\n", sizes)

    assert [json.loads(value) for value, _ in found] == json.loads(content)
    for value, place in found:
        assert (b"\xef\xbb\xbf " + content)[place.offset :].startswith(value)


@settings(max_examples=50)
@given(
    values=st.lists(st.dictionaries(st.text(), JSON), min_size=1),
    sizes=st.lists(st.integers(1, 40), min_size=1),
    ending=st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_lines_come_out_whole(values: list[Any], sizes: list[int], ending: str) -> None:
    """Blank ones are none; the last needs no end."""
    content = ending.join(map(json.dumps, values)).encode()

    found = taken(content, sizes)

    assert [json.loads(value) for value, _ in found] == values
    assert [place.line for _, place in found] == [
        content.count(b"\n", 0, place.offset) + 1 for _, place in found
    ]


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"[]", b" [ ] \n"])
def test_nothing_is_no_value(content: bytes) -> None:
    """Neither is an empty array."""
    assert taken(content, [1]) == taken(content, [100]) == []
