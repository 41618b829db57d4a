"""Sources that cannot be read in place are written once, plain, into the run folder.

A spool file is whole or absent: it is written under a draft name and renamed when it is durable.
"""

import gzip
import os
import shutil
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import orjson
import zstandard

from bulkimport.disk import disk_trouble_at, make_folder, sync_folder
from bulkimport.errors import DiskTrouble, SourceUnreadable
from bulkimport.source.files import Packing, Source

BLOCK_BYTES = 1 << 20
# A bite of a zstd frame unpacks whole into memory, so it is small.
ZSTD_BITE_BYTES = 16 << 10
# What must stay free on the disk while a spool grows, for the ledger and the result files.
RESERVE_BYTES = 256 << 20
# gzip and zstd of NDJSON shrink it some six to twelve times; asked of the disk before we start.
LIKELY_RATIO = 8


def unpack(source: Source, *, to: Path, stream: BinaryIO | None = None) -> None:
    """Write the plain bytes of a compressed file or of `stream` to `to`, durably.

    Raises DiskTrouble before the first byte when the disk has no room for the likely size, and
    while writing when the reserve is touched; SourceUnreadable when the compression is broken.
    """
    packed_size = source.path.stat().st_size if source.path else 0
    make_folder(to.parent)
    require_room(to.parent, packed_size * LIKELY_RATIO)
    try:
        _write(_plain_blocks(source, stream), to)
    except (zlib.error, zstandard.ZstdError, EOFError, gzip.BadGzipFile) as error:
        raise SourceUnreadable(f"is broken: {error}", place=source.name) from error


async def write_rows(rows: Iterable[object] | AsyncIterable[object], *, to: Path) -> None:
    """Write rows made in Python (mappings, or JSON as bytes or str) to `to`, one a line."""
    make_folder(to.parent)
    with _draft(to) as file:
        room = Room(to.parent)
        async for row in _each(rows):
            line = row_bytes(row)
            room.take(len(line) + 1)
            file.write(line + b"\n")
    _keep(to)


def row_bytes(row: object) -> bytes:
    """One row as JSON on one line; text and bytes are taken as the JSON they hold."""
    if isinstance(row, str):
        row = row.encode()
    if isinstance(row, bytes | bytearray | memoryview):
        return bytes(row).strip().replace(b"\n", b" ")
    return orjson.dumps(row, option=orjson.OPT_SERIALIZE_NUMPY)


def require_room(folder: Path, wanted: int) -> None:
    """Raise DiskTrouble unless `folder`'s disk can take `wanted` bytes and keep the reserve."""
    free = shutil.disk_usage(folder).free
    if free < wanted + RESERVE_BYTES:
        raise DiskTrouble(
            f"{free:,} bytes are free, {wanted + RESERVE_BYTES:,} are needed",
            place=str(folder),
            remedy="free some room or point --runs at another disk",
        )


class Room:
    """Watches a disk while something grows on it; asks the disk once every 64 MiB."""

    STEP = 64 << 20

    def __init__(self, folder: Path) -> None:
        """Ask at the first byte already."""
        self._folder = folder
        self._unasked = self.STEP

    def take(self, size: int) -> None:
        """Count `size` bytes. Raises DiskTrouble when the reserve is touched."""
        self._unasked += size
        if self._unasked >= self.STEP:
            require_room(self._folder, 0)
            self._unasked = 0


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


def _write(blocks: Iterable[bytes], to: Path) -> None:
    room = Room(to.parent)
    with _draft(to) as file:
        for block in blocks:
            room.take(len(block))
            file.write(block)
    _keep(to)


def _draft(to: Path) -> BinaryIO:
    with disk_trouble_at(to):
        return _draft_path(to).open("wb")


def _draft_path(to: Path) -> Path:
    return to.with_name(f"{to.name}.draft")


def _keep(to: Path) -> None:
    with disk_trouble_at(to):
        with _draft_path(to).open("rb") as file:
            os.fsync(file.fileno())
        _draft_path(to).replace(to)
        sync_folder(to.parent)


async def _each(rows: Iterable[object] | AsyncIterable[object]) -> AsyncIterator[object]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
        return
    for row in rows:
        yield row
