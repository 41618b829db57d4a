"""A file is handed on whole, in order, in blocks of any size, and watched while it is read."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.errors import SourceUnreadable
from bulkimport.source.blocks import open_plain, walk
from bulkimport.source.fingerprint import Fingerprint, digest_file


@dataclass
class Lines:
    """Takes whole lines, as a scan does; `blocks` is all it was given."""

    found: list[tuple[int, bytes]] = field(default_factory=list)
    blocks: list[tuple[int, int, bool]] = field(default_factory=list)

    def __call__(self, block: bytes, offset: int, *, last: bool) -> int:
        """Keep each whole line with its offset."""
        self.blocks.append((offset, len(block), last))
        end = len(block) if last else block.rfind(b"\n") + 1
        at = offset
        for line in block[:end].splitlines(keepends=True):
            self.found.append((at, line))
            at += len(line)
        return end


def walked(path: Path, lines: Lines, *, block_bytes: int, longest_line: int = 1000) -> Fingerprint:
    """Walk a file from its first byte to its last."""
    with open_plain(path) as descriptor:
        return walk(
            descriptor,
            name="rows",
            block_bytes=block_bytes,
            take=lines,
            longest_line=longest_line,
        )


@given(
    rows=st.lists(st.text("ab", max_size=20).map(str.encode), max_size=12),
    ended=st.booleans(),
    block_bytes=st.integers(1, 64),
)
def test_every_line_comes_once_at_its_place(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], *, ended: bool, block_bytes: int
) -> None:
    """Whatever the block's size and whether the last line has an end."""
    path = tmp_path_factory.mktemp("walk") / "rows"
    path.write_bytes(b"\n".join(rows) + b"\n" * ended)
    lines = Lines()

    found = walked(path, lines, block_bytes=block_bytes)

    content = path.read_bytes()
    assert b"".join(line for _, line in lines.found) == content
    assert all(content[at:].startswith(line) for at, line in lines.found)
    assert [last for *_, last in lines.blocks].count(True) == 1
    assert lines.blocks[-1][2]
    status = path.stat()
    expected = (status.st_size, status.st_mtime_ns, status.st_ino, digest_file(path))
    assert found == Fingerprint(*expected)


def test_a_line_larger_than_a_block_makes_the_blocks_double(tmp_path: Path) -> None:
    """So that it costs few reads, and the next line is read in small blocks again."""
    path = tmp_path / "rows"
    path.write_bytes(b"x" * 1000 + b"\n" + b"y\n" * 50)
    lines = Lines()

    walked(path, lines, block_bytes=10, longest_line=1000)

    sizes = [size for _, size, _ in lines.blocks]
    assert sizes[:7] == [10, 20, 40, 80, 160, 320, 640]
    assert lines.found[0] == (0, b"x" * 1000 + b"\n")
    assert len(lines.found) == 51


@pytest.mark.parametrize(("length", "refused"), [(99, False), (100, False), (101, True)])
def test_a_line_without_end_is_not_read_to_its_end(
    tmp_path: Path, length: int, *, refused: bool
) -> None:
    """A file without line ends would be held whole; it is refused, and the place is named."""
    path = tmp_path / "rows"
    path.write_bytes(b"ab\n" + b"x" * length)
    lines = Lines()

    if not refused:
        walked(path, lines, block_bytes=1, longest_line=100)
        assert len(lines.found) == 2
        return
    with pytest.raises(SourceUnreadable, match="line at byte 3 is longer than 100 bytes"):
        walked(path, lines, block_bytes=1, longest_line=100)


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    """What was scanned would be neither the old file nor the new one."""
    path = tmp_path / "rows"
    path.write_bytes(b"row\n" * 10)

    def take(block: bytes, offset: int, *, last: bool) -> int:
        if offset == 8:
            if change == "grow":
                with path.open("ab") as file:
                    file.write(b"more\n")
            elif change == "shrink":
                os.truncate(path, 20)
            else:
                os.utime(path, ns=(1, 1))
        return len(block)

    with (
        open_plain(path) as descriptor,
        pytest.raises(SourceUnreadable, match="rows: changed while it was read"),
    ):
        walk(descriptor, name="rows", block_bytes=4, take=take)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """In the system's words."""
    with (
        pytest.raises(SourceUnreadable, match="gone: No such file"),
        open_plain(tmp_path / "gone"),
    ):
        pass


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder can be opened but not read."""
    with (
        open_plain(tmp_path) as descriptor,
        pytest.raises(SourceUnreadable, match="rows: Is a directory"),
    ):
        walk(descriptor, name="rows", block_bytes=4, take=Lines())
