"""Files of rows that a conversion writes: whole or absent, one for each ordinal of label."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bulkimport.disk import AppendFile
from bulkimport.source.spool import FreeBytes, Room, draft, free_bytes

BUFFERED_BYTES: Final = 1 << 20


class RowFile:
    """Takes rows, one a line, and writes them by the megabyte."""

    def __init__(self, file: AppendFile, room: Room) -> None:
        self._file = file
        self._room = room
        self._lines: list[bytes] = []
        self._size = 0
        self.rows = 0

    def add(self, rows: Sequence[bytes]) -> None:
        """Take rows, without their ends."""
        self.rows += len(rows)
        self._lines += rows
        self._grow(sum(map(len, rows)) + len(rows))

    def add_blank(self, line: bytes = b"") -> None:
        """Take a line that is no row."""
        self._lines.append(line)
        self._grow(len(line) + 1)

    def add_lines(self, lines: bytes, *, rows: int) -> None:
        """Take whole lines with their ends, of which so many are rows."""
        self.flush()
        self.rows += rows
        self._room.take(len(lines))
        self._file.write(lines)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size >= BUFFERED_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is held. Raises DiskTrouble when the reserve of the disk is touched."""
        if not self._lines:
            return
        self._room.take(self._size)
        self._lines.append(b"")
        self._file.write(b"\n".join(self._lines))
        self._lines, self._size = [], 0


class RowFiles:
    """Files by ordinal, from 1, opened with their first row; they appear when `finish` is called.

    Memory: a megabyte a file.
    """

    def __init__(
        self, path_of: Callable[[int], Path], stack: ExitStack, *, free: FreeBytes = free_bytes
    ) -> None:
        """`path_of` names each file; `stack` removes the drafts when something is raised in it."""
        self._path_of = path_of
        self._stack = stack
        self._free = free
        self._files: dict[int, RowFile] = {}

    def of(self, ordinal: int) -> RowFile:
        """The file of one ordinal."""
        if ordinal not in self._files:
            path = self._path_of(ordinal)
            file = self._stack.enter_context(draft(path))
            self._files[ordinal] = RowFile(file, Room(path.parent, free=self._free))
        return self._files[ordinal]

    def finish(self) -> dict[int, int]:
        """Write all that is held; give the ordinals that have a file, with their rows, in order."""
        for file in self._files.values():
            file.flush()
        return {ordinal: self._files[ordinal].rows for ordinal in sorted(self._files)}
