"""A file is cut into rows the same way wherever the cuts fall."""

import json
from pathlib import Path

import pytest

from bulkimport.sandbox.stretches import Unreadable, stretches

ROWS = [{"n": number, "text": "é" * number} for number in range(30)]


def read(path: Path, content: bytes, size: int) -> list[dict[str, object]]:
    """Every row of `content`, read `size` bytes at a time."""
    path.write_bytes(content)
    return [row for stretch in stretches(path, size) for row in stretch.rows]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1 << 20])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n  \n"])
@pytest.mark.parametrize("last", [b"", b"\n"])
def test_rows_are_the_same_whatever_the_size(
    tmp_path: Path, size: int, end: bytes, last: bytes
) -> None:
    """Cuts inside a row, CRLF, blank lines and a missing last newline change nothing."""
    content = end.join(json.dumps(row).encode() for row in ROWS) + last

    assert read(tmp_path / "rows", content, size) == ROWS


@pytest.mark.parametrize("size", [3, 1 << 20])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no rows"),
        (b"\n \r\n\n", "no rows"),
        (b'{"a":1}\n{"a":\n', "Line 2"),
        (b'{"a":1}\n\n[1]', "Line 3 is not a JSON object"),
        (b'{"a":NaN}', "Line 1"),
        (b'{"a":"\xff"}', "Line 1"),
        (b'\xef\xbb\xbf{"a":1}', "Line 1"),
        (b'{"a":1},{"a":2}', "Line 1"),
    ],
)
def test_what_is_no_row_ends_it_all(
    tmp_path: Path, size: int, content: bytes, message: str
) -> None:
    """The message names the line."""
    with pytest.raises(Unreadable, match=message):
        read(tmp_path / "rows", content, size)
