"""Records spread over files on disk, so that each file fits in memory and none need all.

A partition is a plain run of records of one dtype. Nothing in here survives a crash on purpose:
partitions belong to a plan in the making, and a plan that was not finished is made again.
"""

import shutil
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bulkimport.disk import disk_trouble_at, make_folder

Records = np.ndarray[tuple[int], np.dtype[np.void]]

# Some 25 MB of scan records: a partition is sorted in memory, several times over.
RECORDS_PER_PARTITION = 250_000
MOST_PARTITIONS = 512


def partitions_for(records: int) -> int:
    """Return how many partitions, a power of two, keep each near RECORDS_PER_PARTITION."""
    wanted = -(-records // RECORDS_PER_PARTITION)
    return min(MOST_PARTITIONS, 1 << max(0, wanted - 1).bit_length())


class Partitions:
    """`count` files of records under `folder`. Costs one open file and one buffer each."""

    def __init__(self, folder: Path, *, count: int, dtype: np.dtype[np.void]) -> None:
        """Make the folder; the files come with their first records."""
        self.count = count
        self._dtype = dtype
        self._folder = folder
        self._files: dict[int, BinaryIO] = {}
        make_folder(folder)

    def add(self, records: Records, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        """Append each record to the partition of its number, order kept within a partition."""
        if self.count == 1:
            self._append(0, records)
            return
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(self.count + 1))
        for number in np.flatnonzero(np.diff(bounds)):
            self._append(int(number), records[order[bounds[number] : bounds[number + 1]]])

    def load(self, number: int) -> Records:
        """Read one partition whole and remove it from disk."""
        file = self._files.pop(number, None)
        if file is None:
            return np.empty(0, self._dtype)
        path = self._path(number)
        with disk_trouble_at(path):
            file.close()
            records = np.fromfile(path, self._dtype)
            path.unlink()
        return records

    def close(self) -> None:
        """Remove all that is left."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _append(self, number: int, records: Records) -> None:
        with disk_trouble_at(self._path(number)):
            if number not in self._files:
                self._files[number] = self._path(number).open("wb")
            self._files[number].write(records.tobytes())

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04d}.records"
