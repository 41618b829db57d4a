"""A file is the planned one when its bytes are, whatever happened to it meanwhile."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bulkimport.errors import SourceUnreadable
from bulkimport.native import Digest
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import BLOCK_BYTES, Fingerprint, digest_file, stamp, unchanged

CONTENT = b"one row\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file as it was planned."""
    path = tmp_path / "rows.ndjson"
    path.write_bytes(CONTENT)
    return path


def taken(path: Path) -> Fingerprint:
    """The fingerprint of a file as it is now."""
    with open_plain(path) as descriptor:
        return Fingerprint(*stamp(descriptor), digest_file(path))


@pytest.mark.parametrize(
    ("size", "stamps", "digest", "answer", "read"),
    [
        ("other", "same", "same", False, False),
        ("other", "other", "other", False, False),
        ("same", "same", "other", True, False),
        ("same", "same", "same", True, False),
        ("same", "mtime", "same", True, True),
        ("same", "inode", "same", True, True),
        ("same", "mtime", "other", False, True),
        ("same", "inode", "other", False, True),
    ],
)
def test_the_table(
    source: Path, *, size: str, stamps: str, digest: str, answer: bool, read: bool
) -> None:
    """Row by row; the digest is taken only when nothing cheaper decides."""
    now = taken(source)
    planned = replace(
        now,
        size=now.size + (size == "other"),
        mtime_ns=now.mtime_ns + (stamps in {"mtime", "other"}),
        inode=now.inode + (stamps in {"inode", "other"}),
    )
    asked: list[Path] = []

    def look(path: Path) -> str:
        asked.append(path)
        return planned.digest if digest == "same" else "another"

    assert unchanged(source, planned, digest=look) is answer
    assert asked == ([source] if read else [])


def test_a_touched_file_is_read_once_more_and_found_the_same(source: Path) -> None:
    """Copies and backups touch files without changing them."""
    planned = taken(source)
    os.utime(source, ns=(1, 1))

    assert taken(source).mtime_ns == 1
    assert unchanged(source, planned)


def test_a_file_replaced_by_its_copy_is_the_same(source: Path) -> None:
    """Another inode, another time, the same bytes."""
    planned = taken(source)
    copy = source.with_name("copy")
    copy.write_bytes(CONTENT)
    copy.replace(source)

    assert unchanged(source, planned)


def test_a_touched_file_with_other_bytes_of_the_same_number_has_changed(source: Path) -> None:
    """The digest decides."""
    planned = taken(source)
    source.write_bytes(CONTENT.replace(b"one", b"two"))
    os.utime(source, ns=(1, 1))

    assert not unchanged(source, planned)


def test_a_file_that_is_gone_has_changed(source: Path) -> None:
    """With its folder, too, or with a file in the folder's place."""
    planned = taken(source)

    assert not unchanged(source.with_name("gone"), planned)
    assert not unchanged(source / "below", planned)


def test_a_path_that_cannot_be_looked_at_is_told(source: Path) -> None:
    """It is not taken for a change."""
    planned = taken(source)
    loop = source.with_name("loop")
    loop.symlink_to(loop)

    with pytest.raises(SourceUnreadable) as caught:
        unchanged(loop, planned)

    assert caught.value.place == str(loop)


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1])
def test_a_digest_is_that_of_all_bytes(tmp_path: Path, size: int) -> None:
    """However many reads it takes."""
    path = tmp_path / "rows"
    path.write_bytes(bytes(range(251)) * (size // 251) + b"x" * (size % 251))
    whole = Digest()
    whole.update(path.read_bytes())

    assert path.stat().st_size == size
    assert digest_file(path) == whole.hexdigest()
