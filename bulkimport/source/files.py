"""Which files a command's words name, and whether each can be read where it lies."""

import glob
import os
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
    """One source, the same however the caller spelled it.

    `path` is absolute and free of links, so that one file is one run from every folder; None for a
    stream. `name` is the path, or `-`.
    """

    name: str
    path: Path | None
    packing: Packing


def find_sources(words: Sequence[str]) -> list[Source]:
    """Turn paths, patterns and `-` into sources, in the order given, a pattern's files sorted.

    Raises UsageError for no source at all or one named twice (by two links, too), SourceUnreadable
    for a missing file or a folder. Reads four bytes of each file to see how it is packed.
    """
    sources = [source for word in words for source in _sources_of(word)]
    if not sources:
        raise UsageError("no source is given", remedy="name a file, a pattern or - for stdin")
    seen: set[object] = set()
    for source in sources:
        identity = _identity(source)
        if identity in seen:
            raise UsageError(f"source {source.name} is named twice", remedy="name it once")
        seen.add(identity)
    return sources


def _identity(source: Source) -> object:
    if source.path is None:
        return source.name
    status = source.path.stat()
    return status.st_dev, status.st_ino


def _sources_of(word: str) -> list[Source]:
    if word == STDIN:
        return [Source(STDIN, None, Packing.STREAM)]
    if GLOB_SIGNS.isdisjoint(word) or os.path.lexists(word):
        return [_source_at(word)]
    # As a shell does it: hidden files are left out, `**` goes down into folders.
    found = sorted(glob.glob(word, recursive=True))  # noqa: PTH207 - Path.glob takes hidden files
    files = [_source_at(name) for name in found if not Path(name).is_dir()]
    if not files:
        raise SourceUnreadable("no file fits this pattern", place=word)
    return files


def _source_at(name: str) -> Source:
    path = Path(name)
    _require_text(name)
    try:
        if not path.is_file():
            kind = "is not a file" if path.exists() else "does not exist"
            raise SourceUnreadable(kind, place=name)
        path = path.resolve(strict=True)
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise SourceUnreadable(error.strerror or "cannot be read", place=name) from error
    for sign, packing in PACKING_BY_MAGIC.items():
        if magic.startswith(sign):
            return Source(str(path), path, packing)
    return Source(str(path), path, Packing.PLAIN)


def _require_text(name: str) -> None:
    """Raise SourceUnreadable for a name that no report and no plan can hold."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(name).decode(errors="replace")
        raise SourceUnreadable(
            "has a name that is not UTF-8", place=shown, remedy="rename it"
        ) from error
