"""PNGs from strangers: what they hold, or what is wrong with them, in one pass over their lines."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bulkimport.masks.runs import RunLengths, split_counts
from bulkimport.native import COLOUR, Rows, read_png

Labels = NDArray[np.uint32]

GREY_STEPS = {1: 255, 2: 85, 4: 17}
BITS_OF_A_BYTE = 8
BITS_OF_A_WORD = 16


class Wanted(StrEnum):
    """What is asked of a picture."""

    COLOURS = "colours"
    MASKS = "masks"
    PIXELS = "pixels"


class Trouble(StrEnum):
    """What can be wrong with a picture."""

    NOT_PNG = "not-png"
    TOO_LARGE = "too-large"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a picture cannot be read; `found` is for people."""

    trouble: Trouble
    found: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a picture may claim: pixels, inflated bytes, and labels that differ."""

    pixels: int = 1 << 28
    inflated: int = 1 << 30
    labels: int = 1 << 16


LIMITS = Limits()


@dataclass(frozen=True)
class Picture:
    """What a PNG holds. `colours` are COLOURs by label, all of them if `complete`.

    A label is a sample of grey or palette, or red + 256 green + 65,536 blue. `mode` is one of
    grey, grey-alpha, palette, rgb and rgba.
    """

    width: int
    height: int
    mode: str
    bits: int
    palette: NDArray[np.uint8]
    colours: Rows
    complete: bool

    @cached_property
    def shown(self) -> Labels:
        """What each of the colours shows: red + 256 green + 65,536 blue."""
        return self.show(self.colours["label"])

    def show(self, labels: Labels) -> Labels:
        """What labels show; of 16 bits the upper half, of an entry that is missing black.

        Grey of few bits is spread, as PNG says: the 1 of one bit is white.
        """
        if self.mode in {"rgb", "rgba"}:
            return labels
        if self.mode == "palette":
            known = pack(self.palette)
            shown = np.zeros(labels.shape, np.uint32)
            inside = labels < len(known)
            shown[inside] = known[labels[inside]]
            return shown
        grey = labels >> BITS_OF_A_BYTE if self.bits == BITS_OF_A_WORD else labels
        return (grey * GREY_STEPS.get(self.bits, 1) * np.uint32(0x010101)).astype(np.uint32)


def pack(colours: NDArray[np.uint8]) -> Labels:
    """Labels of colours: red + 256 green + 65,536 blue, over the last axis."""
    wide = np.zeros((*colours.shape[:-1], 4), np.uint8)
    # Channel by channel: NumPy copies three bytes of each four several times slower.
    for channel in range(3):
        wide[..., channel] = colours[..., channel]
    return wide.view("<u4")[..., 0].astype(np.uint32, copy=False)


def unpack(labels: NDArray[np.unsignedinteger]) -> NDArray[np.uint8]:
    """Colours of labels, over a new last axis."""
    # The bytes of a label are its colour, in order; the fourth is left behind.
    wide = np.ascontiguousarray(labels, "<u4").view(np.uint8).reshape(*labels.shape, 4)
    return np.ascontiguousarray(wide[..., :3])


def read_colours(
    png: bytes, *, limits: Limits = LIMITS, wanted: list[int] | None = None
) -> Picture | Fault:
    """Count the colours of a PNG; those `wanted` even among too many. Memory is that of a line."""
    told = _read(png, Wanted.COLOURS, limits, wanted=wanted)
    return told if isinstance(told, Fault) else told[0]


def read_masks(
    png: bytes, *, limits: Limits = LIMITS
) -> tuple[Picture, dict[int, RunLengths]] | Fault:
    """Colours, and the mask of every label; more labels than the limit are a fault."""
    told = _read(png, Wanted.MASKS, limits)
    if isinstance(told, Fault):
        return told
    picture, (whole, labels, lengths, counts), _ = told
    if not whole:
        return Fault(Trouble.TOO_LARGE, f"more than {limits.labels:,} labels")
    size = (picture.height, picture.width)
    return picture, split_counts(size, labels, lengths=lengths, counts=counts)


def read_pixels(
    png: bytes, *, limits: Limits = LIMITS
) -> tuple[Picture, NDArray[np.unsignedinteger]] | Fault:
    """All labels, height by width; of colours height by width by three."""
    told = _read(png, Wanted.PIXELS, limits)
    if isinstance(told, Fault):
        return told
    picture, _, pixels = told
    shape: tuple[int, ...] = (picture.height, picture.width)
    if picture.mode in {"rgb", "rgba"}:
        shape = (*shape, 3)
    wide = len(pixels) > np.prod(shape)
    labels: NDArray[np.unsignedinteger] = np.frombuffer(pixels, np.uint16 if wide else np.uint8)
    return picture, labels.reshape(shape)


_Told = tuple[Picture, tuple[bool, bytes, bytes, bytes], bytes]


def _read(
    png: bytes, asked: Wanted, limits: Limits, *, wanted: list[int] | None = None
) -> _Told | Fault:
    (trouble, found), header, (colours, palette, overflowed), masks, pixels = read_png(
        png,
        wanted=asked,
        pixels=limits.pixels,
        inflated=limits.inflated,
        most=limits.labels,
        labels=wanted or [],
    )
    if trouble:
        return Fault(Trouble(trouble), found)
    width, height, mode, bits, _ = header
    picture = Picture(
        width=width,
        height=height,
        mode=mode,
        bits=bits,
        palette=np.frombuffer(palette, np.uint8).reshape(-1, 3),
        colours=np.frombuffer(colours, COLOUR),
        complete=not overflowed,
    )
    return picture, masks, pixels
