"""Boxes in the orders that people have, to and from top, left, height, width.

Each box is a row of four; all kernels give a new array of the same shape.

    xywh   left, top, width, height      COCO
    xyhw   left, top, height, width      the platform's own older examples
    xyxy   two opposite corners, in any order
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

Boxes = NDArray[np.float64]


@kernel
def from_xywh(boxes: Boxes) -> Boxes:
    """From left, top, width, height."""
    sides = np.empty_like(boxes)
    for at in range(len(boxes)):
        sides[at, 0], sides[at, 1] = boxes[at, 1], boxes[at, 0]
        sides[at, 2], sides[at, 3] = boxes[at, 3], boxes[at, 2]
    return sides


@kernel
def to_xywh(sides: Boxes) -> Boxes:
    """To left, top, width, height."""
    return from_xywh(sides)


@kernel
def from_xyhw(boxes: Boxes) -> Boxes:
    """From left, top, height, width."""
    sides = np.empty_like(boxes)
    for at in range(len(boxes)):
        sides[at, 0], sides[at, 1] = boxes[at, 1], boxes[at, 0]
        sides[at, 2], sides[at, 3] = boxes[at, 2], boxes[at, 3]
    return sides


@kernel
def to_xyhw(sides: Boxes) -> Boxes:
    """To left, top, height, width."""
    return from_xyhw(sides)


@kernel
def from_xyxy(boxes: Boxes) -> Boxes:
    """From two opposite corners; height and width are not negative."""
    sides = np.empty_like(boxes)
    for at in range(len(boxes)):
        x, y, other_x, other_y = boxes[at, 0], boxes[at, 1], boxes[at, 2], boxes[at, 3]
        sides[at, 0], sides[at, 1] = min(y, other_y), min(x, other_x)
        sides[at, 2], sides[at, 3] = abs(other_y - y), abs(other_x - x)
    return sides


@kernel
def to_xyxy(sides: Boxes) -> Boxes:
    """To left, top and their opposite corner."""
    boxes = np.empty_like(sides)
    for at in range(len(sides)):
        top, left = sides[at, 0], sides[at, 1]
        boxes[at, 0], boxes[at, 1] = left, top
        boxes[at, 2], boxes[at, 3] = left + sides[at, 3], top + sides[at, 2]
    return boxes


def warm() -> None:
    """Compile all of them."""
    none = np.zeros((0, 4))
    for turn in (from_xywh, to_xywh, from_xyhw, to_xyhw, from_xyxy, to_xyxy):
        turn(none)
