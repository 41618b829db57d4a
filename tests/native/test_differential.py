"""The scan against orjson, an independent parser, over rows that were made and then damaged."""

import re
import uuid
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport import native
from bulkimport.native import CODES, HAS_KEY, HAS_NAME, HAS_UUID, KEY_IS_ID

GRAMMAR = {"utf8", "bom", "nan", "huge-number", "not-json", "depth", "surrogate"}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
spellings = st.uuids().flatmap(
    lambda it: st.sampled_from([str(it), str(it).upper(), it.hex, f"{{{it}}}"])
)
payloads = st.sampled_from(["bbox", "polygon", "answer", "answers", "masks", "unknown"])
references = st.fixed_dictionaries(
    {}, optional={"id": texts | st.none(), "globalKey": texts | st.none(), "more": values}
)
rows = st.builds(
    lambda known, payload, more: {**more, **known, **payload},
    st.fixed_dictionaries(
        {}, optional={"dataRow": references, "uuid": spellings | texts, "name": texts}
    ),
    st.dictionaries(payloads, values, max_size=2),
    st.dictionaries(texts, values, max_size=2),
)
mutations = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(["cut", "drop", "put", "twice", "grow"]),
        st.sampled_from(list(b'{}[]",:\\/u0-+.eEtn \r\xff\x00')),
    ),
    min_size=1,
    max_size=3,
)

# Behind a digit they make a number that a double holds only just, or no more.
GROWTHS = (b"e308", b"e309", b"E-400", b"e+400", b"0" * 308, b"9" * 310)


def damaged(row: bytes, changes: list[tuple[int, str, int]]) -> bytes:
    """The row with bytes cut off, dropped, put in, doubled or grown, on one line."""
    for place, change, byte in changes:
        at = place % (len(row) + 1)
        rest = row[at + 1 :]
        row = (
            row[:at]
            + {
                "cut": b"",
                "drop": rest,
                "put": bytes([byte]) + rest,
                "twice": row[at : at + 1] * 2 + rest,
                "grow": row[at : at + 1] + GROWTHS[byte % len(GROWTHS)] + rest,
            }[change]
        )
    return row.replace(b"\n", b"")


def parsed(row: bytes) -> tuple[bool, Any]:
    """Whether orjson takes the row, and what it makes of it."""
    try:
        return True, orjson.loads(row)
    except orjson.JSONDecodeError:
        return False, None


def judged(row: bytes) -> native.Rows | None:
    """The one ROW of a line, None when it is blank."""
    found = native.scan_block(row, source=0, offset=0, line=1, last=True, depth=1024)[2]
    assert len(found) <= 1
    return found[0] if len(found) else None


def expected_key(row: dict[str, Any]) -> tuple[str, str] | None:
    """The tag and key by R-DR-1, 2, 3 and 5."""
    reference = row.get("dataRow")
    if not isinstance(reference, dict):
        return None
    given = {tag: reference.get(name) for tag, name in (("i", "id"), ("g", "globalKey"))}
    named = [(tag, key) for tag, key in given.items() if key]
    if len(named) != 1 or (named[0][0] == "g" and len(named[0][1]) > 200):
        return None
    return named[0]


def expected_uuid(row: dict[str, Any]) -> int | None:
    """The uuid's bits by R-ID-1."""
    digits = re.sub("[-{}]", "", row.get("uuid") or "")
    return uuid.UUID(digits).int if re.fullmatch("[0-9a-fA-F]{32}", digits) else None


@settings(max_examples=300, deadline=None)
@given(rows, mutations)
def test_a_damaged_row_is_read_by_both_or_by_none(
    row: dict[str, Any], changes: list[tuple[int, str, int]]
) -> None:
    """The grammar is that of RFC 8259, and the slow path says the same as the scan."""
    line = damaged(orjson.dumps(row), changes)
    found = judged(line)
    if found is None:
        assert not line.strip(b" \t\r\n")
        return

    code = CODES[found["code"]]
    assert (code not in GRAMMAR) == parsed(line)[0]
    assert native.explain(line, depth=1024).code == code


@settings(max_examples=300, deadline=None)
@given(rows)
def test_what_is_read_out_of_a_row_is_what_is_in_it(row: dict[str, Any]) -> None:
    """Key, uuid and name are those that orjson finds, under escapes and in any place."""
    line = orjson.dumps(row)
    found = judged(line)
    assert found is not None

    flags = int(found["flags"])
    key = expected_key(row)
    assert bool(flags & HAS_KEY) == (key is not None)
    if key is not None:
        assert (found["key_low"], found["key_high"]) == native.key_hash(*key)
        assert bool(flags & KEY_IS_ID) == (key[0] == "i")
    bits = expected_uuid(row)
    assert bool(flags & HAS_UUID) == (bits is not None)
    assert (int(found["uuid_high"]) << 64) | int(found["uuid_low"]) == (bits or 0)
    assert bool(flags & HAS_NAME) == bool(row.get("name"))
    assert CODES[found["code"]] not in GRAMMAR


@settings(max_examples=100, deadline=None)
@given(st.lists(rows.map(orjson.dumps) | st.binary(max_size=12), max_size=5), st.integers(0, 500))
def test_cut_anywhere_the_rows_are_the_same(lines: list[bytes], cut: int) -> None:
    """Blocks are joined without a seam."""
    text = b"\n".join(lines)
    used, passed, first = native.scan_block(text[:cut], source=0, offset=0, line=1, last=False)
    second = native.scan_block(text[used:], source=0, offset=used, line=1 + passed, last=True)[2]
    whole = native.scan_block(text, source=0, offset=0, line=1, last=True)[2]

    assert first.tobytes() + second.tobytes() == whole.tobytes()
