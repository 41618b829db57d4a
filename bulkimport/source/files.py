"""Which files a command's words name, and whether each can be read where it lies."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from bulkimport.errors import SourceUnreadable, UsageError

STDIN = "-"
GLOB_SIGNS = frozenset("*?[")


class Packing(Enum):
    """How a source's bytes are packed; all but PLAIN are spooled before the scan."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZSTD = "zstd"
    STREAM = "stream"


PACKING_BY_MAGIC = {b"\x1f\x8b": Packing.GZIP, b"\x28\xb5\x2f\xfd": Packing.ZSTD}


@dataclass(frozen=True, slots=True)
class Source:
    """One source as named by the caller. `path` is absolute; None for a stream."""

    name: str
    path: Path | None
    packing: Packing


def find_sources(words: Sequence[str]) -> list[Source]:
    """Turn paths, globs and `-` into sources, in the order given, a glob's files sorted.

    Raises UsageError for no source at all or one named twice, SourceUnreadable for a missing
    file or a folder. Reads four bytes of each file to see how it is packed.
    """
    sources = [source for word in words for source in _sources_of(word)]
    if not sources:
        raise UsageError("no source is given", remedy="name a file, a pattern or - for stdin")
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            raise UsageError(f"source {source.name} is named twice", remedy="name it once")
        seen.add(source.name)
    return sources


def _sources_of(word: str) -> list[Source]:
    if word == STDIN:
        return [Source(STDIN, None, Packing.STREAM)]
    if GLOB_SIGNS.isdisjoint(word) or Path(word).exists():
        return [_source_at(word)]
    found = sorted(glob.glob(word, recursive=True))
    if not found:
        raise SourceUnreadable("no file fits this pattern", place=word)
    return [_source_at(name) for name in found]


def _source_at(name: str) -> Source:
    path = Path(name).absolute()
    try:
        if not path.is_file():
            kind = "is not a file" if path.exists() else "does not exist"
            raise SourceUnreadable(kind, place=name)
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise SourceUnreadable(error.strerror or "cannot be read", place=name) from error
    for sign, packing in PACKING_BY_MAGIC.items():
        if magic.startswith(sign):
            return Source(str(path), path, packing)
    return Source(str(path), path, Packing.PLAIN)
