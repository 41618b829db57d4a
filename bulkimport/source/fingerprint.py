"""Has a file changed since it was planned?

A fingerprint is cheap to compare (size, mtime, inode) and sure to compare (digest of all bytes).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bulkimport.errors import SourceUnreadable
from bulkimport.native import Digest

BLOCK_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was when it was planned; `digest` is xxh3-128 over its bytes, in hex."""

    size: int
    mtime_ns: int
    inode: int
    digest: str


def stamp(descriptor: int) -> tuple[int, int, int]:
    """Size, mtime in nanoseconds and inode of an open file: the cheap half."""
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns, status.st_ino


def digest_file(path: Path) -> str:
    """Read the whole of `path` and digest it. Costs one sequential read, flat memory."""
    digest = Digest()
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def unchanged(
    path: Path, planned: Fingerprint, *, digest: Callable[[Path], str] = digest_file
) -> bool:
    """Tell whether `path` still holds the planned bytes.

    | size  | mtime and inode | digest  | answer              |
    |-------|-----------------|---------|---------------------|
    | other | any             | unread  | changed             |
    | same  | same            | unread  | unchanged           |
    | same  | either other    | same    | unchanged (touched) |
    | same  | either other    | other   | changed             |

    A file that is gone has changed. Raises SourceUnreadable for one that cannot be looked at.
    """
    try:
        status = path.stat()
        if status.st_size != planned.size:
            return False
        if (status.st_mtime_ns, status.st_ino) == (planned.mtime_ns, planned.inode):
            return True
        return digest(path) == planned.digest
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise SourceUnreadable(error.strerror or "cannot be read", place=str(path)) from error
