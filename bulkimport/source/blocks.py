"""The bytes of one plain file, in order, in blocks that a scan can take."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bulkimport.errors import SourceUnreadable
from bulkimport.native import Digest
from bulkimport.source.fingerprint import Fingerprint, stamp

# A line is held whole, so a file without line ends must not be read to its end.
LONGEST_LINE_BYTES = 1 << 30


class Take(Protocol):
    """Takes a block that lies at `offset`; nothing follows the `last` one."""

    def __call__(self, block: bytes, offset: int, *, last: bool) -> int:
        """Return how many bytes were consumed."""
        ...


@contextmanager
def open_plain(path: Path) -> Iterator[int]:
    """Open `path` for `pread`. Mapped pages would count as our memory, so nothing is mapped."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise SourceUnreadable(error.strerror or "cannot be opened", place=str(path)) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def walk(
    descriptor: int,
    *,
    name: str,
    block_bytes: int,
    take: Take,
    longest_line: int = LONGEST_LINE_BYTES,
) -> Fingerprint:
    """Hand the whole file to `take`, which returns the bytes it consumed.

    What `take` leaves is read again, with more behind it; a row larger than a block makes the
    block double. Returns the file's fingerprint, digested on the way. Raises SourceUnreadable
    when the file changed while it was read, or a line is longer than `longest_line` bytes.
    Memory: one block, or the largest row twice.
    """
    before = stamp(descriptor)
    digest, offset, position = Digest(), 0, 0
    rest, wanted = 0, block_bytes
    while True:
        # To read the rest again costs less than to put it in front of what follows.
        block = _pread(descriptor, wanted, offset, name=name)
        last = len(block) <= rest
        digest.update(block, rest)
        position = max(position, offset + len(block))
        consumed = take(block, offset, last=last)
        offset += consumed
        rest = len(block) - consumed
        # The next block may be twice as large, and both need not be held.
        del block
        if last:
            break
        if rest > longest_line:
            raise SourceUnreadable(
                f"the line at byte {offset:,} is longer than {longest_line:,} bytes",
                place=name,
                remedy="write one JSON object on one line",
            )
        wanted = max(block_bytes, 2 * rest)
    if stamp(descriptor) != before or position != before[0]:
        raise SourceUnreadable("changed while it was read", place=name, remedy="run it again")
    return Fingerprint(*before, digest.hexdigest())


def _pread(descriptor: int, size: int, position: int, *, name: str) -> bytes:
    try:
        return os.pread(descriptor, size, position)
    except OSError as error:
        raise SourceUnreadable(error.strerror or "cannot be read", place=name) from error
