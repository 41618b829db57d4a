"""What is said to be on disk is there, and trouble with the disk has one name."""

import errno
import os
import stat
from pathlib import Path

import pytest

from bulkimport.disk import AppendFile, disk_trouble_at, make_folder, replace_file, sync_folder
from bulkimport.errors import DiskTrouble, RunMismatch

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")


def mode(path: Path) -> int:
    """The permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_and_its_new_parents_are_their_owner_s_alone(tmp_path: Path) -> None:
    """Whatever the umask leaves open."""
    before = os.umask(0)
    try:
        make_folder(tmp_path / "a/b/c")
    finally:
        os.umask(before)

    assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """Its owner may have opened it to others."""
    tmp_path.chmod(0o750)

    make_folder(tmp_path)

    assert mode(tmp_path) == 0o750


def test_a_folder_cannot_be_made_where_a_file_stands(tmp_path: Path) -> None:
    """The path that is in the way is named."""
    (tmp_path / "file").touch()

    with pytest.raises(DiskTrouble) as caught:
        make_folder(tmp_path / "file/folder")

    assert caught.value.place == str(tmp_path / "file")


def test_a_relative_folder_is_made_below_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `--runs runs` asks."""
    monkeypatch.chdir(tmp_path)

    make_folder(Path("a/b"))

    assert (tmp_path / "a/b").is_dir()


def test_a_file_is_replaced_whole_and_no_draft_stays(tmp_path: Path) -> None:
    """A draft left by a crash is written over."""
    path = tmp_path / "plan.json"
    draft = tmp_path / "plan.json.draft"
    draft.write_bytes(b"a long draft that a crash left")
    draft.chmod(0o600)

    for content in (b"old", b"", b"new"):
        replace_file(path, content)

        assert path.read_bytes() == content
        assert mode(path) == 0o600
        assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_replaced_stays_the_old_one(tmp_path: Path) -> None:
    """A folder in the draft's place stops the writing before the old file is touched."""
    path = tmp_path / "plan.json"
    path.write_bytes(b"old")
    (tmp_path / "plan.json.draft").mkdir()

    with pytest.raises(DiskTrouble, match=r"plan\.json"):
        replace_file(path, b"new")

    assert path.read_bytes() == b"old"


def test_names_of_a_folder_that_is_gone_cannot_be_made_durable(tmp_path: Path) -> None:
    """It is an error of the system, for the caller to name."""
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "gone")


@pytest.mark.parametrize(
    ("number", "remedied"),
    [("ENOSPC", True), ("EDQUOT", True), ("EIO", False), ("EACCES", False), ("EROFS", False)],
)
def test_only_want_of_room_is_mended_by_making_room(number: str, *, remedied: bool) -> None:
    """Trouble keeps the system's words and its cause."""
    code = getattr(errno, number)
    with pytest.raises(DiskTrouble) as caught, disk_trouble_at(Path("x")):
        raise OSError(code, os.strerror(code))

    assert caught.value.message == os.strerror(code)
    assert ("free some room" in str(caught.value)) is remedied
    assert isinstance(caught.value.__cause__, OSError)


def test_a_folder_that_may_not_be_or_cannot_be_is_told_with_what_to_do(tmp_path: Path) -> None:
    """The words of the system alone leave people guessing."""
    (tmp_path / "file").touch()

    with pytest.raises(DiskTrouble, match="name another folder"):
        make_folder(tmp_path / "file")
    with pytest.raises(DiskTrouble, match="name another folder"):
        make_folder(tmp_path / "file" / "below")
    with pytest.raises(DiskTrouble, match="may be written"), disk_trouble_at(tmp_path):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def test_trouble_without_words_of_the_system_is_still_told() -> None:
    """An OSError may carry a bare sentence."""
    with pytest.raises(DiskTrouble, match="x: no number"), disk_trouble_at(Path("x")):
        raise OSError("no number")


def test_other_errors_pass_through() -> None:
    """Only the disk's trouble is renamed."""
    with pytest.raises(ValueError, match="mine"), disk_trouble_at(Path("x")):
        raise ValueError("mine")


def test_an_append_file_grows_and_says_how_far_it_is_durable(tmp_path: Path) -> None:
    """Opened again, it goes on at its end."""
    path = tmp_path / "failed.ndjson"
    first = AppendFile(path)
    first.write(b"one\n")
    assert first.sync() == 4
    first.write(b"two\n")
    first.close()

    again = AppendFile(path)
    again.write(b"three\n")

    assert again.sync() == 14
    again.close()
    assert path.read_bytes() == b"one\ntwo\nthree\n"
    assert mode(path) == 0o600


@pytest.mark.parametrize("size", [0, 4, 8])
def test_an_append_file_is_cut_back_to_what_is_on_record(tmp_path: Path, size: int) -> None:
    """What a crash left behind the recorded end is forgotten."""
    path = tmp_path / "failed.ndjson"
    path.write_bytes(b"one\ntwo\n")

    file = AppendFile(path, size=size)
    file.write(b"x")

    assert file.sync() == size + 1
    file.close()
    assert path.read_bytes() == b"one\ntwo\n"[:size] + b"x"


def test_an_append_file_is_never_stretched(tmp_path: Path) -> None:
    """A file shorter than its record has lost rows; zeros in their place would be a lie."""
    path = tmp_path / "failed.ndjson"
    path.write_bytes(b"one\n")

    with pytest.raises(RunMismatch, match="shorter than the 8 bytes") as caught:
        AppendFile(path, size=8)

    assert caught.value.place == str(path)
    assert path.read_bytes() == b"one\n"


def test_an_append_file_cannot_be_a_folder(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(DiskTrouble, match=str(tmp_path)):
        AppendFile(tmp_path)


@needs_full
def test_a_full_disk_is_told_wherever_it_shows() -> None:
    """Writes are buffered, so it may show late: at the sync, or only at the close."""
    file = AppendFile(FULL)
    file.write(b"x")

    with pytest.raises(DiskTrouble, match="free some room"):
        file.sync()
    with pytest.raises(DiskTrouble, match="free some room"):
        file.close()


@needs_full
def test_a_write_larger_than_the_buffer_meets_the_full_disk_at_once() -> None:
    """The error is the same."""
    file = AppendFile(FULL)

    with pytest.raises(DiskTrouble, match="/dev/full"):
        file.write(b"x" * (1 << 20))
    file.close()
