"""The scan splits, checks and describes every row of a source, however it is cut."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import orjson
import pytest

from bulkimport import native
from bulkimport.native import CODES, HAS_KEY, HAS_NAME, KINDS, NAME_IS_SCHEMA_ID

REFERENCE = '"dataRow":{"id":"a"}'
GOOD = f'{{{REFERENCE},"name":"n","bbox":{{}}}}'

# A row for each code, which draws that one and no other.
DRAWN = {
    "ok": GOOD.encode(),
    "utf8": GOOD.encode().replace(b'"n"', b'"\xff"'),
    "bom": b"\xef\xbb\xbf" + GOOD.encode(),
    "nan": f'{{{REFERENCE},"name":"n","bbox":{{"top":NaN}}}}'.encode(),
    "huge-number": f'{{{REFERENCE},"name":"n","bbox":{{"top":1e999}}}}'.encode(),
    "not-json": GOOD[:-1].encode(),
    "depth": f'{{{REFERENCE},"name":"n","line":{"[" * 64}{"]" * 64}}}'.encode(),
    "surrogate": f'{{{REFERENCE},"name":"\\udc00","bbox":{{}}}}'.encode(),
    "not-object": f"[{GOOD}]".encode(),
    "duplicate-key": f'{{{REFERENCE},{REFERENCE},"name":"n","bbox":{{}}}}'.encode(),
    "data-row-missing": b'{"name":"n","bbox":{}}',
    "data-row-neither": b'{"dataRow":{},"name":"n","bbox":{}}',
    "data-row-both": b'{"dataRow":{"id":"a","globalKey":"b"},"name":"n","bbox":{}}',
    "data-row-type": b'{"dataRow":{"id":1},"name":"n","bbox":{}}',
    "global-key-long": GOOD.replace('"id":"a"', f'"globalKey":"{"k" * 201}"').encode(),
    "uuid-type": f'{{{REFERENCE},"uuid":1,"name":"n","bbox":{{}}}}'.encode(),
    "uuid-form": f'{{{REFERENCE},"uuid":"1","name":"n","bbox":{{}}}}'.encode(),
    "no-payload": f'{{{REFERENCE},"name":"n"}}'.encode(),
    "two-payloads": f'{{{REFERENCE},"name":"n","bbox":{{}},"point":{{}}}}'.encode(),
    "payload-type": f'{{{REFERENCE},"name":"n","bbox":[]}}'.encode(),
    "name-missing": f'{{{REFERENCE},"bbox":{{}}}}'.encode(),
    "name-empty": f'{{{REFERENCE},"name":"","bbox":{{}}}}'.encode(),
    "name-type": f'{{{REFERENCE},"name":1,"bbox":{{}}}}'.encode(),
    "schema-id-length": f'{{{REFERENCE},"schemaId":"s","bbox":{{}}}}'.encode(),
    "metric": f'{{{REFERENCE},"metricValue":1}}'.encode(),
    "answer-type": f'{{{REFERENCE},"name":"n","answer":1}}'.encode(),
}


def scan(block: bytes, *, last: bool = True, offset: int = 0, line: int = 1) -> native.Rows:
    """The rows of one block."""
    return native.scan_block(block, source=0, offset=offset, line=line, last=last)[2]


def test_every_code_has_its_row() -> None:
    """No code is left without a row that draws it."""
    assert tuple(DRAWN) == CODES


@pytest.mark.parametrize("code", DRAWN)
def test_each_code_is_drawn_by_its_row(code: str) -> None:
    """The row is the good one with one fault; it is judged alike in the midst of good rows."""
    rows = scan(b"\n".join([GOOD.encode(), DRAWN[code], GOOD.encode()]))

    assert [CODES[number] for number in rows["code"]] == ["ok", code, "ok"]
    assert rows["line"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("code", [code for code in DRAWN if code != "ok"])
def test_the_key_of_a_bad_row_is_known_when_its_data_row_is_sound(code: str) -> None:
    """So that its companions can be held."""
    unsound = {"not-object", "duplicate-key", "global-key-long"}
    sound = code not in unsound and not code.startswith("data-row")

    row = scan(DRAWN[code])[0]

    assert bool(row["flags"] & HAS_KEY) == sound
    assert (row["key_low"], row["key_high"]) == (native.key_hash("i", "a") if sound else (0, 0))


@pytest.mark.parametrize("kind", KINDS[1:-1])
def test_each_kind_is_named_by_its_payload(kind: str) -> None:
    """Under its own key, escaped or not."""
    value = "[]" if kind in {"polygon", "line", "segments", "textSelections"} else "{}"
    escaped = f"\\u{ord(kind[0]):04x}{kind[1:]}"
    lines = [f'{{{REFERENCE},"name":"n","{key}":{value}}}' for key in (kind, escaped)]

    rows = scan("\n".join(lines).encode())

    assert [KINDS[number] for number in rows["kind"]] == [kind, kind]
    assert rows["code"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("block", "lines", "places"),
    [
        (b"", 0, []),
        (b"\n", 1, []),
        (b"\r\n \t\r\n", 2, []),
        (b"1", 1, [(1, 0, 1)]),
        (b"1\n", 1, [(1, 0, 1)]),
        (b"1\r\n\r\n22\r\n", 3, [(1, 0, 1), (3, 5, 2)]),
        (b" 1 \n\n\t22", 3, [(1, 1, 1), (3, 6, 2)]),
        (b"\0\n", 1, [(1, 0, 1)]),
        (b"\x0b\n\xc2\xa0", 2, [(1, 0, 1), (2, 2, 2)]),
    ],
)
def test_lines_are_counted_and_blank_ones_left_out(
    block: bytes, lines: int, places: list[tuple[int, int, int]]
) -> None:
    """Only the white space of JSON makes a line blank; it is no part of a row."""
    consumed, seen, rows = native.scan_block(block, source=0, offset=0, line=1, last=True)

    assert (consumed, seen) == (len(block), lines)
    assert rows[["line", "offset", "length"]].tolist() == places


def test_a_file_cut_anywhere_gives_the_same_rows() -> None:
    """Where blocks end is nobody's business, inside a letter or between CR and LF included."""
    name = "é😀".encode()
    text = b"\r\n\n".join([*DRAWN.values(), GOOD.encode().replace(b'"n"', b'"' + name + b'"')])
    _, lines, whole = native.scan_block(text, source=0, offset=0, line=1, last=True)

    for cut in range(len(text) + 1):
        used, passed, first = native.scan_block(text[:cut], source=0, offset=0, line=1, last=False)
        _, rest, second = native.scan_block(
            text[used:], source=0, offset=used, line=1 + passed, last=True
        )
        assert passed + rest == lines
        assert np.array_equal(np.concatenate([first, second]), whole)


def test_only_whole_lines_are_consumed_before_the_last_block() -> None:
    """The rest comes again with the next block."""
    assert native.scan_block(b"1\n2", source=0, offset=0, line=1, last=False)[:2] == (2, 1)
    assert native.scan_block(b"12", source=0, offset=0, line=1, last=False)[:2] == (0, 0)


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
def test_any_buffer_of_bytes_is_read(make: type) -> None:
    """A block may be bytes or a part of a buffer that is used again."""
    rows = native.scan_block(make(GOOD.encode()), source=0, offset=0, line=1, last=True)[2]

    assert np.array_equal(rows, scan(GOOD.encode()))


def test_a_row_of_64_mib_is_a_row() -> None:
    """Its own buffers are all it costs, for a good one and for one broken at its end."""
    head = b'{"dataRow":{"id":"a"},"name":"n","line":['
    row = head + b'{"x":1,"y":2},' * ((64 << 20) // 14) + b'{"x":1,"y":2}]}'

    assert scan(row)[["code", "length"]].tolist() == [(0, len(row))]
    assert CODES[scan(row[:-1])[0]["code"]] == "not-json"


@pytest.mark.parametrize("hostile", [b"[", b'{"a":', b'{"dataRow":', b'[{"a":['])
def test_hostile_depth_is_a_rejection(hostile: bytes) -> None:
    """Ten million brackets overflow no stack, at any limit."""
    block = hostile * (10_000_000 // len(hostile))

    for depth in (0, 64, 1 << 40):
        row = native.scan_block(block, source=0, offset=0, line=1, last=True, depth=depth)[2][0]
        assert CODES[row["code"]] == "depth"


def test_a_row_as_deep_as_the_limit_passes() -> None:
    """The row itself counts as the first container."""
    row = DRAWN["depth"].replace(b"[", b"", 1).replace(b"]", b"", 1)

    assert CODES[scan(row)[0]["code"]] == "ok"


def test_a_billion_lines_may_stand_before() -> None:
    """Line numbers end at 32 bits, offsets do not."""
    row = scan(b"1", offset=1 << 50, line=1 << 40)[0]

    assert (row["line"], row["offset"]) == ((1 << 32) - 1, 1 << 50)


def test_rows_cost_no_python_objects() -> None:
    """What a scan leaves is one array, whatever the number of rows."""
    block = (GOOD + "\n").encode() * 10_000
    tracemalloc.start()
    try:
        rows = scan(block)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(rows) == 10_000
    assert held < rows.nbytes + 10_000


def test_names_are_hashed_decoded() -> None:
    """One name, however it is escaped; another name, another hash."""
    names = ['"caf\\u00e9"', '"café"', '"cafe"']
    rows = scan("\n".join(GOOD.replace('"n"', name) for name in names).encode())

    assert rows["name"][0] == rows["name"][1] != rows["name"][2]


def test_keys_that_differ_by_case_meet_and_show_that_they_differ() -> None:
    """Global keys are case-insensitive, ids are not."""
    keys = [orjson.dumps({"dataRow": {name: key}}) for name in ("globalKey", "id") for key in "Aa"]
    rows = scan(b"\n".join(keys))

    assert rows["key_low"][0] == rows["key_low"][1]
    assert len(set(rows["key_low"].tolist())) == 3
    assert len(set(rows["spelling"].tolist())) == 4


def test_a_row_says_whether_its_feature_has_a_name_or_only_a_schema_id() -> None:
    """Limits by name do not count rows that have none."""
    schema_id = f'"schemaId":"{"s" * 25}"'
    features = ['"name":"n"', schema_id, f'"name":"n",{schema_id}', f'"name":null,{schema_id}']
    rows = scan("\n".join(GOOD.replace('"name":"n"', it) for it in features).encode())

    assert rows["code"].tolist() == [0, 0, 0, 0]
    named = [HAS_NAME, HAS_NAME | NAME_IS_SCHEMA_ID] * 2
    assert (rows["flags"] & (HAS_NAME | NAME_IS_SCHEMA_ID)).tolist() == named


@pytest.mark.parametrize("threads", [0, 1, 2, 3, 64, 1000])
def test_threads_find_what_one_finds(threads: int) -> None:
    """A block is split at line ends, and its parts are joined in order."""
    block = b"\r\n\n".join(DRAWN.values()) * 200
    one = native.scan_block(block, source=0, offset=7, line=3, last=False)
    many = native.scan_block(block, source=0, offset=7, line=3, last=False, threads=threads)

    assert many[:2] == one[:2]
    assert np.array_equal(many[2], one[2])


def test_other_python_threads_run_while_a_block_is_scanned() -> None:
    """The scan does not hold the interpreter: two blocks are scanned side by side."""
    block = (GOOD + "\n").encode() * 20_000
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(scan, [block, block]))

    assert np.array_equal(*found)
    assert len(found[0]) == 20_000


def test_a_row_of_many_megabytes_is_one_row() -> None:
    """Among others, and with a fault at its end."""
    points = ",".join(['{"x":1.25,"y":300}'] * 500_000)
    large = GOOD.replace('"bbox":{}', f'"line":[{points}]').encode()
    rows = scan(b"\n".join([GOOD.encode(), large, large[:-1], GOOD.encode()]), line=5)

    assert [CODES[number] for number in rows["code"]] == ["ok", "ok", "not-json", "ok"]
    assert rows["length"].tolist() == [len(GOOD), len(large), len(large) - 1, len(GOOD)]
    assert rows["line"].tolist() == [5, 6, 7, 8]
