"""Payloads of rows as geometry of COCO annotations, by the member that holds them."""

import base64
import binascii
from collections.abc import Callable, Mapping
from itertools import chain, pairwise
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from bulkimport.masks.pictures import Fault, read_masks
from bulkimport.masks.runs import WORD, RunLengths

JSON = dict[str, Any]
VISIBLE: Final = 2


class Unshaped(Exception):
    """A payload that is no geometry COCO has; caught where it is counted, never shown."""


def annotation_of(row: JSON) -> tuple[str, JSON]:
    """The kind of a row, and what its annotation has besides its ids. Raises Unshaped."""
    for member, make in SHAPES.items():
        if member in row:
            try:
                return member, make(row[member])
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise Unshaped(member) from error
    raise Unshaped(next((name for name in row if name not in ENVELOPE), "row"))


def _box(box: JSON) -> JSON:
    left, top, width, height = (box[side] for side in ("left", "top", "width", "height"))
    right, bottom = left + width, top + height
    ring = [left, top, right, top, right, bottom, left, bottom]
    return {
        "bbox": [left, top, width, height],
        "area": width * height,
        "segmentation": [ring],
        "iscrowd": 0,
    }


def _polygon(points: list[JSON]) -> JSON:
    corners = [(point["x"], point["y"]) for point in points]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    columns, lines = zip(*corners, strict=True)
    left, top = min(columns), min(lines)
    return {
        "bbox": [left, top, max(columns) - left, max(lines) - top],
        "area": _area(corners),
        "segmentation": [list(chain.from_iterable(corners))],
        "iscrowd": 0,
    }


def _area(corners: list[tuple[float, float]]) -> float:
    closed = [*corners, corners[0]]
    doubled = sum(one[0] * two[1] - two[0] * one[1] for one, two in pairwise(closed))
    return abs(doubled) / 2


def _point(point: JSON) -> JSON:
    x, y = point["x"], point["y"]
    return {
        "keypoints": [x, y, VISIBLE],
        "num_keypoints": 1,
        "bbox": [x, y, 0, 0],
        "area": 0,
        "iscrowd": 0,
    }


def _mask(mask: JSON) -> JSON:
    runs = _runs(mask)
    height, width = runs.size
    return {
        "bbox": _bounds(runs),
        "area": runs.area(),
        "segmentation": {"size": [height, width], "counts": runs.compressed().decode()},
        "iscrowd": 1,
    }


def _runs(mask: JSON) -> RunLengths:
    if "counts" in mask:
        height, width = mask["size"]
        return RunLengths((height, width), np.array(mask["counts"], WORD)).sound()
    whole = "png" in mask
    try:
        png = base64.b64decode(mask["png"] if whole else mask["imBytes"], validate=True)
    except binascii.Error as error:
        raise ValueError("no picture") from error
    read = read_masks(png)
    if isinstance(read, Fault):
        raise ValueError(read.found)  # noqa: TRY004 - a value that is told
    picture, masks = read
    if whole:
        named = [runs for label, runs in masks.items() if label]
    else:
        red, green, blue = mask["colorRGB"]
        named = [masks[red | green << 8 | blue << 16]] if picture.mode == "rgb" else []
    if len(named) == 1:
        return named[0]
    if not whole:
        raise ValueError("no such colour")
    together = np.zeros((picture.height, picture.width), np.uint8)
    for runs in named:
        together |= runs.mask()
    return RunLengths.of(together)


def _bounds(runs: RunLengths) -> list[int]:
    mask = runs.mask()
    columns, lines = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(columns):
        return [0, 0, 0, 0]
    left, top = int(columns[0]), int(lines[0])
    return [left, top, int(columns[-1]) + 1 - left, int(lines[-1]) + 1 - top]


ENVELOPE: Final = frozenset({"uuid", "dataRow", "name", "schemaId", "classifications"})
SHAPES: Final[Mapping[str, Callable[[Any], JSON]]] = MappingProxyType(
    {"bbox": _box, "polygon": _polygon, "point": _point, "mask": _mask}
)
