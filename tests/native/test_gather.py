"""Ranges of open files become one body, in the order asked for, with uuids filled in."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import pytest

from bulkimport import native
from bulkimport.native import FILL, FILL_BYTES, RANGE

ROWS = [orjson.dumps({"dataRow": {"id": str(at)}, "line": [at] * (at % 90)}) for at in range(5000)]
UUID = "0f0e0d0c-0b0a-0908-0706-050403020100"
LOW, HIGH = 0x0706050403020100, 0x0F0E0D0C0B0A0908


@pytest.fixture
def descriptors(tmp_path: Path) -> Iterator[list[int]]:
    """Two sources of the same rows, the second with blanks between them."""
    for name, separator in (("one", b"\n"), ("two", b" \n\n")):
        (tmp_path / name).write_bytes(separator.join(ROWS))
    opened = [os.open(tmp_path / name, os.O_RDONLY) for name in ("one", "two")]
    yield opened
    for descriptor in opened:
        os.close(descriptor)


def ranges_of(source: int) -> np.ndarray:
    """The range of each row in a source."""
    lengths = np.array([len(row) for row in ROWS], np.uint64)
    ranges = np.zeros(len(ROWS), RANGE)
    ranges["length"] = lengths
    ranges["offset"][1:] = np.cumsum(lengths + np.uint64(3 if source else 1))[:-1]
    ranges["source"] = source
    return ranges


def test_shuffled_rows_of_several_sources_come_in_order(descriptors: list[int]) -> None:
    """Whatever is read at once, every row stands where it was asked for."""
    order = np.random.default_rng(7).permutation(2 * len(ROWS))
    ranges = np.concatenate([ranges_of(0), ranges_of(1)])[order]

    body = native.gather(descriptors, ranges)

    assert body == b"".join(ROWS[at % len(ROWS)] + b"\n" for at in order)


def test_a_stretch_of_many_rows_is_one_range(descriptors: list[int]) -> None:
    """Rows that follow each other need no range of their own."""
    whole = np.zeros(1, RANGE)
    whole["length"] = os.fstat(descriptors[0]).st_size

    assert native.gather(descriptors, whole) == b"\n".join(ROWS) + b"\n"


def test_nothing_asked_for_nothing_read() -> None:
    """An empty body needs no file."""
    assert native.gather([], np.zeros(0, RANGE)) == b""


def test_the_position_of_a_file_does_not_move(descriptors: list[int]) -> None:
    """Others may read the same descriptor."""
    os.lseek(descriptors[0], 5, os.SEEK_SET)
    native.gather(descriptors, ranges_of(0)[:9])

    assert os.lseek(descriptors[0], 0, os.SEEK_CUR) == 5


def test_a_uuid_is_filled_in_only_where_asked(descriptors: list[int]) -> None:
    """A filled row says the same as before and its uuid, and is longer by what is planned with."""
    ranges = ranges_of(0)
    ranges["fill_low"], ranges["fill_high"] = LOW, HIGH
    ranges["flags"][::3] = FILL

    lines = native.gather(descriptors, ranges).splitlines()

    assert lines[1::3] == ROWS[1::3]
    for line, row in zip(lines[::3], ROWS[::3], strict=True):
        assert orjson.loads(line) == {**orjson.loads(row), "uuid": UUID}
        assert len(line) == len(row) + FILL_BYTES


def test_a_null_uuid_gives_way(tmp_path: Path) -> None:
    """Beside a null a second key would be overruled by it."""
    row = b'{"dataRow":{"id":"null"},"\\u0075uid" : null,"bbox":{}}'
    (tmp_path / "rows").write_bytes(row)
    filled = np.array([(0, len(row), LOW, HIGH, 0, FILL)], RANGE)

    with (tmp_path / "rows").open("rb") as file:
        body = native.gather([file.fileno()], filled)

    assert orjson.loads(body)["uuid"] == UUID
    assert body.count(b"uid") == 1
    assert len(body) == len(row) + FILL_BYTES + 1


def test_a_source_that_ends_too_early_is_named(descriptors: list[int]) -> None:
    """The file was cut after it was planned."""
    beyond = np.array([(0, 5, 0, 0, 0, 0), (10**9, 5, 0, 0, 1, 0)], RANGE)

    with pytest.raises(OSError, match="source 1, from byte 1000000000: the source ends too early"):
        native.gather(descriptors, beyond)


def test_a_closed_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """A descriptor that is not open does no harm."""
    (tmp_path / "rows").write_bytes(b"{}")
    descriptor = os.open(tmp_path / "rows", os.O_RDONLY)
    os.close(descriptor)

    with pytest.raises(OSError, match="Bad file descriptor"):
        native.gather([descriptor], np.zeros(1, RANGE))
    with pytest.raises(ValueError, match="negative"):
        native.gather([-1], np.zeros(1, RANGE))


def test_a_directory_cannot_be_read(tmp_path: Path) -> None:
    """The system's own error comes through with its number."""
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(IsADirectoryError, match="source 0, from byte 0"):
            native.gather([descriptor], np.array([(0, 1, 0, 0, 0, 0)], RANGE))
    finally:
        os.close(descriptor)


def test_a_range_without_its_row_is_refused(descriptors: list[int]) -> None:
    """A uuid goes into a row and nowhere else; a source has its descriptor."""
    amid = np.array([(1, 9, 0, 0, 0, FILL)], RANGE)
    with pytest.raises(OSError, match="no row begins here"):
        native.gather(descriptors, amid)
    absent = np.array([(0, 1, 0, 0, 2, 0)], RANGE)
    with pytest.raises(OSError, match="source 2, from byte 0: no descriptor"):
        native.gather(descriptors, absent)


def test_a_body_that_no_memory_holds_is_refused(descriptors: list[int]) -> None:
    """Before anything is read."""
    huge = np.array([(0, 2**64 - 1, 0, 0, 0, 0)] * 2, RANGE)

    with pytest.raises(MemoryError):
        native.gather(descriptors, huge)
