"""Keys are cut into parts of at most 100,000, in memory and in a file alike."""

from pathlib import Path

import pytest

from bulkimport.destinations.labelbox.batches import MOST_DATA_ROWS, Naming
from bulkimport.engine.chosen_keys import KeyLines, KeyList
from bulkimport.errors import RunMismatch, SourceUnreadable, UsageError

CAP = MOST_DATA_ROWS
KEYS = Naming.GLOBAL_KEYS


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (CAP - 1, [CAP - 1]), (CAP, [CAP]), (CAP + 1, [CAP, 1]), (2 * CAP, [CAP, CAP])],
)
def test_a_file_and_a_list_are_cut_alike(tmp_path: Path, count: int, sizes: list[int]) -> None:
    """Sizes, texts and digest are the same, whatever the line ends."""
    texts = [f"key {number} é" for number in range(count)]
    path = tmp_path / "keys.txt"
    path.write_bytes("\r\n\n".join(texts).encode())

    lines, listed = KeyLines.read(path, KEYS), KeyList(KEYS, texts)

    assert list(lines.sizes) == list(listed.sizes) == sizes
    assert lines.digest == listed.digest
    last = len(sizes) - 1
    assert lines.part(last) == listed.part(last) == texts[last * CAP :]


def test_a_file_that_became_shorter_is_noticed(tmp_path: Path) -> None:
    """Half a batch would be queued for a whole one."""
    path = tmp_path / "keys.txt"
    path.write_text("a\nb\n")
    lines = KeyLines.read(path, KEYS)
    path.write_text("a\n")

    with pytest.raises(RunMismatch):
        lines.part(0)


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_file_without_keys_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing would be queued."""
    path = tmp_path / "keys.txt"
    path.write_bytes(content)

    with pytest.raises(UsageError, match="no keys"):
        KeyLines.read(path, KEYS)


def test_what_is_no_text_or_not_there_cannot_be_read(tmp_path: Path) -> None:
    """As any other source."""
    path = tmp_path / "keys.txt"
    path.write_bytes(b"\xff\n")

    with pytest.raises(SourceUnreadable, match="UTF-8"):
        KeyLines.read(path, KEYS)
    with pytest.raises(SourceUnreadable):
        KeyLines.read(tmp_path / "never", KEYS)
