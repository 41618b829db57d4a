"""Stretches stand for rows and decide nothing: with them and without, the same rows go."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from support.ndjson import made_row, scanned

from bulkimport.native import split_rows
from bulkimport.shards.group import ROWS_OF_ONE_NAME, Caps, Incomplete, group_rows
from bulkimport.shards.partitions import Table
from bulkimport.shards.stretches import alone, expand
from bulkimport.shards.uuids import UuidSum, mix_uuids

CAPS = Caps(rows=1000, bytes=1 << 20)


def lines(*rows: bytes) -> bytes:
    """A source."""
    return b"".join(row + b"\n" for row in rows)


def shapes(stretches: Table) -> list[tuple[int, int]]:
    """First line and number of rows of each stretch."""
    return [(int(one["line"]), int(one["rows"])) for one in stretches]


GOOD = [made_row("a", number=1), made_row("a", number=2), made_row("a", number=3)]


@pytest.mark.parametrize(
    ("source", "stretches", "loose"),
    [
        (b"", [], []),
        (lines(GOOD[0]), [], [1]),
        (lines(*GOOD), [(1, 3)], []),
        (lines(*GOOD)[:-1], [(1, 3)], []),
        (lines(*GOOD, made_row("b", number=4), made_row("b", number=5)), [(1, 3), (4, 2)], []),
        (lines(*GOOD, made_row("b", number=4)), [(1, 3)], [4]),
        # The same key as an id is another data row.
        (lines(GOOD[0], made_row("a", by="id", number=4)), [], [1, 2]),
        # Spelled otherwise: people are told, so it is looked at.
        (lines(GOOD[0], made_row("A", number=4)), [], [1, 2]),
        # Without a uuid, with one that is there twice, with a bad row in between.
        (lines(*GOOD, made_row("a")), [(1, 3)], [4]),
        (lines(*GOOD, GOOD[1]), [], [1, 2, 3, 4]),
        (lines(*GOOD[:2], made_row("b", number=1), made_row("b", number=4)), [(1, 2), (3, 2)], []),
        (lines(*GOOD[:2], b'{"dataRow":{"globalKey":"a"}}', *GOOD[2:]), [(1, 2)], [3, 4]),
        # More than a line end between: the bytes of the stretch would not be those of its rows.
        (lines(GOOD[0], b"", GOOD[1]), [], [1, 3]),
        (lines(GOOD[0] + b" ", GOOD[1]), [], [1, 2]),
        (lines(GOOD[0] + b"\r", GOOD[1]), [], [1, 2]),
        (lines(b" " + GOOD[0], GOOD[1]), [(1, 2)], []),
        (lines(GOOD[0], b" " + GOOD[1]), [], [1, 2]),
    ],
)
def test_rows_that_are_beyond_doubt_make_a_stretch(
    source: bytes, stretches: list[tuple[int, int]], loose: list[int]
) -> None:
    """All others stay rows."""
    found, rest = split_rows(scanned(source))
    assert shapes(found) == stretches
    assert rest["line"].tolist() == loose


def test_a_stretch_knows_its_bytes_and_its_uuids() -> None:
    """Where it lies, as one range, and the sum of its uuids."""
    source = lines(made_row("b"), *GOOD)
    rows = scanned(source)
    (one,) = split_rows(rows)[0]
    start = len(made_row("b")) + 1
    assert source[start : start + one["length"]] + b"\n" == lines(*GOOD)
    assert one["offset"] == start
    mixed = mix_uuids(rows["uuid_low"][1:], rows["uuid_high"][1:])
    assert (one["uuids_low"], one["uuids_high"]) == UuidSum.of(*mixed)


@pytest.mark.parametrize("over", [0, 1])
def test_too_many_of_one_name_are_never_a_stretch(over: int) -> None:
    """One more than the limit is looked at row by row."""
    rows = [made_row("a", number=number) for number in range(ROWS_OF_ONE_NAME + over)]
    found, loose = split_rows(scanned(lines(*rows)))
    assert (len(found), len(loose)) == ((1, 0) if not over else (0, len(rows)))


@pytest.mark.parametrize(
    ("caps", "whole"),
    [
        (CAPS, [True, True]),
        (Caps(rows=3, bytes=1 << 20), [True, True]),
        (Caps(rows=2, bytes=1 << 20), [False, True]),
        (Caps(rows=9, bytes=len(lines(*GOOD))), [True, True]),
        (Caps(rows=9, bytes=len(lines(*GOOD)) - 1), [False, True]),
    ],
)
def test_a_stretch_over_a_limit_is_looked_at(caps: Caps, whole: list[bool]) -> None:
    """Rows and bytes as they would be sent."""
    source = lines(*GOOD, made_row("b", number=4), made_row("b", number=5))
    found, loose = split_rows(scanned(source))
    assert alone(found, loose, caps=caps).tolist() == whole


def test_a_stretch_with_companions_is_not_alone() -> None:
    """Loose rows and other stretches of its data row, good or bad."""
    b = [made_row("b", number=number) for number in (4, 5)]
    bad = b'{"dataRow":{"globalKey":"b"}}'
    c = [made_row("c", number=number) for number in (6, 7)]
    again = [made_row("a", number=number) for number in (8, 9)]
    found, loose = split_rows(scanned(lines(*GOOD, *b, bad, *c, *again)))
    assert shapes(found) == [(1, 3), (4, 2), (7, 2), (9, 2)]
    assert alone(found, loose, caps=CAPS).tolist() == [False, False, True, False]
    assert alone(found[:0], loose, caps=CAPS).tolist() == []


# Runs of rows of one key, so that there are stretches: key, first number, rows, what ends each.
RUNS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", "A", "bad"]),
        st.one_of(st.none(), st.integers(1, 60)),
        st.integers(1, 6),
        st.sampled_from([b"", b"", b"", b" ", b"\n"]),
    ),
    max_size=8,
)


@given(sources=st.lists(RUNS, min_size=1, max_size=3), incomplete=st.sampled_from(Incomplete))
def test_the_same_rows_go_with_stretches_and_without(
    tmp_path_factory: pytest.TempPathFactory,
    sources: list[list[tuple[str, int | None, int, bytes]]],
    incomplete: Incomplete,
) -> None:
    """And the same rows are refused, with line and offset, for the same reasons."""
    caps = Caps(rows=9, bytes=900)
    texts = [b"".join(_lines(rows)) for rows in sources]
    expected = group_rows(scanned(*texts), caps=caps, incomplete=incomplete)

    folder = tmp_path_factory.mktemp("sources")
    parts = [_placed(split_rows(scanned(text)), number) for number, text in enumerate(texts)]
    stretches = np.concatenate([part[0] for part in parts])
    loose = np.concatenate([part[1] for part in parts])
    whole = alone(stretches, loose, caps=caps)
    descriptors = [_opened(folder / str(number), text) for number, text in enumerate(texts)]
    more = list(expand(stretches[~whole], descriptors))
    for descriptor in descriptors:
        os.close(descriptor)
    found = group_rows(np.concatenate((loose, *more)), caps=caps, incomplete=incomplete)

    places = [*_places(found.rows[found.accepted]), *_places_in(stretches[whole])]
    assert sorted(places) == sorted(_places(expected.rows[expected.accepted]))
    for mask in ("held", "rejected"):
        assert _places(found.rows[getattr(found, mask)]) == _places(
            expected.rows[getattr(expected, mask)]
        )
    assert found.fate[found.fate > 0].tolist() == expected.fate[expected.fate > 0].tolist()
    for caution, mask in found.cautions.items():
        assert np.count_nonzero(mask) == np.count_nonzero(expected.cautions[caution])
    event(f"whole stretches: {np.count_nonzero(whole) > 0}, expanded: {len(more) > 0}")
    assert {*found.rows.tolist()} <= {*expected.rows.tolist()}


def _lines(runs: list[tuple[str, int | None, int, bytes]]) -> Iterator[bytes]:
    for key, first, count, end in runs:
        for at in range(count):
            row = made_row(key, number=None if first is None else first + at, x=at)
            yield (b'{"dataRow":{"globalKey":"a"}}' if key == "bad" else row) + end + b"\n"


def _placed(tables: tuple[Table, Table], number: int) -> tuple[Table, Table]:
    """The same tables, as the scan of the `number`-th source gives them."""
    stretches, loose = (table.copy() for table in tables)
    stretches["source"] = loose["source"] = number
    return stretches, loose


def _opened(path: Path, text: bytes) -> int:
    path.write_bytes(text)
    return os.open(path, os.O_RDONLY)


def _places(rows: Table) -> list[tuple[int, int]]:
    return list(zip(rows["source"].tolist(), rows["line"].tolist(), strict=True))


def _places_in(stretches: Table) -> Iterator[tuple[int, int]]:
    for one in stretches:
        for at in range(int(one["rows"])):
            yield int(one["source"]), int(one["line"]) + at


def test_what_is_expanded_comes_in_parts_of_some_megabytes(tmp_path: Path) -> None:
    """So memory does not grow with the stretches; and a source cut short is an OSError."""
    rows = [made_row(f"key {n // 2}", number=n, more=f'"x":"{"y" * 3_000_000}",') for n in range(8)]
    text = lines(*rows)
    (tmp_path / "rows").write_bytes(text)
    stretches, loose = split_rows(scanned(text))
    assert (len(stretches), len(loose)) == (4, 0)
    descriptor = os.open(tmp_path / "rows", os.O_RDWR)
    tables = list(expand(stretches, [descriptor]))
    assert [len(table) for table in tables] == [2, 2, 2, 2]
    assert np.concatenate(tables).tolist() == scanned(text).tolist()
    os.ftruncate(descriptor, len(text) - 2)
    with pytest.raises(OSError, match="source 0"):
        list(expand(stretches, [descriptor]))
    os.close(descriptor)
