"""Asset sizes as people have them: CSV with a header, NDJSON, with what is missing."""

import math
from pathlib import Path

import numpy as np
import pytest

from bulkimport.errors import SourceUnreadable
from bulkimport.native import key_hash
from bulkimport.rows.assets import NOWHERE, Assets, read_assets


def found(assets: Assets, tag: str, key: str) -> tuple[list[float], list[int]] | None:
    """What is known of one asset, or None."""
    low, high = key_hash(tag, key)
    number = int(assets.find(np.array([low], np.uint64), np.array([high], np.uint64))[0])
    if number == NOWHERE:
        return None
    return assets.sizes[number].tolist(), assets.lasts[number].tolist()


def test_a_csv_is_read_by_its_header(tmp_path: Path) -> None:
    """Columns may come in any order, and further ones are left alone; keys fold like rows' keys."""
    path = tmp_path / "assets.csv"
    path.write_text("row_data,height,global_key,width\nx,480,A.jpg,640\ny,,b.jpg,\n")

    assets = read_assets(path)

    assert found(assets, "g", "a.JPG") == ([640.0, 480.0], [NOWHERE] * 4)
    size, _ = found(assets, "g", "b.jpg") or ([], [])
    assert all(map(math.isnan, size))
    assert found(assets, "g", "c.jpg") is None


def test_ndjson_gives_frames_milliseconds_pages_and_characters(tmp_path: Path) -> None:
    """The last character is one before their number; an id is not a global key."""
    path = tmp_path / "assets.ndjson"
    path.write_text(
        '{"id":"v","frame_count":300,"duration_ms":12000}\n\n'
        '{"globalKey":"t","characters":10}\n{"globalKey":"p","page_count":7}\n'
    )

    assets = read_assets(path)

    assert (found(assets, "i", "v") or ([], []))[1] == [300, 12000, NOWHERE, NOWHERE]
    assert (found(assets, "g", "t") or ([], []))[1] == [NOWHERE, NOWHERE, NOWHERE, 9]
    assert (found(assets, "g", "p") or ([], []))[1] == [NOWHERE, NOWHERE, 7, NOWHERE]
    assert found(assets, "g", "v") is None


def test_a_file_without_assets_finds_nothing(tmp_path: Path) -> None:
    """A header alone is no mistake."""
    path = tmp_path / "assets.csv"
    path.write_text("global_key,width,height\n")

    assert found(read_assets(path), "g", "a") is None


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("assets.csv", "width,height\n1,2\n", "assets.csv:2"),
        ("assets.ndjson", '{"width":1}\n', "assets.ndjson:1"),
        ("assets.ndjson", "{\n", "assets.ndjson"),
        ("assets.csv", "global_key\n\udcff\n", "assets.csv"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: str, place: str) -> None:
    """The error names the file, and the line where it is known."""
    path = tmp_path / name
    path.write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(SourceUnreadable) as caught:
        read_assets(path)

    assert caught.value.place.endswith(place)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """No traceback for a typing mistake."""
    with pytest.raises(SourceUnreadable):
        read_assets(tmp_path / "assets.csv")
