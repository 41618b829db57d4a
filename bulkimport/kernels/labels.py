"""Planes of labels: counted, painted and recoloured over runs of equal pixels.

A table is two arrays of a power of two of places: labels, and slots that are -1 where free.
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

Plane = NDArray[np.uint32]
Numbers = NDArray[np.int64]

FREE = -1
FIRST_PLACES = 1024
# Fibonacci hashing; the low 31 bits of the product's upper half are the well mixed ones.
MIX = 2654435769


@kernel
def _place(keys: Plane, slots: Numbers, label: int) -> int:
    at = ((label * MIX) >> 16) & (len(keys) - 1)
    while slots[at] != FREE and keys[at] != label:
        at = (at + 1) & (len(keys) - 1)
    return at


@kernel
def _grown(found: Plane, known: int, places: int) -> tuple[Plane, Numbers]:
    keys = np.zeros(places, np.uint32)
    slots = np.full(places, FREE, np.int64)
    for slot in range(known):
        at = _place(keys, slots, found[slot])
        keys[at] = found[slot]
        slots[at] = slot
    return keys, slots


@kernel
def count_labels(labels: Plane) -> tuple[Plane, Numbers, Numbers]:
    """Each label with its pixels and its box: left, top, and behind right and bottom.

    In the order in which they occur. One pass, which asks the table once a run; memory grows with
    the labels.
    """
    height, width = labels.shape
    found = np.zeros(FIRST_PLACES // 2, np.uint32)
    counts = np.zeros(FIRST_PLACES // 2, np.int64)
    boxes = np.zeros((FIRST_PLACES // 2, 4), np.int64)
    keys, slots = _grown(found, 0, FIRST_PLACES)
    known = 0
    for row in range(height):
        start = 0
        while start < width:
            label = labels[row, start]
            end = start + 1
            while end < width and labels[row, end] == label:
                end += 1
            at = _place(keys, slots, label)
            if slots[at] == FREE:
                if known == len(found):
                    found = np.append(found, np.zeros(known, np.uint32))
                    counts = np.append(counts, np.zeros(known, np.int64))
                    boxes = np.concatenate((boxes, np.zeros((known, 4), np.int64)))
                    keys, slots = _grown(found, known, 4 * known)
                    at = _place(keys, slots, label)
                keys[at] = label
                slots[at] = known
                found[known] = label
                boxes[known] = (start, row, end, row)
                known += 1
            slot = slots[at]
            counts[slot] += end - start
            boxes[slot, 0] = min(boxes[slot, 0], start)
            boxes[slot, 2] = max(boxes[slot, 2], end)
            boxes[slot, 3] = row + 1
            start = end
    return found[:known], counts[:known], boxes[:known]


@kernel
def paint(labels: Plane, mask: NDArray[np.uint8], label: int) -> int:
    """Set a label where a mask is not 0; gives how many of these pixels had another before."""
    height, width = labels.shape
    covered = 0
    for row in range(height):
        for column in range(width):
            if mask[row, column] != 0:
                covered += labels[row, column] != 0
                labels[row, column] = label
    return covered


@kernel
def recolour(labels: Plane, old: Plane, new: Plane) -> None:
    """Change labels in place, by `old` in ascending order and `new`; others stay."""
    height, width = labels.shape
    for row in range(height):
        before, after = labels[row, 0], labels[row, 0]
        for column in range(width):
            label = labels[row, column]
            if column == 0 or label != before:
                before, after = label, label
                at = np.searchsorted(old, label)
                if at < len(old) and old[at] == label:
                    after = new[at]
            labels[row, column] = after


def warm() -> None:
    """Compile all of them."""
    plane = np.zeros((1, 1), np.uint32)
    count_labels(plane)
    paint(plane, np.zeros((1, 1), np.uint8), 1)
    recolour(plane, np.zeros(1, np.uint32), np.zeros(1, np.uint32))
