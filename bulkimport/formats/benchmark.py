"""Marking rows as those of a benchmark: the reference label of their data row, ground truth only.

--benchmark all       every label
--benchmark KEYFILE   the labels of the data rows whose keys the file names, one a line
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from bulkimport.errors import UsageError
from bulkimport.formats.splice import Change, find_key
from bulkimport.formats.tables import TableFile

ALL: Final = "all"
# The word that rows may have for it already; nowhere else in a row is there a member of this name.
SAID: Final = re.compile(rb'"isBenchmarkReferenceLabel"\s*:\s*(true|false|null)')
MARK: Final = b',"isBenchmarkReferenceLabel":true'


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Which labels become benchmarks: all, or those whose keys a file names."""

    file: TableFile | None = None

    @classmethod
    def read(cls, word: str) -> Self:
        """Read `all` or the path of a file, which is digested. Raises UsageError."""
        return cls(None if word == ALL else TableFile.at(Path(word)))

    def __str__(self) -> str:
        """What shapes rows: the file by its digest."""
        return self.file.digest if self.file else ALL

    def marks(self) -> "Marks":
        """Read the keys, which stay in memory. Raises UsageError for a file without any."""
        if self.file is None:
            return Marks(None)
        path = self.file.unchanged().path
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("the keys cannot be read", place=str(path)) from error
        keys = frozenset(line.strip() for line in lines if line.strip())
        if not keys:
            raise UsageError("names no data row", place=str(path), remedy="write a key a line")
        return Marks(keys)


@dataclass(frozen=True, slots=True)
class Marks:
    """The keys (ids or global keys) of data rows whose labels are marked; None for all.

    `unmet` are those of which no row has been seen so far.
    """

    keys: frozenset[str] | None
    unmet: set[str] = field(init=False)

    def __post_init__(self) -> None:
        """No row has been seen."""
        object.__setattr__(self, "unmet", set(self.keys or ()))

    def change(self, row: bytes) -> Change | None:
        """What marks the row, whose key is the destination's; None when it stays as it is."""
        if self.keys is not None:
            spot = find_key(row)
            if spot is None or spot.key.value not in self.keys:
                return None
            self.unmet.discard(spot.key.value)
        said = SAID.search(row)
        if said is not None:
            return Change(said.start(1), said.end(1), b"true")
        end = len(row.rstrip())
        if row[end - 1 : end] != b"}" or row[: end - 1].rstrip().endswith(b"{"):
            return None
        return Change(end - 1, end - 1, MARK)
