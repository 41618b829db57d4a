"""Words of a command become sources: each file once, however it is spelled."""

import gzip
import os
from pathlib import Path

import pytest
import zstandard

from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.source.files import Packing, find_sources


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with three files of rows, one of them hidden, and a folder of one more."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    for name in ("b.ndjson", "a.ndjson", ".hidden.ndjson", "deep/c.ndjson"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def names(*words: str) -> list[str]:
    """The names of the sources that words mean, without their folder."""
    return [Path(source.name).name for source in find_sources(words)]


def test_sources_come_in_the_order_given(folder: Path) -> None:
    """Which row stands first is the caller's decision."""
    sources = find_sources(["b.ndjson", "a.ndjson"])

    assert [source.name for source in sources] == [
        str(folder / "b.ndjson"),
        str(folder / "a.ndjson"),
    ]
    assert [source.path for source in sources] == [Path(source.name) for source in sources]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.ndjson", ["a.ndjson", "b.ndjson"]),
        ("[b].ndjson", ["b.ndjson"]),
        ("?.ndjson", ["a.ndjson", "b.ndjson"]),
        ("**/*.ndjson", ["a.ndjson", "b.ndjson", "c.ndjson"]),
        ("*", ["a.ndjson", "b.ndjson"]),
        ("deep/*", ["c.ndjson"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_pattern_means_files_as_in_a_shell(pattern: str, found: list[str]) -> None:
    """Sorted, without folders and without hidden files."""
    assert names(pattern) == found


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    """Names such as `rows[1].ndjson` come from downloads."""
    (folder / "rows[1].ndjson").write_text("{}")
    (folder / "rows1.ndjson").write_text("{}")

    assert names("rows[1].ndjson") == ["rows[1].ndjson"]


def test_a_broken_link_whose_name_looks_like_a_pattern_is_told_as_such(folder: Path) -> None:
    """It is not taken for a pattern that fits nothing."""
    (folder / "rows[1].ndjson").symlink_to("gone")

    with pytest.raises(SourceUnreadable, match="does not exist"):
        find_sources(["rows[1].ndjson"])


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("gone.ndjson", "gone.ndjson: does not exist"),
        ("*.json", r"\*.json: no file fits this pattern"),
        ("deep", "deep: is not a file"),
        ("deep*", "no file fits this pattern"),
        ("", "is not a file"),
        ("a.ndjson/x", "does not exist"),
        ("x" * 5000, "name too long"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_no_file_is_refused(word: str, sentence: str) -> None:
    """By the name that the caller gave it."""
    with pytest.raises(SourceUnreadable, match=sentence):
        find_sources([word])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(folder: Path) -> None:
    """In the system's words."""
    (folder / "a.ndjson").chmod(0)

    with pytest.raises(SourceUnreadable, match="Permission denied"):
        find_sources(["a.ndjson"])


def test_no_source_is_no_command() -> None:
    """Nothing to do cannot be meant."""
    with pytest.raises(UsageError, match="no source is given"):
        find_sources([])


@pytest.mark.parametrize(
    "other",
    ["a.ndjson", "./a.ndjson", "deep/../a.ndjson", "link.ndjson", "folder/a.ndjson", "twin", "a*"],
)
def test_one_file_named_twice_is_refused_however_it_is_spelled(folder: Path, other: str) -> None:
    """Each of its rows would go twice."""
    (folder / "link.ndjson").symlink_to("a.ndjson")
    (folder / "folder").symlink_to(folder)
    (folder / "twin").hardlink_to(folder / "a.ndjson")

    with pytest.raises(UsageError, match="named twice"):
        find_sources(["a.ndjson", other])


def test_equal_files_are_not_one_file(folder: Path) -> None:
    """What is in them is not looked at here."""
    assert (folder / "a.ndjson").read_bytes() == (folder / "b.ndjson").read_bytes()
    assert len(find_sources(["a.ndjson", "b.ndjson"])) == 2


def test_a_file_has_one_name_from_every_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the same command finds its run, wherever it is typed, and labels are not doubled."""
    (folder / "link.ndjson").symlink_to("a.ndjson")
    one = find_sources(["a.ndjson"])
    monkeypatch.chdir(folder / "deep")

    assert find_sources(["../a.ndjson"]) == one
    assert find_sources([str(folder / "link.ndjson")]) == one


def test_stdin_is_a_source_once() -> None:
    """A stream has no path and cannot be read twice."""
    (source,) = find_sources(["-"])

    assert (source.name, source.path, source.packing) == ("-", None, Packing.STREAM)
    with pytest.raises(UsageError, match="source - is named twice"):
        find_sources(["-", "-"])


@pytest.mark.parametrize(
    ("content", "packing"),
    [
        (b"", Packing.PLAIN),
        (b"{}", Packing.PLAIN),
        (b"\x1f", Packing.PLAIN),
        (b"\x28\xb5\x2f", Packing.PLAIN),
        (b"\x1f\x8b", Packing.GZIP),
        (gzip.compress(b"{}", mtime=0), Packing.GZIP),
        (zstandard.compress(b"{}"), Packing.ZSTD),
    ],
)
def test_the_first_bytes_tell_how_a_file_is_packed(
    folder: Path, content: bytes, packing: Packing
) -> None:
    """Whatever its name says."""
    (folder / "rows.gz").write_bytes(content)

    assert find_sources(["rows.gz"])[0].packing is packing
