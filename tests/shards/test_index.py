"""The index says which bytes make up each shard, and says so when it is damaged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.errors import RunMismatch
from bulkimport.native import FILL, RANGE
from bulkimport.shards.index import SHARD, Index, IndexWriter, merge_ranges
from bulkimport.shards.partitions import Table

# Source, offset, length, filled.
Stretch = tuple[int, int, int, bool]


def ranges_of(*stretches: Stretch) -> Table:
    """A table of ranges."""
    made = np.zeros(len(stretches), RANGE)
    for at, (source, offset, length, filled) in enumerate(stretches):
        made[at] = (offset, length, 7 * filled, 9 * filled, source, FILL * filled)
    return made


def stretches_of(ranges: Table) -> list[Stretch]:
    """A table of ranges, to be compared."""
    return [
        (int(one["source"]), int(one["offset"]), int(one["length"]), bool(one["flags"] & FILL))
        for one in ranges
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        ([(0, 0, 5, False)], [(0, 0, 5, False)]),
        ([(0, 0, 5, False), (0, 6, 5, False)], [(0, 0, 11, False)]),
        ([(0, 0, 5, False), (0, 6, 5, False), (0, 12, 1, False)], [(0, 0, 13, False)]),
        # A gap of two: a carriage return, a blank or an empty line.
        ([(0, 0, 5, False), (0, 7, 5, False)],) * 2,
        # No gap at all cannot be two lines; it is left as it is.
        ([(0, 0, 5, False), (0, 5, 5, False)],) * 2,
        # Backwards, and into another source.
        ([(0, 6, 5, False), (0, 0, 5, False)],) * 2,
        ([(0, 0, 5, False), (1, 6, 5, False)],) * 2,
        # A filled row stays alone, on both sides.
        (
            [(0, 0, 5, True), (0, 6, 5, False), (0, 12, 5, False)],
            [(0, 0, 5, True), (0, 6, 11, False)],
        ),
        ([(0, 0, 5, False), (0, 6, 5, True)],) * 2,
        ([(0, 0, 5, True), (0, 6, 5, True)],) * 2,
    ],
)
def test_neighbours_are_merged(before: list[Stretch], after: list[Stretch]) -> None:
    """When one line end is all that lies between."""
    merged = merge_ranges(ranges_of(*before))

    assert stretches_of(merged) == after


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.booleans()), max_size=30))
def test_merging_keeps_every_byte_of_the_body(steps: list[tuple[int, int, bool]]) -> None:
    """Rows are laid out with gaps of one to three bytes; what a body reads stays the same."""
    at, stretches = 0, []
    for row, (gap, length, filled) in enumerate(steps):
        at += gap
        stretches.append((row % 2 if gap == 2 else 0, at, length, filled))
        at += length

    merged = stretches_of(merge_ranges(ranges_of(*stretches)))

    assert [byte for one in merged for byte in body(one)] == [
        byte for one in stretches for byte in body(one)
    ]


def body(stretch: Stretch) -> list[object]:
    """What a range reads: places in its source, the last of them that of its line end."""
    source, offset, length, filled = stretch
    own: list[object] = [(source, at) for at in range(offset, offset + length + 1)]
    return [("uuid", source, offset), *own] if filled else own


def written(folder: Path) -> Index:
    """An index of three shards of one, two and no ranges."""
    writer = IndexWriter(folder)
    first, second = ranges_of((0, 0, 5, False)), ranges_of((1, 3, 4, True), (0, 6, 5, False))
    writer.add(first, rows=1, data_rows=1, size=6, digest="d" * 32)
    writer.add(second, rows=2, data_rows=1, size=57, digest="e" * 32)
    finished = writer.finish()
    writer.close()
    index = Index.open(folder)
    assert finished.tobytes() == index.shards.tobytes()
    return index


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Shard by shard, in any order."""
    index = written(tmp_path / "index")

    assert stretches_of(index.ranges(1)) == [(1, 3, 4, True), (0, 6, 5, False)]
    assert stretches_of(index.ranges(0)) == [(0, 0, 5, False)]
    assert index.ranges(1)["fill_low"].tolist() == [7, 0]
    shard = index.shards[1]
    assert (shard["rows"], shard["data_rows"], shard["bytes"]) == (2, 1, 57)
    assert shard["digest"].decode() == "e" * 32


def test_an_index_may_be_empty(tmp_path: Path) -> None:
    """When every row was rejected."""
    writer = IndexWriter(tmp_path / "index")
    writer.finish()
    writer.close()

    assert len(Index.open(tmp_path / "index").shards) == 0


def test_an_index_is_begun_anew(tmp_path: Path) -> None:
    """What an interrupted plan left is written over."""
    written(tmp_path)
    writer = IndexWriter(tmp_path)
    writer.add(ranges_of((0, 9, 9, False)), rows=1, data_rows=1, size=10, digest="f" * 32)
    writer.finish()
    writer.close()

    index = Index.open(tmp_path)
    assert stretches_of(index.ranges(0)) == [(0, 9, 9, False)]
    assert (tmp_path / "ranges.bin").stat().st_size == RANGE.itemsize


def test_nothing_counts_before_it_is_finished(tmp_path: Path) -> None:
    """An index whose writing was interrupted is no index."""
    writer = IndexWriter(tmp_path)
    writer.add(ranges_of((0, 9, 9, False)), rows=1, data_rows=1, size=10, digest="f" * 32)
    writer.close()

    with pytest.raises(RunMismatch, match=r"shards\.bin: the run's index is gone"):
        Index.open(tmp_path)


@pytest.mark.parametrize("missing", [1, SHARD.itemsize - 1])
def test_a_table_that_is_cut_inside_a_shard_is_told(tmp_path: Path, missing: int) -> None:
    """It is not taken for a shorter one."""
    written(tmp_path)
    path = tmp_path / "shards.bin"
    path.write_bytes(path.read_bytes()[:-missing])

    with pytest.raises(RunMismatch, match="cut off"):
        Index.open(tmp_path)


@pytest.mark.parametrize("missing", [1, RANGE.itemsize, 2 * RANGE.itemsize])
def test_ranges_that_are_cut_off_are_told(tmp_path: Path, missing: int) -> None:
    """A shard would be sent without some of its rows."""
    index = written(tmp_path)
    path = tmp_path / "ranges.bin"
    path.write_bytes(path.read_bytes()[:-missing])

    with pytest.raises(RunMismatch, match=r"ranges\.bin: the run's index is cut off"):
        index.ranges(1)
    assert len(index.ranges(0)) == 1


def test_ranges_that_are_gone_are_told(tmp_path: Path) -> None:
    """The folder does not belong to its plan any more."""
    index = written(tmp_path)
    (tmp_path / "ranges.bin").unlink()

    with pytest.raises(RunMismatch, match="gone"):
        index.ranges(0)
