"""The data rows of a project, as its export tells of them."""

from pathlib import Path

import orjson
import pytest

from bulkimport.errors import SourceUnreadable
from bulkimport.native import key_hashes
from bulkimport.rows.members import MEMBERS_AT_ONCE, read_members


def line(identity: str, key: str | None, labels: int) -> bytes:
    """A data row of an export with so many labels."""
    data_row = {"id": identity} | ({} if key is None else {"global_key": key})
    projects = {"p": {"name": "p", "labels": [{"id": str(number)} for number in range(labels)]}}
    return orjson.dumps({"data_row": data_row, "media_attributes": {}, "projects": projects})


def labels_of(path: Path) -> dict[tuple[int, int], int]:
    """How many labels each key has, over all portions."""
    return {
        (int(low), int(high)): int(labels)
        for table in read_members(path)
        for low, high, labels in table.tolist()
    }


def test_a_data_row_is_known_by_its_id_and_by_its_global_key(tmp_path: Path) -> None:
    """The key in any case, as the platform takes it; without a key by its id alone."""
    path = tmp_path / "rows.ndjson"
    path.write_bytes(b"\n".join([line("a" * 25, "Lake.jpg", 2), b"", line("b" * 25, None, 0)]))

    hashes = [*key_hashes("i", ["a" * 25, "b" * 25]), *key_hashes("g", ["lake.jpg"])]

    low_high = [(int(low), int(high)) for low, high in hashes]
    assert labels_of(path) == dict(zip(low_high, (2, 0, 2), strict=True))


def test_more_data_rows_than_are_held_at_once_come_in_portions(tmp_path: Path) -> None:
    """None is lost at the edge."""
    path = tmp_path / "rows.ndjson"
    count = MEMBERS_AT_ONCE + 1
    path.write_bytes(b"\n".join(line(f"{n:025}", None, 0) for n in range(count)))

    assert [len(table) for table in read_members(path)] == [MEMBERS_AT_ONCE, 1]


def test_an_empty_project_has_no_data_rows(tmp_path: Path) -> None:
    """An empty file is an export too."""
    path = tmp_path / "rows.ndjson"
    path.touch()

    assert list(read_members(path)) == []


@pytest.mark.parametrize(
    "bad", [b"[]", b"{", b'{"data_row":{"id":"a"}}', b'{"data_row":{},"projects":{}}', b"\xff"]
)
def test_what_is_no_export_of_a_project_is_named_by_its_line(tmp_path: Path, bad: bytes) -> None:
    """Nobody is taken for a stranger because a file is another one."""
    path = tmp_path / "rows.ndjson"
    path.write_bytes(line("a" * 25, "a", 0) + b"\n" + bad + b"\n")

    with pytest.raises(SourceUnreadable) as caught:
        list(read_members(path))

    assert f"{path}:2" in str(caught.value)


def test_a_file_that_is_gone_is_said_so(tmp_path: Path) -> None:
    """As a source that cannot be read."""
    with pytest.raises(SourceUnreadable):
        list(read_members(tmp_path / "nowhere"))
