"""The rows of a body are found again: to settle them, to split them, to name them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ndjson import made_row, scanned

from bulkimport.native import FILL, FILL_BYTES, RANGE, scan_block
from bulkimport.shards.index import merge_ranges
from bulkimport.shards.order import ranges_of
from bulkimport.shards.partitions import Table
from bulkimport.shards.survey import OwnPlace, Part, halve, own_place, range_begins, survey


def cut_up(body: bytes, size: int) -> Iterator[bytes]:
    """A body in pieces of one size."""
    return (body[at : at + size] for at in range(0, len(body), size))


@given(
    keys=st.lists(st.sampled_from("abc"), max_size=20),
    size=st.integers(1, 200),
    long=st.integers(0, 300),
)
def test_a_survey_does_not_see_the_pieces(keys: list[str], size: int, long: int) -> None:
    """Rows larger than a piece, and pieces of many rows."""
    rows = [made_row(key, number=n, more=f'"x":"{"x" * long}",') for n, key in enumerate(keys)]
    body = b"".join(row + b"\n" for row in rows)

    found = survey(cut_up(body, size))

    assert found.tobytes() == scanned(body).tobytes()
    assert [int(row["offset"]) for row in found] == [
        sum(len(row) + 1 for row in rows[:at]) for at in range(len(rows))
    ]


def test_a_large_row_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """4 MiB in pieces of 16 KiB: scanned with every piece, it would be read 128 times over."""
    row = made_row(number=1, more=f'"x":"{"x" * (4 << 20)}",')
    looked_at = 0

    def counted(block: bytes, **place: Any) -> tuple[int, int, Table]:
        nonlocal looked_at
        looked_at += len(block)
        return scan_block(block, **place)

    monkeypatch.setattr("bulkimport.shards.survey.scan_block", counted)

    found = survey(cut_up(row + b"\n" + row, 16 << 10))

    assert found["length"].tolist() == [len(row), len(row)]
    assert looked_at < 3 * len(row)


def body_of(sizes: list[list[int]]) -> tuple[Table, int]:
    """The rows of a body whose data rows have rows of such sizes, and its size."""
    rows = [
        made_row(f"k{number}", number=at, more=f'"x":"{"x" * size}",')
        for number, data_row in enumerate(sizes)
        for at, size in enumerate(data_row)
    ]
    body = b"".join(row + b"\n" for row in rows)
    return survey(iter([body])), len(body)


def test_a_single_data_row_is_not_halved() -> None:
    """One label, never two."""
    rows, size = body_of([[1, 2, 3]])

    assert halve(rows, size=size) == [Part(0, size, 3, 1)]


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ([[10], [10]], [1, 1]),
        ([[1000], [1], [1]], [1, 2]),
        ([[1], [1], [1000]], [2, 1]),
        ([[1], [1000], [1]], [2, 1]),
        ([[10]] * 6, [3, 3]),
        ([[1, 1, 1], [1]], [3, 1]),
    ],
)
def test_a_body_is_halved_by_bytes(sizes: list[list[int]], rows: list[int]) -> None:
    """As near to the middle as data rows allow; neither half is empty."""
    found, size = body_of(sizes)

    assert [part.rows for part in halve(found, size=size)] == rows


@given(st.lists(st.lists(st.integers(0, 200), min_size=1, max_size=4), min_size=2, max_size=12))
def test_halves_make_up_the_whole(sizes: list[list[int]]) -> None:
    """No byte, row or data row is lost, none is in both."""
    rows, size = body_of(sizes)

    first, second = halve(rows, size=size)

    assert (first.start, second.end) == (0, size)
    assert first.end == second.start
    assert first.rows + second.rows == len(rows)
    assert first.data_rows + second.data_rows == len(sizes)
    assert first.data_rows >= 1
    assert second.data_rows >= 1
    assert first.end == int(rows["offset"][first.rows])
    assert rows["key_low"][first.rows - 1] != rows["key_low"][first.rows]
    # No cut between two other data rows is nearer to the middle than one data row allows.
    largest = max(sum(len(made_row("k0", number=0)) + 8 + one for one in each) for each in sizes)
    assert abs(first.end - size // 2) <= 2 * largest


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([b"\n", b"\r\n", b"\n\n", b"  \n "])), max_size=15
    )
)
def test_every_row_of_a_body_finds_its_own_place(rows: list[tuple[bool, bytes]]) -> None:
    """Where the input's own row lies, also when ranges are merged and uuids are filled."""
    made = [made_row(number=n if named else None, x=n) for n, (named, _) in enumerate(rows)]
    source = b"".join(row + gap for row, (_, gap) in zip(made, rows, strict=True))
    table = scanned(source)
    ranges = merge_ranges(ranges_of(table, ordinal=np.zeros(len(table), np.int64)))
    sent = [
        row
        if named
        else b'{"uuid":"' + b"0" * 8 + b"-0000" * 3 + b"-" + b"0" * 12 + b'",' + row[1:]
        for row, (named, _) in zip(made, rows, strict=True)
    ]
    found = survey(iter([b"".join(row + b"\n" for row in sent)]))
    begins = range_begins(ranges)

    places = [own_place(ranges, begins, row) for row in found]

    assert [source[one.offset : one.offset + one.length] for one in places] == made


def test_an_own_place_names_its_source() -> None:
    """A filled row is a range of its own."""
    ranges = np.zeros(2, RANGE)
    ranges["source"], ranges["offset"], ranges["length"] = [3, 1], [50, 7], [60, 60]
    ranges["flags"][0] = FILL
    begins = range_begins(ranges)
    row = np.zeros(1, [("offset", "<u8"), ("length", "<u4")])
    row["offset"], row["length"] = begins[1], 60

    assert begins.tolist() == [0, 60 + FILL_BYTES + 1]
    assert own_place(ranges, begins, row[0]) == OwnPlace(1, 7, 60)
    row["offset"], row["length"] = 0, 60 + FILL_BYTES
    assert own_place(ranges, begins, row[0]) == OwnPlace(3, 50, 60)
