"""What is on record of pictures is there after the process is gone."""

from pathlib import Path

from bulkimport.ledger.pictures import KeptPictures
from bulkimport.model import PictureAt

ONE, OTHER = PictureAt("d1", 0, 10, 20), PictureAt("d2", 1, 30, 40)


def test_a_picture_is_found_by_digest_and_by_address(tmp_path: Path) -> None:
    """And not before it is kept."""
    pictures = KeptPictures.open(tmp_path / "record")
    assert pictures.find("d1") is None
    assert pictures.place("https://h/1") is None

    pictures.keep([(ONE, "https://h/1"), (OTHER, "https://h/2")])
    pictures.close()

    again = KeptPictures.open(tmp_path / "record")
    assert again.find("d1") == (ONE, "https://h/1")
    assert again.address("d2") == "https://h/2"
    assert again.place("https://h/2") == OTHER
    again.close()


def test_a_picture_that_stands_elsewhere_now_is_found_there(tmp_path: Path) -> None:
    """Its address stays."""
    pictures = KeptPictures.open(tmp_path / "record")
    pictures.keep([(ONE, "https://h/1")])
    moved = PictureAt("d1", 2, 11, 20)

    pictures.keep([(moved, "https://h/1")])

    assert pictures.find("d1") == (moved, "https://h/1")
    pictures.close()
