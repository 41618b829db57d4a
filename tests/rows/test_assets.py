"""Asset sizes as people have them: CSV with a header, NDJSON, with what is missing."""

import math
from pathlib import Path

import numpy as np
import pytest

from bulkimport.errors import SourceUnreadable
from bulkimport.native import key_hash
from bulkimport.rows.assets import ASSET, ASSETS_AT_ONCE, BYTES_AT_ONCE, NOWHERE, read_assets


def found(path: Path, tag: str, key: str) -> tuple[list[float], list[int]] | None:
    """What is known of one asset, or None."""
    assets = np.concatenate((np.empty(0, ASSET), *read_assets(path)))
    low, high = key_hash(tag, key)
    own = assets[(assets["key_low"] == low) & (assets["key_high"] == high)]
    if not len(own):
        return None
    return [float(own["width"][0]), float(own["height"][0])], own["ends"][0].tolist()


def ends(path: Path, tag: str, key: str) -> list[int]:
    """Last frame, millisecond, page and character of an asset that is there."""
    return (found(path, tag, key) or ([], []))[1]


def test_a_csv_is_read_by_its_header(tmp_path: Path) -> None:
    """Columns may come in any order, and further ones are left alone; keys fold like rows' keys."""
    path = tmp_path / "assets.csv"
    path.write_text("row_data,height,global_key,width\nx,480,A.jpg,640\ny,,b.jpg,\n")

    assert found(path, "g", "a.JPG") == ([640.0, 480.0], [NOWHERE] * 4)
    size, _ = found(path, "g", "b.jpg") or ([], [])
    assert all(map(math.isnan, size))
    assert found(path, "g", "c.jpg") is None


def test_ndjson_gives_frames_milliseconds_pages_and_characters(tmp_path: Path) -> None:
    """The last character is one before their number; an id is not a global key."""
    path = tmp_path / "assets.ndjson"
    path.write_text(
        '{"id":"v","frame_count":300,"duration_ms":12000}\n\n'
        '{"globalKey":"t","characters":10}\n{"globalKey":"p","pages":"7"}\n'
    )

    assert ends(path, "i", "v") == [300, 12000, NOWHERE, NOWHERE]
    assert ends(path, "g", "t") == [NOWHERE, NOWHERE, NOWHERE, 9]
    assert ends(path, "g", "p") == [NOWHERE, NOWHERE, 7, NOWHERE]
    assert found(path, "g", "v") is None


def test_frames_follow_from_rate_and_duration_where_they_are_not_told(tmp_path: Path) -> None:
    """Seconds become milliseconds; a part of a frame is a frame."""
    path = tmp_path / "assets.csv"
    path.write_text("id,fps,duration,frames\na,29.97,10,\nb,25,10,77\nc,,2.5,\n")

    assert ends(path, "i", "a")[:2] == [300, 10000]
    assert ends(path, "i", "b")[:2] == [77, 10000]
    assert ends(path, "i", "c")[:2] == [NOWHERE, 2500]


def test_an_export_tells_of_its_data_rows_by_both_names(tmp_path: Path) -> None:
    """Rows may use either."""
    path = tmp_path / "export.ndjson"
    path.write_text(
        '{"data_row":{"id":"x","global_key":"y"},"media_attributes":{"width":3,"height":4}}\n'
    )

    assert found(path, "i", "x") == found(path, "g", "y") == ([3.0, 4.0], [NOWHERE] * 4)


def test_a_file_without_assets_finds_nothing(tmp_path: Path) -> None:
    """A header alone is no mistake."""
    path = tmp_path / "assets.csv"
    path.write_text("global_key,width,height\n")

    assert found(path, "g", "a") is None


def test_many_assets_come_in_portions(tmp_path: Path) -> None:
    """Memory does not grow with them."""
    sheet, lines = tmp_path / "assets.csv", tmp_path / "assets.ndjson"
    count = BYTES_AT_ONCE // 16
    sheet.write_text("id,width\n" + "".join(f"{at:015},{at}\n" for at in range(count)))
    lines.write_text("".join(f'{{"id":"{at}"}}\n' for at in range(ASSETS_AT_ONCE + 1)))

    of_sheet = list(read_assets(sheet))
    assert len(of_sheet) > 1
    assert np.concatenate(of_sheet)["width"].tolist() == list(range(count))
    assert [len(some) for some in read_assets(lines)] == [ASSETS_AT_ONCE, 1]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("assets.csv", "width,height\n1,2\n", "assets.csv:2"),
        ("assets.ndjson", '{"width":1}\n', "assets.ndjson:1"),
        ("assets.ndjson", "{\n", "assets.ndjson"),
        ("assets.ndjson", "[1]\n", "assets.ndjson:1"),
        ("assets.csv", "global_key\n\udcff\n", "assets.csv"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: str, place: str) -> None:
    """The error names the file, and the line where it is known."""
    path = tmp_path / name
    path.write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(SourceUnreadable) as caught:
        list(read_assets(path))

    assert caught.value.place.endswith(place)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """No traceback for a typing mistake."""
    with pytest.raises(SourceUnreadable):
        list(read_assets(tmp_path / "assets.csv"))
