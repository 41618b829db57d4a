"""The names of a project's files: is one exactly there, and what is near if it is not.

Names of the platform are case-sensitive, with their extension. An annotation of a name that
differs by case, by extension or by a folder would be taken and never be seen, so it is told.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.native import key_hashes

NAMES_AT_ONCE = 1 << 15
MOST_NEAR = 3
LONGEST_NAME_BYTES = 1 << 12
# Tags of hashes: exactly as spelled, and folded by case.
EXACT, FOLDED = "i", "g"

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class ProjectFiles:
    """Hashes of names, and where each near name lies in the list. Memory: 32 bytes a file."""

    path: Path
    low: Words
    high: Words
    near_names: Words
    offsets: Words

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a list: UTF-8, one name a line. Raises UsageError for what is none."""
        exact, near, offsets = [_NONE], [_NONE], [np.empty(0, np.uint64)]
        try:
            with path.open("rb") as file:
                for lines in _parts(_lines(file)):
                    names = [line.decode("utf-8-sig") for _, line in lines]
                    exact.append(key_hashes(EXACT, names))
                    near.append(key_hashes(FOLDED, [_plain(name) for name in names]))
                    offsets.append(np.array([offset for offset, _ in lines], np.uint64))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the list of files cannot be read: {error}",
                place=str(path),
                remedy="give a text file with one file name a line",
            ) from error
        names_there, nearly = np.concatenate(exact), np.concatenate(near)[:, 0]
        by_low = np.argsort(names_there[:, 0], kind="stable")
        by_near = np.argsort(nearly, kind="stable")
        return cls(
            path,
            names_there[by_low, 0].copy(),
            names_there[by_low, 1].copy(),
            nearly[by_near].copy(),
            np.concatenate(offsets)[by_near].copy(),
        )

    def __len__(self) -> int:
        """How many names there are."""
        return len(self.low)

    def has(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each name whether the project has exactly this one."""
        if not len(self.low) or not names:
            return np.zeros(len(names), np.bool_)
        wanted = key_hashes(EXACT, list(names))
        at = np.minimum(np.searchsorted(self.low, wanted[:, 0]), len(self.low) - 1)
        there: NDArray[np.bool_] = (self.low[at] == wanted[:, 0]) & (self.high[at] == wanted[:, 1])
        return there

    def near(self, name: str) -> list[str]:
        """Names that differ from this one by case, extension or folder only; a few of them."""
        wanted = key_hashes(FOLDED, [_plain(name)])[0, 0]
        first, last = (int(np.searchsorted(self.near_names, wanted, side)) for side in _SIDES)
        places = self.offsets[first : min(last, first + MOST_NEAR)].tolist()
        if not places:
            return []
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            lines = [os.pread(descriptor, LONGEST_NAME_BYTES, place) for place in places]
        finally:
            os.close(descriptor)
        return [_name(line).decode("utf-8-sig", "replace") for line in lines]


_NONE = np.empty((0, 2), np.uint64)
_SIDES: Final[tuple[Literal["left"], Literal["right"]]] = ("left", "right")


def _plain(name: str) -> str:
    """A name without folders and extension."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return bare.rpartition(".")[0] or bare


def _name(line: bytes) -> bytes:
    return line.partition(b"\n")[0].removesuffix(b"\r")


def _lines(file: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each name that is not empty, and where its line begins."""
    offset = 0
    for line in file:
        if name := _name(line):
            yield offset, name
        offset += len(line)


def _parts(lines: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    while part := list(islice(lines, NAMES_AT_ONCE)):
        yield part
