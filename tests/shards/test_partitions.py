"""Tables on disk come back whole and in order, one partition at a time, and leave nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.errors import DiskTrouble
from bulkimport.shards.partitions import (
    MOST_PARTITIONS,
    ROWS_PER_PARTITION,
    WAITING_BYTES,
    Partitions,
    Table,
    partitions_for,
)

PAIR = np.dtype([("number", "<i8"), ("order", "<i8")])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where partitions lie; gone at the end of every test."""
    path = tmp_path / "partitions"
    yield path
    assert not path.exists()


def pairs(numbers: list[int], *, begin: int = 0) -> Table:
    """Rows that say to which partition they belong and which number they have."""
    made = np.zeros(len(numbers), PAIR)
    made["number"] = numbers
    made["order"] = np.arange(begin, begin + len(numbers))
    return made


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (0, 1),
        (1, 1),
        (ROWS_PER_PARTITION, 1),
        (ROWS_PER_PARTITION + 1, 2),
        (3 * ROWS_PER_PARTITION, 4),
        (4 * ROWS_PER_PARTITION, 4),
        (4 * ROWS_PER_PARTITION + 1, 8),
        (10**12, MOST_PARTITIONS),
    ],
)
def test_there_are_as_many_partitions_as_keep_each_small(rows: int, count: int) -> None:
    """A power of two, so that a mask finds a row's partition."""
    assert partitions_for(rows) == count


@given(st.lists(st.lists(st.integers(0, 7), max_size=20), max_size=5))
def test_every_row_comes_back_once_from_its_partition(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    """In the order in which it was added."""
    folder = tmp_path_factory.mktemp("partitions") / "here"
    partitions = Partitions(folder, count=8, dtype=PAIR)
    begin = 0
    for numbers in batches:
        partitions.add(pairs(numbers, begin=begin), np.array(numbers, np.int64))
        begin += len(numbers)

    flat = [number for numbers in batches for number in numbers]
    for number in range(8):
        loaded = partitions.load(number)
        assert loaded["order"].tolist() == [at for at, one in enumerate(flat) if one == number]
        assert loaded["number"].tolist() == [number] * len(loaded)
    assert list(folder.iterdir()) == []
    partitions.close()
    assert not folder.exists()


def test_a_row_of_no_partition_is_refused(folder: Path) -> None:
    """Nothing is lost in silence."""
    partitions = Partitions(folder, count=1, dtype=PAIR)

    with pytest.raises(ValueError, match="numbers"):
        partitions.add(pairs([5, 3]), np.array([0, 1]))

    assert partitions.rows(0) == 0
    partitions.close()


def test_a_hash_names_a_partition_by_its_low_bits(folder: Path) -> None:
    """In any field of the rows."""
    partitions = Partitions(folder, count=4, dtype=PAIR)
    partitions.add_by(pairs([8, 5, 1], begin=2), "number")
    partitions.add_by(pairs([7], begin=6), "order")

    assert [partitions.load(at)["number"].tolist() for at in range(4)] == [[8], [5, 1], [7], []]
    partitions.close()


def test_a_partition_is_read_once(folder: Path) -> None:
    """Its room on disk is given back at once."""
    partitions = Partitions(folder, count=2, dtype=PAIR)
    partitions.add(pairs([1]), np.array([1]))

    assert len(partitions.load(1)) == 1
    assert len(partitions.load(1)) == 0
    assert len(partitions.load(0)) == 0
    partitions.close()


def test_partitions_nobody_read_are_removed(folder: Path) -> None:
    """As when a plan is given up half-way."""
    partitions = Partitions(folder, count=2, dtype=PAIR)
    partitions.add(pairs([0, 1]), np.array([0, 1]))

    partitions.close()
    partitions.close()


def test_what_a_killed_process_left_is_not_taken_for_rows(folder: Path) -> None:
    """A file of an earlier attempt is begun anew."""
    folder.mkdir()
    (folder / "0000.rows").write_bytes(bytes(160))
    partitions = Partitions(folder, count=1, dtype=PAIR)
    partitions.add(pairs([7]), np.array([0]))

    assert partitions.load(0)["number"].tolist() == [7]
    partitions.close()


def test_a_partition_that_cannot_be_written_is_named(folder: Path) -> None:
    """A folder stands in its place."""
    partitions = Partitions(folder, count=1, dtype=PAIR)
    (folder / "0000.rows").mkdir()
    many = np.zeros(WAITING_BYTES // PAIR.itemsize + 1, PAIR)

    with pytest.raises(DiskTrouble, match=r"0000\.rows"):
        partitions.add_by(many, "number")
    partitions.close()


@pytest.mark.parametrize("count", [1, 4])
def test_rows_that_are_too_many_to_wait_are_written(folder: Path, count: int) -> None:
    """Memory does not grow with what is added, and no order is lost on the way."""
    partitions = Partitions(folder, count=count, dtype=PAIR)
    each = WAITING_BYTES // PAIR.itemsize // 3 + 1
    numbers = np.arange(each) % count
    for portion in range(5):
        partitions.add(pairs(numbers.tolist(), begin=portion * each), numbers)
        written = sum(path.stat().st_size for path in folder.iterdir())
        assert (written > 0) is (portion >= 2)

    loaded = [partitions.load(number)["order"] for number in range(count)]
    assert all(np.all(np.diff(orders) > 0) for orders in loaded)
    assert sum(map(len, loaded)) == 5 * each
    partitions.close()
