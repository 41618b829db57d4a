"""The tables of native.py have the layout that the Rust half writes and reads."""

import numpy as np
import pytest

from bulkimport import _native, native
from bulkimport.shards.clues import Topic, mixed_uuids
from bulkimport.shards.uuids import UuidSum, mix, mix_uuids

UUID = "0f0e0d0c-0b0a-0908-0706-050403020100"
LOW, HIGH = 0x0706050403020100, 0x0F0E0D0C0B0A0908


def test_a_packed_row_is_as_long_as_its_type() -> None:
    """One row gives one ROW, without padding between or behind."""
    _, _, rows = _native.scan(b"{}\n{}\n", source=0, offset=0, line=1, last=True)

    assert len(rows) == 2 * native.ROW.itemsize == 2 * 88


def test_every_field_of_a_row_stands_where_its_type_says() -> None:
    """Each field holds what only it can hold."""
    row = (
        f'{{"uuid":"{UUID}","dataRow":{{"globalKey":"A"}},"name":"n",'
        '"isBenchmarkReferenceLabel":true,"masks":{}}'
    ).encode()
    consumed, lines, rows = native.scan_block(
        b"\n " + row, source=3, offset=1 << 40, line=9, last=True
    )

    assert (consumed, lines, len(rows)) == (len(row) + 2, 2, 1)
    found = {name: rows[0][name].item() for name in native.ROW.names or ()}
    assert (found["key_low"], found["key_high"]) == native.key_hash("g", "a")
    assert (found["uuid_low"], found["uuid_high"]) == (LOW, HIGH)
    assert (found["content_low"], found["content_high"]) == (0, 0)
    assert len({found["name"], found["spelling"], found["key_low"], 0}) == 4
    assert (found["offset"], found["length"]) == ((1 << 40) + 2, len(row))
    assert (found["source"], found["line"]) == (3, 10)
    assert (native.CODES[found["code"]], native.KINDS[found["kind"]]) == ("ok", "masks")
    flags = native.HAS_KEY | native.HAS_UUID | native.HAS_NAME | native.HAS_BENCHMARK
    assert found["flags"] == flags
    assert flags | native.KEY_IS_ID == 31


def test_what_rows_say_beside_each_other_stands_where_its_types_say() -> None:
    """An answer for the whole asset is a clue, and a uuid is named with its data row."""
    row = f'{{"uuid":"{UUID}","dataRow":{{"id":"a"}},"name":"n","answer":"x"}}'.encode()
    rows, checked = native.Checker(b'{"media":"any"}').scan(
        row, source=0, offset=0, line=1, last=True
    )

    (told,) = native.said(rows, checked, ordinal=7, required=[])
    (name,) = native.named(rows)
    assert (told["key"], told["ordinal"]) == (rows["key_low"][0], 7)
    assert (told["value"], told["topic"]) == (mix(rows["name"])[0], Topic.ANSWER)
    assert (name["uuid"], name["key"]) == (mixed_uuids(rows)[0], rows["key_low"][0])


def test_a_row_without_a_uuid_is_hashed_whole() -> None:
    """Its content is part of the uuid that is filled in."""
    row = b'{"dataRow":{"id":"a"},"name":"n","bbox":{}}'
    _, _, (found,) = native.scan_block(row + b" \r\n", source=0, offset=0, line=1, last=True)

    content = native.Digest()
    content.update(row)
    assert f"{found['content_high']:016x}{found['content_low']:016x}" == content.hexdigest()


def test_every_field_of_a_status_stands_where_its_type_says() -> None:
    """A status names rows by the hashes that a ROW has."""
    line = (
        f'{{"uuid":"{UUID}","dataRow":{{"id":"i","globalKey":"G"}},"status":"FAILURE"}}'
    ).encode()
    file = native.StatusFile()
    file.feed([b"nonsense\n\n" + line])
    said = native.said_by(file)

    assert len(said.statuses) == 2
    found = said.statuses[1].tolist()
    every = native.STATUS_HAS_UUID | native.STATUS_HAS_ID | native.STATUS_HAS_GLOBAL
    hashes = (*native.key_hash("i", "i"), *native.key_hash("g", "g"))
    assert found == (LOW, HIGH, *hashes, len("nonsense"), len(line), native.FAILURE, every, 0)
    assert native.STATUS.itemsize == 64


def test_a_range_is_read_as_its_type_says() -> None:
    """The sizes of RANGE and of a filled uuid are those that the Rust half counts with."""
    assert native.RANGE.itemsize == 40
    assert len(f'"uuid":"{UUID}",') == native.FILL_BYTES


def test_names_of_codes_and_kinds_are_numbered_from_what_is_good() -> None:
    """No name stands twice, and 0 means that nothing is wrong or known."""
    assert native.CODES[0] == "ok"
    assert native.KINDS[0] == "none"
    assert len(set(native.CODES)) == len(native.CODES) == 26
    assert len(set(native.KINDS)) == len(native.KINDS) == 14


def test_arrays_are_read_only() -> None:
    """Rows lie where Rust has made them, without a copy, as long as an array or a view of it is."""
    _, _, rows = native.scan_block(b"{}\n" * 1000, source=0, offset=0, line=1, last=True)
    lines = rows["line"][::2]
    kept = rows.copy()
    del rows

    assert not lines.flags.writeable
    assert isinstance(lines, np.ndarray)
    assert np.array_equal(lines, kept["line"][::2])


def test_a_table_is_bytes_by_the_buffer_protocol() -> None:
    """Views share its memory and keep it alive; nobody may write to it."""
    _, _, table = _native.scan(b"{}\n" * 3, source=0, offset=0, line=1, last=True)
    view = memoryview(table)
    words = bytes(table)
    del table

    assert view.readonly
    assert (view.nbytes, view.format, view.tobytes()) == (3 * 88, "B", words)
    with pytest.raises(TypeError):
        view[0] = 1
    _, _, empty = _native.scan(b"", source=0, offset=0, line=1, last=True)
    assert bytes(empty) == b""


def test_every_field_of_a_stretch_stands_where_its_type_says() -> None:
    """Of two rows it has the key and the place of the first, and the bytes of both."""
    row = f'{{"uuid":"{UUID}","dataRow":{{"id":"A"}},"name":"n","masks":{{}}}}'.encode()
    other = row.replace(UUID.encode(), UUID.replace("0f", "1f").encode())
    _, _, rows = native.scan_block(row + b"\n" + other, source=3, offset=1 << 40, line=9, last=True)

    stretches, loose = native.split_rows(rows)

    assert native.STRETCH.itemsize == 56
    assert len(loose) == 0
    mixed = mix_uuids(rows["uuid_low"], rows["uuid_high"])
    assert stretches.tolist() == [
        (*native.key_hash("i", "A"), *UuidSum.of(*mixed), 1 << 40, 2 * len(row) + 1, 3, 9, 2, 2)
    ]
