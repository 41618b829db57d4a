"""Which data rows are to be queued: their keys in an order that does not change, in parts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bulkimport.destinations.labelbox.batches import MOST_DATA_ROWS, Naming
from bulkimport.errors import RunMismatch, SourceUnreadable, UsageError


class ChosenKeys(Protocol):
    """Global keys or ids, cut into parts of at most 100,000: one batch each."""

    @property
    def naming(self) -> Naming:
        """What the texts are."""
        ...

    @property
    def sizes(self) -> Sequence[int]:
        """How many texts each part has."""
        ...

    @property
    def digest(self) -> str:
        """32 hex digits of all texts in their order."""
        ...

    def part(self, number: int) -> list[str]:
        """The texts of a part. Costs their memory."""
        ...


@dataclass(frozen=True, slots=True)
class KeyList:
    """Keys in memory."""

    naming: Naming
    texts: Sequence[str]

    @property
    def sizes(self) -> Sequence[int]:
        """How many texts each part has."""
        starts = range(0, len(self.texts), MOST_DATA_ROWS)
        return [min(MOST_DATA_ROWS, len(self.texts) - start) for start in starts]

    @property
    def digest(self) -> str:
        """32 hex digits of all texts in their order."""
        seen = hashlib.blake2b(digest_size=16)
        for text in self.texts:
            seen.update(text.encode() + b"\n")
        return seen.hexdigest()

    def part(self, number: int) -> list[str]:
        """The texts of a part."""
        start = number * MOST_DATA_ROWS
        return list(self.texts[start : start + MOST_DATA_ROWS])


@dataclass(frozen=True, slots=True)
class KeyLines:
    """Keys in a file, one a line; `offsets` are where each part begins."""

    naming: Naming
    path: Path
    sizes: Sequence[int]
    digest: str
    offsets: Sequence[int]

    @classmethod
    def read(cls, path: Path, naming: Naming) -> "KeyLines":
        """Read the file once. Costs the memory of one line. Raises SourceUnreadable, UsageError."""
        seen = hashlib.blake2b(digest_size=16)
        sizes: list[int] = []
        offsets: list[int] = []
        try:
            with path.open("rb") as file:
                offset = 0
                for line in file:
                    if line.strip():
                        if not sizes or sizes[-1] == MOST_DATA_ROWS:
                            sizes.append(0)
                            offsets.append(offset)
                        sizes[-1] += 1
                        seen.update(_text(line, path).encode() + b"\n")
                    offset += len(line)
        except OSError as error:
            words = error.strerror or "cannot be read"
            raise SourceUnreadable(words, place=str(path)) from error
        if not sizes:
            raise UsageError("holds no keys", place=str(path), remedy="write one a line")
        return cls(naming, path, sizes, seen.hexdigest(), offsets)

    def part(self, number: int) -> list[str]:
        """The texts of a part. Raises RunMismatch when the file has become shorter."""
        texts: list[str] = []
        with self.path.open("rb") as file:
            file.seek(self.offsets[number])
            for line in file:
                if len(texts) == self.sizes[number]:
                    break
                if line.strip():
                    texts.append(_text(line, self.path))
        if len(texts) != self.sizes[number]:
            raise RunMismatch("has changed since it was read", place=str(self.path))
        return texts


def _text(line: bytes, path: Path) -> str:
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SourceUnreadable("holds a line that is no UTF-8", place=str(path)) from error
