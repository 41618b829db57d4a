"""Table spread over files on disk, so that each file fits in memory and none need all.

A partition is a plain run of rows of one dtype. Nothing in here survives a crash on purpose:
partitions belong to a plan in the making, and a plan that was not finished is made again.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.native import spread

Table = np.ndarray[tuple[int], np.dtype[np.void]]
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Small = np.ndarray[tuple[int], np.dtype[np.uint16]]

# Some 11 MB of a scan's rows: a partition is sorted in memory, several times over.
ROWS_PER_PARTITION = 125_000
MOST_PARTITIONS = 512
# Rows that wait in memory before they are written.
WAITING_BYTES = 4 << 20


def partitions_for(rows: int, *, each: int = ROWS_PER_PARTITION) -> int:
    """Return how many partitions, a power of two, keep each near `each` rows."""
    wanted = -(-rows // each)
    return min(MOST_PARTITIONS, 1 << max(0, wanted - 1).bit_length())


class Partitions:
    """`count` files of rows under `folder`. Costs a file and a buffer each, and WAITING_BYTES.

    Rows wait until there are many: to append to a file costs as much as to sort a thousand rows.
    """

    def __init__(self, folder: Path, *, count: int, dtype: np.dtype[np.void]) -> None:
        """Make the folder; the files come with their first rows."""
        self.count = count
        self._dtype = dtype
        self._folder = folder
        self._files: dict[int, BinaryIO] = {}
        self._rows: Counter[int] = Counter()
        self._waiting: list[tuple[Table, Small]] = []
        self._waiting_bytes = 0
        make_folder(folder)

    def add(self, rows: Table, numbers: Numbers) -> None:
        """Append each row to the partition of its number, order kept within a partition."""
        self._waiting.append((rows, numbers.astype(np.uint16)))
        self._waiting_bytes += rows.nbytes
        if self._waiting_bytes >= WAITING_BYTES:
            self._write()

    def add_by(self, rows: Table, hashes: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> None:
        """Append each row to the partition of its hash."""
        if len(rows):
            self.add(rows, (hashes & np.uint64(self.count - 1)).astype(np.int64))

    def rows(self, number: int) -> int:
        """How many rows the partition holds."""
        self._write()
        return self._rows[number]

    def load(self, number: int) -> Table:
        """Read one partition whole and remove it from disk."""
        return next(self.portions(number, most=self.rows(number)), np.empty(0, self._dtype))

    def portions(self, number: int, *, most: int) -> Iterator[Table]:
        """Read one partition, at `most` so many rows at a time, and remove it from disk."""
        self._write()
        file = self._files.pop(number, None)
        if file is None:
            return
        path = self._path(number)
        with disk_trouble_at(path):
            file.close()
        left = self._rows.pop(number)
        done = 0
        while left:
            count = min(most, left)
            with disk_trouble_at(path):
                rows = np.fromfile(
                    path, self._dtype, count=count, offset=done * self._dtype.itemsize
                )
                left, done = left - count, done + count
                if not left:
                    path.unlink()
            yield rows

    def close(self) -> None:
        """Remove all that is left."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if self.count == 1:
            for rows, _ in waiting:
                self._append(0, rows)
            return
        in_order, counts = spread(waiting, count=self.count)
        for number, rows in enumerate(np.split(in_order, np.cumsum(counts[:-1]))):
            if len(rows):
                self._append(number, rows)

    def _append(self, number: int, rows: Table) -> None:
        with disk_trouble_at(self._path(number)):
            if number not in self._files:
                self._files[number] = self._path(number).open("wb")
            self._files[number].write(rows.data)
        self._rows[number] += len(rows)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04d}.rows"
