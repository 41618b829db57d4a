"""Masks come in the four spellings of the format, and show no URL."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from support.checked import faults

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import DataRow, Shape
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.masks import BinaryMask, ImageMask, RunLengthMask, UrlMask
from bulkimport.rows.builders.objects import Object

SIGNED = "https://masks.example/m.png?Signature=secret"
IMAGE = np.array([[[0, 0, 0], [9, 8, 7]], [[9, 8, 7], [9, 9, 9]], [[0, 0, 0], [0, 0, 0]]], np.uint8)
HERE = np.array([[0, 1], [1, 0], [0, 0]])


def read(png: str) -> np.ndarray:
    """The pixels of a PNG in base64, read by a library that did not write it."""
    image = Image.open(io.BytesIO(base64.b64decode(png, validate=True)))
    assert image.mode == "L"
    return np.array(image)


def test_a_mask_by_url_names_its_colour() -> None:
    """The service fetches the image."""
    payload = {"mask": {"instanceURI": SIGNED, "colorRGB": [9, 8, 7]}}

    assert UrlMask(SIGNED, (9, 8, 7)).members() == payload


def test_a_url_is_not_shown() -> None:
    """It may be signed."""
    shown = repr(Object("car", UrlMask(SIGNED, (9, 8, 7))))

    assert "masks.example" not in shown
    assert "secret" not in shown


def test_an_image_travels_byte_for_byte() -> None:
    """In base64 without a prefix."""
    mask = ImageMask(b"\x89PNG\xff", (9, 8, 7)).members()["mask"]

    assert base64.b64decode(mask["imBytes"], validate=True) == b"\x89PNG\xff"
    assert mask["colorRGB"] == [9, 8, 7]


@pytest.mark.parametrize(
    "mask",
    [
        BinaryMask(HERE),
        BinaryMask(HERE.astype(bool)),
        BinaryMask(HERE * 255),
        BinaryMask(HERE.astype(np.float32)),
        BinaryMask(np.asfortranarray(HERE)),
        BinaryMask.where(IMAGE, (9, 8, 7)),
        BinaryMask.where(HERE * 7, 7),
        BinaryMask.where(np.stack([HERE * 7] * 3, axis=-1), 7),
    ],
    ids=["0 and 1", "bool", "0 and 255", "float", "columns", "colour", "value", "grey"],
)
def test_an_array_becomes_a_png_of_nought_and_one(mask: BinaryMask) -> None:
    """As wide and high as the array, one channel."""
    assert read(mask.members()["mask"]["png"]).tolist() == HERE.tolist()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (640, 480)])
def test_an_array_of_any_size_is_read_back(shape: tuple[int, int]) -> None:
    """Pixel for pixel."""
    pixels = np.random.default_rng(7).integers(0, 2, shape)

    assert np.array_equal(read(BinaryMask(pixels).members()["mask"]["png"]), pixels)


@pytest.mark.parametrize("pixels", [np.zeros(3), np.zeros((2, 2, 3)), np.zeros((0, 5))])
def test_what_is_no_plane_is_no_mask(pixels: np.ndarray) -> None:
    """It could not be meant."""
    with pytest.raises(UsageError, match="a plane of pixels"):
        BinaryMask(pixels)


def test_a_colour_has_as_many_channels_as_the_image() -> None:
    """Otherwise no pixel can have it."""
    with pytest.raises(UsageError, match="has no pixel of"):
        BinaryMask.where(IMAGE[:, :, :2], (9, 8, 7))


def test_runs_are_written_as_they_are() -> None:
    """The size is height, then width."""
    mask = RunLengthMask((2, 3), [1, 2, 3])

    assert mask.members() == {"mask": {"size": [2, 3], "counts": [1, 2, 3]}}


@pytest.mark.parametrize(
    "mask",
    [
        UrlMask("https://masks.example/m.png", (9, 8, 7)),
        ImageMask(base64.b64decode(BinaryMask(HERE).members()["mask"]["png"]), (1, 1, 1)),
        BinaryMask(HERE),
        RunLengthMask((2, 3), [1, 2, 3]),
    ],
)
def test_all_spellings_pass_the_check(mask: Shape) -> None:
    """For images."""
    assert faults([Label(DataRow(id="c" * 25), [Object("n", mask)])], media="image") == []
