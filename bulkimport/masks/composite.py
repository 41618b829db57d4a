"""Composites: one RGB picture whose colours are the labels of many masks."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.masks.pictures import (
    BITS_OF_A_BYTE,
    Fault,
    pack,
    read_colours,
    read_masks,
    read_pixels,
    unpack,
)
from bulkimport.masks.runs import RunLengths, as_labels, plane
from bulkimport.native import Rows, write_png

MOST_LABEL = 0xFFFFFF
# What stands for the label 0 where it is meant: black is the background.
WHITE = 0xFFFFFF

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Composite:
    """An RGB picture as PNG, and the labels that occur in it."""

    png: bytes = field(repr=False)
    labels: tuple[int, ...]


def colour_of(label: int) -> Colour:
    """The colour that a label has in a composite."""
    return label & 255, label >> 8 & 255, label >> 16 & 255


def compose(labels: NDArray[Any]) -> bytes:
    """Write a plane of labels, 0 to 16,777,215, as RGB; 0 is black.

    Raises UsageError for other arrays.
    """
    height, width = plane(labels)
    wide = as_labels(labels)
    if wide.size and int(wide.max()) > MOST_LABEL:
        raise UsageError(f"a label of a composite is at most {MOST_LABEL:,}")
    if not wide.size:
        raise UsageError("a composite has at least one pixel")
    pixels = unpack(wide)
    return write_png(pixels.tobytes(), width=width, height=height, mode="rgb", bits=8, palette=b"")


def masks_of_composite(png: bytes) -> tuple[dict[int, RunLengths], Rows]:
    """Split a PNG into the mask of each of its labels, and give its COLOURs; decoded once.

    A label is a sample of grey or of a palette, or red + 256 green + 65,536 blue. Memory: where
    lines differ. Raises UsageError for what is no such picture.
    """
    read = read_masks(png)
    if isinstance(read, Fault):
        raise UsageError(f"the picture cannot be read ({read.trouble}): {read.found}")
    picture, masks = read
    return masks, picture.colours


def as_composite(png: bytes, *, shown: bool, zero: bool) -> Composite | Fault:
    """Make a composite of any PNG of labels; one that is RGB already stays byte for byte.

    With `shown`, labels are the colours that a palette or grey shows, else its samples. With `zero`
    the label 0 is meant, and becomes white where nothing else can be.
    """
    picture = read_colours(png)
    if isinstance(picture, Fault):
        return picture
    if picture.mode == "rgb" and picture.bits == BITS_OF_A_BYTE:
        return Composite(png, tuple(picture.colours["label"].tolist()))
    read = read_pixels(png)
    if isinstance(read, Fault):
        return read
    picture, pixels = read
    labels = pack(pixels) if pixels.ndim > 2 else pixels.astype(np.uint32)  # noqa: PLR2004
    labels = picture.show(labels) if shown else labels
    if zero and picture.mode in {"grey", "grey-alpha", "palette"} and not shown:
        labels = np.where(labels == 0, np.uint32(WHITE), labels)
    return Composite(compose(labels), tuple(np.unique(labels).tolist()))
