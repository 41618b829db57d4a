"""Rows of masks are told by the bytes of their pictures, wherever these lie."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from bulkimport.sandbox.audit import Digests
from bulkimport.sandbox.pictures import Pictures

PNG = b"\x89PNG of no account"
CARRIED = {"imBytes": b64encode(PNG).decode(), "colorRGB": [1, 0, 0]}
OWN = "http://127.0.0.1:1/files/token/mask.png"
FOREIGN = "https://pictures.test/files/token/mask.png"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the picture under its token."""
    (tmp_path / "token").write_bytes(PNG)
    return tmp_path


def told(files: Path | None, *rows: dict[str, Any]) -> dict[str, Any]:
    """What an audit says of the masks of some rows."""
    digests = Digests(pictures=Pictures(files))
    for row in rows:
        digests.add(dict(row))
    masks: dict[str, Any] = digests.told()["masks"]
    return masks


def test_a_picture_in_a_row_is_the_same_as_in_a_file(files: Path) -> None:
    """Of images and of frames."""
    named = {"instanceURI": OWN, "colorRGB": [1, 0, 0]}
    frames = [{"masks": {"frames": [{"index": 1, **one}]}} for one in (CARRIED, named)]

    assert told(files, {"mask": named}) == told(None, {"mask": CARRIED, "uuid": "u"})
    assert told(files, frames[1]) == told(files, frames[0])
    assert told(files, {"mask": named}, {"mask": CARRIED})["pictures"] == 1
    assert told(files, {"mask": named})["picture_bytes"] == len(PNG)


def test_another_picture_or_colour_is_another_row(files: Path) -> None:
    """One byte is enough, and which colour of it."""
    other = {**CARRIED, "imBytes": b64encode(PNG + b"x").decode()}
    same = told(files, {"mask": CARRIED})["digest"]

    assert told(files, {"mask": other})["digest"] != same
    assert told(files, {"mask": {**CARRIED, "colorRGB": [2, 0, 0]}})["digest"] != same
    assert told(files, {"mask": {"png": CARRIED["imBytes"]}})["digest"] != same


def test_what_is_not_there_is_counted(files: Path) -> None:
    """A file of ours that is gone is missing; an address of others is none of ours."""
    gone = {"instanceURI": OWN.replace("token", "other"), "colorRGB": [1, 0, 0]}

    assert told(files, {"mask": gone})["missing_pictures"] == 1
    assert told(files, {"mask": {**gone, "instanceURI": OWN.replace("token", "..")}})["rows"] == 1
    foreign = told(files, {"mask": {**gone, "instanceURI": FOREIGN}})
    assert (foreign["rows"], foreign["missing_pictures"], foreign["pictures"]) == (1, 0, 0)


def test_rows_without_pictures_are_not_counted(files: Path) -> None:
    """Boxes, and masks that are run lengths."""
    rows = [{"bbox": {}}, {"mask": {"size": [1, 1], "counts": [0, 1]}}, {"masks": {"frames": 1}}]

    assert told(files, *rows)["rows"] == 0
