"""Durable writes in one place: what is said to be on disk is on disk.

A file replaced by `replace_file` is after a crash either the old one or the new one, whole.
"""

import errno
import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bulkimport.errors import DiskTrouble, RunMismatch

FOLDER_MODE = 0o700
FILE_MODE = 0o600

_ROOM = "free some room and run the same command again"
_PERMISSION = "name a folder that may be written, with --runs or --out"
_IN_THE_WAY = "a file is where a folder should be; name another folder with --runs or --out"
_REMEDIES: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ENOSPC: _ROOM,
        errno.EDQUOT: _ROOM,
        errno.EROFS: _PERMISSION,
        errno.EACCES: _PERMISSION,
        errno.EPERM: _PERMISSION,
        errno.EEXIST: _IN_THE_WAY,
        errno.ENOTDIR: _IN_THE_WAY,
    }
)


@contextmanager
def disk_trouble_at(path: Path) -> Iterator[None]:
    """Turn an OSError met inside into DiskTrouble that names its file, or else `path`."""
    try:
        yield
    except OSError as error:
        raise DiskTrouble(
            error.strerror or str(error),
            place=str(error.filename or path),
            remedy=_REMEDIES.get(error.errno or 0, ""),
        ) from error


def allow_many_files() -> None:
    """Let this process open as many files as the machine allows: sources, partitions, sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def make_folder(path: Path) -> None:
    """Create `path` and its parents, readable by their owner only."""
    with disk_trouble_at(path):
        # `parents=True` would give the parents the mode of the day.
        for folder in reversed((path, *path.parents)):
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`, durably and all at once. Costs two fsyncs."""
    with disk_trouble_at(path):
        draft = path.with_name(f"{path.name}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in `path` durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class AppendFile:
    """A file that only grows; `sync` says up to which byte it is durable."""

    def __init__(self, path: Path, *, size: int | None = None) -> None:
        """Open `path` for appending, first cut back to `size` bytes if that is given.

        Cutting back removes what a crash left behind a recorded offset. Raises RunMismatch when
        the file ends before it: what was durable has been taken away.
        """
        self._path = path
        self._durable = False
        with disk_trouble_at(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
            self._file = os.fdopen(descriptor, "r+b")
            if size is not None:
                self._cut_back(size)
            self._file.seek(0, os.SEEK_END)

    def write(self, content: bytes | bytearray) -> None:
        """Append; durable only after `sync`."""
        self._durable = False
        with disk_trouble_at(self._path):
            self._file.write(content)

    def sync(self) -> int:
        """Make all that was written durable and return the file's size; free if nothing was."""
        with disk_trouble_at(self._path):
            if not self._durable:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._durable = True
            return self._file.tell()

    def close(self) -> None:
        """Close without promising durability."""
        with disk_trouble_at(self._path):
            self._file.close()

    def _cut_back(self, size: int) -> None:
        if os.fstat(self._file.fileno()).st_size < size:
            self._file.close()
            raise RunMismatch(
                f"is shorter than the {size:,} bytes on record",
                place=str(self._path),
                remedy="put it back, or remove the run's folder to begin anew",
            )
        self._file.truncate(size)
