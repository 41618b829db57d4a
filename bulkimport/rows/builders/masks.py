"""Masks of images, in the four spellings of the format.

A URL may be signed, so it is kept out of every repr.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import Row

Colour = tuple[int, int, int]
Pixels = NDArray[Any]

PLANE_AXES = 2


@dataclass(frozen=True, slots=True)
class UrlMask:
    """The pixels of one colour of an image that the service fetches; many masks may share it."""

    url: str = field(repr=False)
    colour: Colour

    def members(self) -> Row:
        """The payload of a mask row."""
        return {"mask": {"instanceURI": self.url, "colorRGB": list(self.colour)}}


@dataclass(frozen=True, slots=True)
class ImageMask:
    """The pixels of one colour of a PNG that travels in the row, byte for byte."""

    png: bytes = field(repr=False)
    colour: Colour

    def members(self) -> Row:
        """The payload of a mask row."""
        return {"mask": {"imBytes": base64(self.png), "colorRGB": list(self.colour)}}


@dataclass(frozen=True, slots=True, eq=False)
class BinaryMask:
    """The pixels that are not zero in an array of height by width.

    The array becomes a grey PNG of 0 and 1 each time the row is made: time linear in the pixels.
    Raises UsageError for an array that is not a plane.
    """

    pixels: Pixels

    def __post_init__(self) -> None:
        if self.pixels.ndim != PLANE_AXES or not self.pixels.size:
            raise UsageError(
                f"a mask is a plane of pixels, this array has the shape {self.pixels.shape}",
                remedy="give height by width, or take one colour of an image by BinaryMask.where",
            )

    @classmethod
    def where(cls, image: Pixels, value: int | Colour) -> Self:
        """The pixels of an image that have this value.

        The image is height by width, or height by width by channels, and every channel is
        compared. Raises UsageError when the value has another number of channels.
        """
        wanted = np.asarray(value)
        if wanted.ndim and wanted.shape != image.shape[PLANE_AXES:]:
            raise UsageError(f"an image of the shape {image.shape} has no pixel of {value}")
        same = image == wanted
        return cls(same.all(axis=-1) if image.ndim > PLANE_AXES else same)

    def members(self) -> Row:
        """The payload of a mask row."""
        return {"mask": {"png": base64(_grey_png(self.pixels != 0))}}


@dataclass(frozen=True, slots=True)
class RunLengthMask:
    """Runs of pixels outside and inside in turn, starting outside; `size` is (height, width)."""

    size: tuple[int, int]
    counts: Sequence[int]

    def members(self) -> Row:
        """The payload of a mask row."""
        return {"mask": {"size": list(self.size), "counts": list(self.counts)}}


def base64(data: bytes) -> str:
    """Bytes as the format writes them: the standard alphabet, padded, without a prefix."""
    return b64encode(data).decode("ascii")


def _grey_png(pixels: NDArray[np.bool_]) -> bytes:
    height, width = pixels.shape
    lines = np.zeros((height, width + 1), np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
