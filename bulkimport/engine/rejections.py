"""Rejected rows on their way to rejected.ndjson: all counted by slug, written as far as asked."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import orjson

from bulkimport.disk import AppendFile, disk_trouble_at
from bulkimport.model import Rejection
from bulkimport.rows.excerpt import Sample, sample_of
from bulkimport.rows.explain import rejection_parts

SAMPLES_PER_SLUG = 3
# A write costs as much as all the rest of a line.
WRITE_BYTES = 1 << 16


class Rejections:
    """Takes rejections one by one; memory does not grow with them.

    `untold` counts the rows for which there was no room any more, `forgiven` those that had been
    counted as going with a warning; whoever refuses such a row counts it here.
    """

    def __init__(self, path: Path, *, most: int | None = None) -> None:
        """Write to `path`, from its beginning, the lines of `most` faults or of all."""
        self._file = AppendFile(path, size=0)
        self._room = sys.maxsize if most is None else most
        self._waiting = bytearray()
        self.rows = 0
        self.untold = 0
        self.forgiven = 0
        self.by_slug: Counter[str] = Counter()
        self.samples: list[Sample] = []

    @property
    def room(self) -> int:
        """How many more rows are worth explaining; all others are only counted."""
        return max(0, self._room)

    def count(self, slug: str, rows: int) -> None:
        """Count rows that nobody explains, by their first fault."""
        self.by_slug[slug] += rows
        self.rows += rows
        self.untold += rows

    def add(self, rejection: Rejection, row: bytes) -> None:
        """Write one line; the first few of each slug are kept to be shown."""
        self.rows += 1
        self._count(rejection, row)
        self._tell([rejection], row)

    def add_all(
        self, rejections: Sequence[Rejection], row: bytes, *, places: Sequence[int]
    ) -> None:
        """Write a line for each fault of one row, which counts once for each rule.

        `places` are the faults' bytes in the row.
        """
        self.rows += 1
        pairs = list(zip(rejections, places, strict=True))
        first_of_each = {rejection.slug: (rejection, at) for rejection, at in reversed(pairs)}
        for rejection, at in first_of_each.values():
            self._count(rejection, row, at)
        self._tell(rejections, row)

    def take(self, path: Path, *, rows: bool = True) -> int:
        """Take whole lines from the file at `path`, and count them by their slugs.

        Not all are rows: an image of a document may be refused too.
        """
        lines = 0
        with disk_trouble_at(path), path.open("rb") as file:
            for line in file:
                lines += 1
                self.rows += rows
                found = orjson.loads(line)
                told = Rejection(**{one.name: found[one.name] for one in fields(Rejection)})
                self._count(told, None)
                if self._room > 0:
                    self._room -= 1
                    self._write(line)
                else:
                    self.untold += 1
        return lines

    def sync(self) -> None:
        """Make all lines durable."""
        self._flush()
        self._file.sync()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _tell(self, rejections: Sequence[Rejection], row: bytes) -> None:
        if self._room <= 0:
            self.untold += 1
            return
        self._room -= len(rejections)
        for rejection in rejections:
            self._write(*rejection_parts(rejection, row))

    def _write(self, *parts: bytes) -> None:
        if sum(map(len, parts)) < WRITE_BYTES:
            self._waiting += b"".join(parts)
        else:
            # A large row is not copied to be written.
            self._flush()
            for part in parts:
                self._file.write(part)
        if len(self._waiting) >= WRITE_BYTES:
            self._flush()

    def _flush(self) -> None:
        self._file.write(self._waiting)
        self._waiting = bytearray()

    def _count(self, rejection: Rejection, row: bytes | None, at: int | None = None) -> None:
        self.by_slug[rejection.slug] += 1
        if self.by_slug[rejection.slug] <= SAMPLES_PER_SLUG:
            sample = Sample(rejection) if row is None else sample_of(rejection, row, at)
            self.samples.append(sample)
