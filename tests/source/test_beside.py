"""A file beside a source has changed when its bytes have, or when it has come or gone."""

import os
from pathlib import Path

import pytest

from bulkimport.errors import RunMismatch
from bulkimport.source.beside import Beside, changed_beside
from bulkimport.source.fingerprint import Fingerprint, digest_file

PATTERN = "*.png"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one of them in a folder below."""
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "a.png").write_bytes(b"a")
    (folder / "below" / "b.png").write_bytes(b"b")
    return folder


def listed(folder: Path, *, pattern: str | None = PATTERN) -> Path:
    """The list of what was read: both pictures, and one that was not there."""
    path = folder.parent / "list"
    beside = Beside(path, folder)
    beside.begin(pattern)
    assert [beside.read(name) for name in ("a.png", "below/b.png")] == [b"a", b"b"]
    with pytest.raises(FileNotFoundError):
        beside.read("gone.png")
    beside.sync()
    beside.close()
    return path


def test_nothing_has_changed(folder: Path) -> None:
    """Nor has a file that was touched, or one that fits no pattern."""
    path = listed(folder)
    os.utime(folder / "a.png", (1, 1))
    (folder / "notes.txt").touch()

    assert changed_beside(path) is None


@pytest.mark.parametrize(
    ("name", "content", "pattern", "changed"),
    [
        ("a.png", b"A", PATTERN, True),
        ("a.png", b"aa", PATTERN, True),
        ("below/b.png", None, PATTERN, True),
        ("gone.png", b"here", PATTERN, True),
        ("gone.png", b"here", None, True),
        ("below/c.png", b"c", PATTERN, True),
        ("below/c.png", b"c", None, False),
    ],
)
def test_the_table(
    folder: Path, *, name: str, content: bytes | None, pattern: str | None, changed: bool
) -> None:
    """Row by row; without a pattern a further file means nothing."""
    path = listed(folder, pattern=pattern)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)

    assert changed_beside(path) == (folder / name if changed else None)


def test_each_file_is_compared_by_its_fingerprint(folder: Path) -> None:
    """As sources are: a stat tells enough of one that was not touched."""
    asked: dict[str, Fingerprint] = {}

    def same(path: Path, planned: Fingerprint) -> bool:
        asked[path.name] = planned
        return True

    assert changed_beside(listed(folder), same=same) is None
    assert {name: planned.size for name, planned in asked.items()} == {"a.png": 1, "b.png": 1}
    assert asked["a.png"].digest == digest_file(folder / "a.png")


@pytest.mark.parametrize("content", [None, b"", b"[]\n", b'["/f",null]\n["a.png"'])
def test_a_list_that_is_not_whole_is_told(tmp_path: Path, content: bytes | None) -> None:
    """Nothing is guessed from it."""
    path = tmp_path / "list"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(RunMismatch, match="gone or cut off"):
        changed_beside(path)
