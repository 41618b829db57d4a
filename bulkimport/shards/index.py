"""RUN/index: which byte ranges of which source make up each shard.

    ranges.bin   RANGE rows, the shards' one after another (dtype in native.py)
    shards.bin   SHARD rows, one a shard

Written once while the plan is made, read only after; a row range is merged with its neighbour
where the bytes between are one line end, so a tidy file has a few ranges a shard.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np

from bulkimport.disk import AppendFile, disk_trouble_at, make_folder, replace_file
from bulkimport.errors import RunMismatch
from bulkimport.native import FILL, RANGE
from bulkimport.shards.partitions import Table

SHARD = np.dtype(
    [
        ("first_range", "<u8"),
        ("ranges", "<u8"),
        ("rows", "<u4"),
        ("data_rows", "<u4"),
        ("bytes", "<u8"),
        ("digest", "S32"),
        ("uuids", "S32"),  # the digest of its uuids; empty when there are rows without
    ]
)

# Ranges that are held while a body is read; a shard of scattered rows has a hundred thousand.
PORTION = 8192
GONE = "the run's index is gone"
CUT_OFF = "the run's index is cut off"


class IndexWriter:
    """Appends shards; nothing counts before `finish`."""

    def __init__(self, folder: Path) -> None:
        """Begin anew in `folder`."""
        make_folder(folder)
        self._folder = folder
        self._ranges = AppendFile(folder / "ranges.bin", size=0)
        self._written = 0
        self._shards: list[tuple[int, int, int, int, int, bytes, bytes]] = []

    def add(
        self,
        ranges: Table,
        *,
        rows: int,
        data_rows: int,
        size: int,
        digest: str,
        uuids: str = "",
    ) -> None:
        """Append one shard of merged `ranges`."""
        self._ranges.write(ranges.tobytes())
        counts = (rows, data_rows, size)
        self._shards.append((self._written, len(ranges), *counts, digest.encode(), uuids.encode()))
        self._written += len(ranges)

    def finish(self) -> Table:
        """Make the index durable and return its SHARD rows."""
        self._ranges.sync()
        shards = np.array(self._shards, SHARD)
        replace_file(self._folder / "shards.bin", shards.tobytes())
        return shards

    def close(self) -> None:
        """Close the file."""
        self._ranges.close()


class Index:
    """Reads what an IndexWriter finished. Memory: the shard table, and one shard's ranges."""

    def __init__(self, folder: Path, shards: Table) -> None:
        """Keep the table."""
        self._path = folder / "ranges.bin"
        self.shards = shards

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read the shard table. Raises RunMismatch when it is gone or cut."""
        path = folder / "shards.bin"
        with disk_trouble_at(path):
            content = path.read_bytes() if path.exists() else None
        if content is None:
            raise RunMismatch(GONE, place=str(path))
        if len(content) % SHARD.itemsize:
            raise RunMismatch(CUT_OFF, place=str(path))
        return cls(folder, np.frombuffer(content, SHARD))

    def ranges(self, number: int) -> Table:
        """Read the ranges of one shard. Raises RunMismatch when they are not all there."""
        return np.concatenate([np.empty(0, RANGE), *self.portions(number)])

    def portions(self, number: int) -> Iterator[Table]:
        """Read the ranges of one shard, PORTION at a time. Raises RunMismatch as `ranges`."""
        shard = self.shards[number]
        first, count = int(shard["first_range"]), int(shard["ranges"])
        for done in range(0, count, PORTION):
            yield self._read(first + done, min(PORTION, count - done))

    def _read(self, first: int, count: int) -> Table:
        if not self._path.exists():
            raise RunMismatch(GONE, place=str(self._path))
        with disk_trouble_at(self._path):
            ranges = np.fromfile(self._path, RANGE, count=count, offset=first * RANGE.itemsize)
        if len(ranges) != count:
            raise RunMismatch(CUT_OFF, place=str(self._path))
        return ranges


def merge_ranges(ranges: Table) -> Table:
    """Merge neighbours that have only a line end between them; filled rows stay alone.

    Row offsets and lengths leave blanks out, so a gap of exactly one byte is the line end.
    """
    if not len(ranges):
        return ranges
    plain = ranges["flags"] & FILL == 0
    end = ranges["offset"] + ranges["length"]
    joins = (
        plain[1:]
        & plain[:-1]
        & (ranges["source"][1:] == ranges["source"][:-1])
        & (ranges["offset"][1:] == end[:-1] + np.uint64(1))
    )
    starts = np.flatnonzero(np.concatenate(([True], ~joins)))
    lasts = np.concatenate((starts[1:], [len(ranges)])) - 1
    merged = ranges[starts].copy()
    merged["length"] = end[lasts] - merged["offset"]
    return merged
