"""Masks held as arrays: counted, merged, split and recoloured by kernels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.kernels import labels as kernels
from bulkimport.masks.pictures import Labels
from bulkimport.masks.runs import as_labels, plane
from bulkimport.native import COLOUR, Rows

CHANNELS = 3


def count_colours(picture: NDArray[Any]) -> Rows:
    """The colours of a picture, with the pixels and the box of each: COLOURs, by label.

    A plane of labels, or height by width by red, green and blue, of bytes; what comes behind these
    is not looked at. One pass, which costs little more than reading the pixels. Raises UsageError
    for other arrays.
    """
    pixels, size = _pixels(picture)
    if not pixels.size:
        return np.zeros(0, COLOUR)
    lines = pixels.view(np.uint8).reshape(len(pixels), -1)
    lines.flags.writeable = False
    found, counts, boxes = kernels.count_labels(lines, size)
    order = np.argsort(found)
    colours = np.zeros(len(found), COLOUR)
    colours["label"], colours["count"] = found[order], counts[order]
    for side, name in enumerate(("left", "top", "right", "bottom")):
        colours[name] = boxes[order, side]
    return colours


def merge_masks(masks: Sequence[NDArray[Any]]) -> tuple[Labels, int]:
    """One plane of labels of many masks, and how many pixels were covered by later ones.

    The first mask has label 1; what is not 0 is set. Raises UsageError for no masks, and for masks
    of several sizes.
    """
    if not masks or len({plane(mask) for mask in masks}) != 1:
        raise UsageError("masks to be merged are one or more, and of one size")
    labels = np.zeros(masks[0].shape, np.uint32)
    covered = 0
    for label, mask in enumerate(masks, start=1):
        covered += kernels.paint(labels, np.ascontiguousarray(mask != 0).view(np.uint8), label)
    return labels, covered


def split_masks(labels: NDArray[Any]) -> dict[int, NDArray[np.bool_]]:
    """A mask for each label of a plane but 0."""
    pixels = _plane(labels)
    found = count_colours(pixels)["label"].tolist()
    return {label: pixels == label for label in found if label}


def recolour_masks(labels: NDArray[Any], new: Mapping[int, int]) -> Labels:
    """Give labels of a plane new ones; those that are not told stay."""
    pixels = _plane(labels).copy()
    if pixels.size and new:
        old = np.array(sorted(new), np.uint32)
        kernels.recolour(pixels, old, np.array([new[one] for one in old.tolist()], np.uint32))
    return pixels


def _plane(labels: NDArray[Any]) -> Labels:
    plane(labels)
    return np.ascontiguousarray(as_labels(labels), np.uint32)


def _pixels(picture: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """What can be compared byte by byte, and how many bytes a pixel has."""
    if picture.ndim != CHANNELS:
        plane(picture)
        labels = as_labels(picture)
        return labels, labels.itemsize
    if picture.dtype != np.uint8 or picture.shape[2] < CHANNELS:
        raise UsageError(
            "a picture of colours is height by width by three bytes, this array has the shape"
            f" {picture.shape} of {picture.dtype}"
        )
    return np.ascontiguousarray(picture[..., :CHANNELS]), CHANNELS
