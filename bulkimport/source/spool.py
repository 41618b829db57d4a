"""Sources that cannot be read in place are written once, plain, into the run folder.

A spool file is whole or absent: it is written under a draft name and renamed when it is durable.
"""

import gzip
import shutil
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import zstandard

from bulkimport.disk import AppendFile, disk_trouble_at, make_folder, sync_folder
from bulkimport.errors import DiskTrouble, SourceUnreadable
from bulkimport.row_json import row_json
from bulkimport.source.files import Packing, Source

BLOCK_BYTES = 1 << 20
# A bite of a zstd frame unpacks whole into memory, to 32 KiB a byte at worst, so it is small.
ZSTD_BITE_BYTES = 1 << 10
# What must stay free on the disk while a spool grows, for the ledger and the result files.
RESERVE_BYTES = 256 << 20
# gzip and zstd of NDJSON shrink it some six to twelve times; asked of the disk before we start.
LIKELY_RATIO = 8

FreeBytes = Callable[[Path], int]
# The rows in one thing that a caller gave.
RowsIn = Callable[[object], Iterable[object]]


def free_bytes(folder: Path) -> int:
    """How many bytes the disk under `folder` still takes."""
    with disk_trouble_at(folder):
        return shutil.disk_usage(folder).free


def unpack(
    source: Source, *, to: Path, stream: BinaryIO | None = None, free: FreeBytes = free_bytes
) -> None:
    """Write the plain bytes of a compressed file or of `stream` to `to`, durably.

    Raises DiskTrouble before the first byte when the disk has no room for the likely size, and
    while writing when the reserve is touched; SourceUnreadable when the compression is broken.
    """
    make_folder(to.parent)
    try:
        packed_size = source.path.stat().st_size if source.path else 0
        require_room(to.parent, packed_size * LIKELY_RATIO, free=free)
        room = Room(to.parent, free=free)
        with draft(to) as file:
            for block in _plain_blocks(source, stream):
                room.take(len(block))
                file.write(block)
    except (zlib.error, zstandard.ZstdError, EOFError, gzip.BadGzipFile) as error:
        raise SourceUnreadable(f"is broken: {error}", place=source.name) from error
    except OSError as error:
        raise SourceUnreadable(error.strerror or "cannot be read", place=source.name) from error


def alone(row: object) -> Iterable[object]:
    """What was given is a row itself."""
    return (row,)


async def write_rows(
    given: Iterable[object] | AsyncIterable[object],
    *,
    to: Path,
    rows_in: RowsIn = alone,
    free: FreeBytes = free_bytes,
) -> None:
    """Write rows made in Python (mappings, or JSON as bytes or str) to `to`, one a line.

    `rows_in` opens what is more than one row.

    Raises SourceUnreadable for the first row that cannot be JSON, DiskTrouble like `unpack`.
    """
    make_folder(to.parent)
    room = Room(to.parent, free=free)
    with draft(to) as file:
        number = 0
        async for one in _each(given):
            for row in rows_in(one):
                number += 1
                line = _line(row, number)
                room.take(len(line))
                file.write(line)


def row_bytes(row: object) -> bytes:
    """One row as JSON on one line; text and bytes are taken as the JSON they hold."""
    if isinstance(row, str):
        row = row.encode()
    if isinstance(row, bytes | bytearray | memoryview):
        return bytes(row).strip().replace(b"\n", b" ")
    return row_json(row)


def require_room(folder: Path, wanted: int, *, free: FreeBytes = free_bytes) -> None:
    """Raise DiskTrouble unless `folder`'s disk can take `wanted` bytes and keep the reserve."""
    there = free(folder)
    if there < wanted + RESERVE_BYTES:
        raise DiskTrouble(
            f"{there:,} bytes are free, {wanted + RESERVE_BYTES:,} are needed",
            place=str(folder),
            remedy="free some room, or point --runs or --out at another disk",
        )


class Room:
    """Watches a disk while something grows on it; asks the disk once every 64 MiB."""

    STEP = 64 << 20

    def __init__(self, folder: Path, *, free: FreeBytes = free_bytes) -> None:
        """Ask at the first byte already."""
        self.folder = folder
        self._free = free
        self._unasked = self.STEP

    def take(self, size: int) -> None:
        """Count `size` bytes. Raises DiskTrouble when the reserve is touched."""
        self._unasked += size
        if self._unasked >= self.STEP:
            require_room(self.folder, 0, free=self._free)
            self._unasked = 0


def _line(row: object, number: int) -> bytes:
    try:
        return row_bytes(row) + b"\n"
    except (TypeError, ValueError) as error:
        raise SourceUnreadable(f"cannot be JSON: {error}", place=f"row {number:,}") from error


def _plain_blocks(source: Source, stream: BinaryIO | None) -> Iterator[bytes]:
    if source.path is None:
        if stream is None:
            raise SourceUnreadable("no stream is open", place=source.name)
        return _blocks(stream)
    return _unpacked_blocks(source.path, source.packing)


def _unpacked_blocks(path: Path, packing: Packing) -> Iterator[bytes]:
    with path.open("rb") as packed:
        if packing is Packing.GZIP:
            yield from _blocks(gzip.GzipFile(fileobj=packed))
        else:
            yield from _zstd_blocks(packed)


def _zstd_blocks(packed: BinaryIO) -> Iterator[bytes]:
    """Unpack frame by frame: the library's own reader takes a cut frame for the end."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    fed = False
    while block := packed.read(ZSTD_BITE_BYTES):
        while block:
            yield frame.decompress(block)
            fed, block = True, frame.unused_data
            if frame.eof:
                frame, fed = zstandard.ZstdDecompressor().decompressobj(), False
    if fed:
        raise EOFError("the last frame is cut off")


def _blocks(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while block := file.read(BLOCK_BYTES):
        yield block


@contextmanager
def draft(to: Path) -> Iterator[AppendFile]:
    """Give a file that becomes `to`, durably, when nothing was raised inside, and else nothing."""
    unfinished = to.with_name(f"{to.name}.draft")
    file = AppendFile(unfinished, size=0)
    try:
        yield file
        file.sync()
        with disk_trouble_at(to):
            unfinished.replace(to)
            sync_folder(to.parent)
    finally:
        unfinished.unlink(missing_ok=True)
        file.close()


async def _each(given: Iterable[object] | AsyncIterable[object]) -> AsyncIterator[object]:
    if isinstance(given, AsyncIterable):
        async for one in given:
            yield one
        return
    for one in given:
        yield one
