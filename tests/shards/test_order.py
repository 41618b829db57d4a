"""Rows that went through hash partitions come back in the order of their sources."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ndjson import made_row, scanned

from bulkimport.native import FILL, fill_uuids
from bulkimport.shards.group import Caps, Incomplete, group_rows
from bulkimport.shards.order import Order
from bulkimport.shards.partitions import Table

CAPS = Caps(rows=1000, bytes=1 << 20)


def ordered(
    folder: Path, sources: list[bytes], *, count: int, partitions: int = 1, fill: bool = True
) -> list[Table]:
    """The buckets of some sources, judged in so many partitions."""
    rows = scanned(*sources)
    order = Order(folder, sizes=[len(source) for source in sources], count=count)
    for number in range(partitions):
        part = rows[rows["key_low"] % np.uint64(partitions) == number]
        order.add(group_rows(part, caps=CAPS, incomplete=Incomplete.SEND), fill=fill)
    buckets = list(order)
    order.close()
    assert not folder.exists()
    return buckets


def places(buckets: list[Table]) -> list[tuple[int, int]]:
    """Source and offset of each row, in order."""
    entries = np.concatenate(buckets)["range"]
    return list(zip(entries["source"].tolist(), entries["offset"].tolist(), strict=True))


def naive(sources: list[bytes], keys: list[list[str]]) -> list[tuple[int, int]]:
    """Data rows by their first appearance, their rows by place; a row is as long as any other."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, names in enumerate(keys):
        for at, key in enumerate(names):
            offset = at * (len(made_row("a")) + 1)
            found.setdefault(key, []).append((number, offset))
    return [place for data_row in found.values() for place in data_row]


@given(
    keys=st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), min_size=1, max_size=4),
    count=st.sampled_from([1, 2, 8, 64]),
    partitions=st.sampled_from([1, 3, 8]),
)
def test_data_rows_come_in_the_order_in_which_they_first_appear(
    tmp_path_factory: pytest.TempPathFactory, keys: list[list[str]], count: int, partitions: int
) -> None:
    """Over all sources, however many partitions and buckets there are; none is split in two."""
    sources = [b"".join(made_row(key) + b"\n" for key in names) for names in keys]
    folder = tmp_path_factory.mktemp("order") / "buckets"

    buckets = ordered(folder, sources, count=count, partitions=partitions)

    assert places(buckets) == naive(sources, keys)
    assert len(buckets) == count
    firsts = [set(bucket["first"].tolist()) for bucket in buckets]
    assert sum(map(len, firsts)) == len(set().union(*firsts))


def test_only_accepted_rows_are_in_order(tmp_path: Path) -> None:
    """A data row begins where its first accepted row stands."""
    bad = b'{"dataRow":{"globalKey":"a"}}'
    source = b"\n".join([bad, made_row("b"), made_row("a")])

    buckets = ordered(tmp_path / "b", [source], count=2)

    assert places(buckets) == [(0, len(bad) + 1), (0, len(bad) + len(made_row("b")) + 2)]


def test_empty_sources_take_no_room(tmp_path: Path) -> None:
    """They lie end to end with the others all the same."""
    row = made_row() + b"\n"

    assert places(ordered(tmp_path / "b", [b"", row, b"", row], count=4)) == [(1, 0), (3, 0)]
    assert [len(bucket) for bucket in ordered(tmp_path / "c", [b""], count=2)] == [0, 0]


def test_an_entry_knows_its_row(tmp_path: Path) -> None:
    """Its bytes without the blanks around, and that it is one row with a uuid."""
    row = made_row(number=1)

    (bucket,) = ordered(tmp_path / "b", [b" \t" + row + b"  \r\n"], count=1)

    entry = bucket[0]
    assert (entry["range"]["offset"], entry["range"]["length"]) == (2, len(row))
    assert (entry["more"], entry["bare"]) == (0, 0)


@pytest.mark.parametrize("fill", [True, False])
def test_rows_without_uuid_get_one_made_of_what_they_are(tmp_path: Path, *, fill: bool) -> None:
    """Key, content and number among equals; rows with one, and all of them on request, keep it."""
    rows = [made_row("a"), made_row("a", number=1), made_row("a"), made_row("b")]
    table = scanned(b"\n".join(rows))

    (bucket,) = ordered(tmp_path / "b", [b"\n".join(rows)], count=1, fill=fill)

    ranges = bucket["range"]
    assert (ranges["flags"] & FILL > 0).tolist() == [fill, False, fill, fill]
    if fill:
        expected = fill_uuids(table[[0, 2, 3]], np.array([0, 1, 0], np.uint64))
        filled = ranges[[0, 2, 3]]
        assert filled["fill_low"].tolist() == expected["low"].tolist()
        assert filled["fill_high"].tolist() == expected["high"].tolist()
        assert len(set(expected["low"].tolist())) == 3
