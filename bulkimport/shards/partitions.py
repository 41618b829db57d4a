"""Table spread over files on disk, so that each file fits in memory and none need all.

A partition is a plain run of rows of one dtype. Nothing in here survives a crash on purpose:
partitions belong to a plan in the making, and a plan that was not finished is made again.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.native import Scatter, packed

Table = np.ndarray[tuple[int], np.dtype[np.void]]
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

# Some 11 MB of a scan's rows: a partition is sorted in memory, several times over.
ROWS_PER_PARTITION = 125_000
MOST_PARTITIONS = 512
# Rows that wait in memory before they are written.
WAITING_BYTES = 8 << 20


def partitions_for(rows: int, *, each: int = ROWS_PER_PARTITION) -> int:
    """Return how many partitions, a power of two, keep each near `each` rows."""
    wanted = -(-rows // each)
    return min(MOST_PARTITIONS, 1 << max(0, wanted - 1).bit_length())


class Partitions:
    """`count` tables of rows under `folder`. Costs a file each, and WAITING_BYTES.

    Rows wait until there are many: to append to a file costs as much as to sort a thousand rows.
    """

    def __init__(self, folder: Path, *, count: int, dtype: np.dtype[np.void]) -> None:
        """Make the folder; the files come with their first rows."""
        self.count = count
        self._dtype = dtype
        self._places = {name: at for name, (_, at, *_) in (dtype.fields or {}).items()}
        self._folder = folder
        make_folder(folder)
        self._scatter = Scatter(folder, width=dtype.itemsize, count=count, waiting=WAITING_BYTES)

    def add(self, rows: Table, numbers: Numbers) -> None:
        """Append each row to the partition of its number, order kept within a partition."""
        with disk_trouble_at(self._folder):
            self._scatter.add(packed(rows), packed(numbers.astype("<u2")))

    def add_by(self, rows: Table, name: str) -> None:
        """Append each row to the partition of the hash in one of its fields."""
        with disk_trouble_at(self._folder):
            self._scatter.add_by(packed(rows), at=self._places[name])

    def rows(self, number: int) -> int:
        """How many rows the partition holds."""
        return self._scatter.rows(number)

    def load(self, number: int) -> Table:
        """Take one partition whole; its room on disk is free again."""
        return next(self.portions(number, most=self.rows(number)), np.empty(0, self._dtype))

    def portions(self, number: int, *, most: int) -> Iterator[Table]:
        """Take one partition, at `most` so many rows at a time."""
        while self.rows(number):
            with disk_trouble_at(self._folder):
                taken = self._scatter.take(number, most=most)
            yield np.frombuffer(taken, self._dtype)

    def close(self) -> None:
        """Remove all that is left."""
        # The files of the one that goes are closed with it.
        self._scatter = Scatter(self._folder, width=1, count=1, waiting=0)
        shutil.rmtree(self._folder, ignore_errors=True)
