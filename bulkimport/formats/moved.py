"""Rows with their points moved, block by block: no Python object per row.

Rows keep their lines if they are to be found by them, as in `from_rows.py`.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bulkimport.disk import AppendFile
from bulkimport.formats.converter import NO_ORDINAL
from bulkimport.formats.files import RowFile, RowFiles
from bulkimport.formats.mover import LOST, WRONG, Moved, Mover
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Place
from bulkimport.native import CODES, HAS_KEY, Coordinates, Rows, find_coordinates, scan_block
from bulkimport.source.blocks import open_plain, walk
from bulkimport.source.fingerprint import Fingerprint

# What is made of a block stays in the processor's cache, in memory that is there already.
BLOCK_BYTES: Final = 256 << 10
# No code of the scan: rows of this one have been told already.
REFUSED: Final = len(CODES)
LINE_FEED: Final = ord("\n")


@dataclass(frozen=True, slots=True)
class MovedFile:
    """What became of one file: the rows written, and what was read."""

    rows: int
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Moving:
    """Moves the points of files, one after another; `told` is called with the bytes read."""

    mover: Mover
    told: Callable[[int], None]
    keep_lines: bool = True
    block_bytes: int = BLOCK_BYTES

    def move(
        self, path: Path, *, name: str, to: Path, refused: Path, incomplete: Path
    ) -> MovedFile:
        """Write `path`, which people know as `name`, to `to` with its points moved.

        Rows that the scan refuses go as they are. Of rows that are refused here ROWs go to
        `incomplete`, by which their companions are found. Raises SourceUnreadable, UsageError and
        DiskTrouble, and then leaves no file of rows. Memory: six blocks, or the largest row six
        times.
        """
        with ExitStack() as stack:
            refusals = Refusals(refused, source=name)
            stack.callback(refusals.close)
            files = RowFiles(lambda _: to, stack)
            lost = AppendFile(incomplete, size=0)
            stack.callback(lost.close)
            rows = MovedRows(self, files.of(NO_ORDINAL), refusals=refusals, incomplete=lost)
            descriptor = stack.enter_context(open_plain(path))
            fingerprint = walk(descriptor, name=name, block_bytes=self.block_bytes, take=rows.take)
            written = files.finish()
            lost.sync()
        return MovedFile(written[NO_ORDINAL], fingerprint)


class MovedRows:
    """Takes blocks of a file of rows and writes them with their points moved."""

    def __init__(
        self, moving: Moving, file: RowFile, *, refusals: Refusals, incomplete: AppendFile
    ) -> None:
        self._moving = moving
        self._incomplete = incomplete
        self._file = file
        self._refusals = refusals
        self._line = 1
        self._written = 0

    def take(self, block: bytes, offset: int, *, last: bool) -> int:
        """Take a block that lies at `offset` and return how many bytes were consumed."""
        consumed, lines, rows = scan_block(
            block,
            source=0,
            offset=offset,
            line=self._line,
            last=last,
        )
        found = find_coordinates(block, length=consumed, offset=offset, rows=rows)
        self._write(block, found, rows, offset=offset)
        self._line += lines
        self._moving.told(consumed)
        return consumed

    def _write(self, block: bytes, found: Coordinates, rows: Rows, *, offset: int) -> None:
        moved = self._moving.mover.move(found, rows)
        dropped = moved.wrong > 0
        for row in np.flatnonzero(dropped).tolist():
            self._refuse(rows[row], moved, row, block=block, offset=offset)
        kept = len(rows) - int(np.count_nonzero(dropped))
        lines = moved.found.put(block, dropped=dropped, keep_lines=self._moving.keep_lines)
        if kept < len(rows) and self._moving.keep_lines:
            self._set_incomplete(rows[dropped], lines)
        self._file.add_lines(lines, rows=kept)
        self._written += len(lines)

    def _set_incomplete(self, refused: Rows, lines: bytes) -> None:
        """Let empty ROWs stand for refused ones, on the blank lines that those have left.

        There the rows of a label still lie together.
        """
        ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == LINE_FEED)
        starts = np.concatenate(([0], ends + 1)) + self._written
        refused["offset"] = starts[refused["line"].astype(np.int64) - self._line]
        refused["length"] = 0
        refused["code"] = REFUSED
        self._incomplete.write(np.compress(refused["flags"] & HAS_KEY > 0, refused).tobytes())

    def _refuse(
        self, row: np.void, moved: Moved, number: int, *, block: bytes, offset: int
    ) -> None:
        start = int(row["offset"]) - offset
        wrong = int(moved.wrong[number])
        self._refusals.unmoved(
            block[start : start + int(row["length"])],
            Place(int(row["line"]), int(row["offset"])),
            wrong=WRONG[wrong],
            found=moved.sample(number) if wrong == LOST else "",
        )
