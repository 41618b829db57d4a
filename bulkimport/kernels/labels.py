"""Planes of labels: counted, painted and recoloured over runs of equal pixels."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

Plane = NDArray[np.uint32]
Numbers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

FREE = -1
FIRST_LABELS = 512
# Fibonacci hashing by 2^32 less its golden part: no product with a label is beyond 63 bits.
MIX = 1640531527
WORD = 8
BLOCK = 8 * WORD


class Table(NamedTuple):
    """Labels in the order in which they came, their pixels and boxes, and where to find them.

    `slots` are twice as many places, a power of two: the number of a label, or FREE.
    """

    slots: Numbers
    found: Numbers
    counts: Numbers
    boxes: Numbers


@kernel
def _table(labels: int) -> Table:
    return Table(
        np.full(2 * labels, FREE, np.int64),
        np.zeros(labels, np.int64),
        np.zeros(labels, np.int64),
        np.zeros((labels, 4), np.int64),
    )


@kernel
def _place(table: Table, label: np.int64) -> np.int64:
    at = ((label * MIX) >> 16) & (len(table.slots) - 1)
    while table.slots[at] != FREE and table.found[table.slots[at]] != label:
        at = (at + 1) & (len(table.slots) - 1)
    return at


@kernel
def _grown(table: Table, known: int) -> Table:
    larger = _table(4 * len(table.found))
    larger.found[:known] = table.found[:known]
    larger.counts[:known] = table.counts[:known]
    larger.boxes[:known] = table.boxes[:known]
    for slot in range(known):
        larger.slots[_place(larger, larger.found[slot])] = slot
    return larger


@kernel
def _find_ends(line: Bytes, size: int, differ: Bytes, ends: Numbers) -> int:
    """Where runs of equal pixels of `size` bytes end; gives how many there are.

    `differ` is whole blocks, longer than the line, zero behind it.
    """
    last = len(line) - size
    near = line[size:]
    # Bytes first, then words, then blocks: most of a mask is passed over in large steps.
    for at in range(last):
        differ[at] = line[at] ^ near[at]
    differ[last] = 1
    words = differ.view(np.uint64)
    known = 0
    for block in range(0, len(words), WORD):
        some = words[block]
        for word in range(block + 1, block + WORD):
            some |= words[word]
        if some != 0:
            for word in range(block, block + WORD):
                if words[word] != 0:
                    for at in range(WORD * word, WORD * word + WORD):
                        # A pixel may differ in several bytes: its end is written over.
                        if differ[at] != 0:
                            end = at // size + 1
                            known += known == 0 or ends[known - 1] != end
                            ends[known - 1] = end
    return known


@kernel
def _label(line: Bytes, pixel: int, size: int) -> np.int64:
    label = np.int64(0)
    for at in range(size):
        label |= np.int64(line[pixel * size + at]) << (8 * at)
    return label


@kernel
def _take(
    table: Table, known: int, line: Bytes, size: int, row: int, ends: Numbers, first: int
) -> tuple[int, int]:
    """Take in the runs of a line from number `first` on, as long as there is room for labels.

    Gives the first run that was not taken, and how many labels are known.
    """
    start = ends[first - 1] if first else 0
    for run in range(first, len(ends)):
        end, label = ends[run], _label(line, start, size)
        at = _place(table, label)
        slot = table.slots[at]
        if slot == FREE:
            if known == len(table.found):
                return run, known
            slot = known
            table.slots[at] = slot
            table.found[slot] = label
            table.boxes[slot, 0] = start
            table.boxes[slot, 1] = row
            known += 1
        table.counts[slot] += end - start
        table.boxes[slot, 0] = min(table.boxes[slot, 0], start)
        table.boxes[slot, 2] = max(table.boxes[slot, 2], end)
        table.boxes[slot, 3] = row + 1
        start = end
    return len(ends), known


@kernel
def count_labels(lines: Bytes, size: int) -> tuple[Numbers, Numbers, Numbers]:
    """Each label with its pixels and its box: left, top, and behind right and bottom.

    `lines` are of pixels of 1 to 4 bytes, the lowest first, at least one in each; they cannot be
    written to, since numba compiles for either kind. Labels come in the order in which they occur.
    One pass, which asks the table once a run; memory grows with the labels.
    """
    height, length = lines.shape
    differ = np.zeros(BLOCK * (length // BLOCK + 1), np.uint8)
    ends = np.zeros(length // size, np.int64)
    table, known = _table(FIRST_LABELS), 0
    for row in range(height):
        line = lines[row]
        runs = ends[: _find_ends(line, size, differ, ends)]
        taken, known = _take(table, known, line, size, row, runs, 0)
        while taken < len(runs):
            table = _grown(table, known)
            taken, known = _take(table, known, line, size, row, runs, taken)
    return table.found[:known], table.counts[:known], table.boxes[:known]


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
    plane, lines = np.zeros((1, 1), np.uint32), np.zeros((1, 4), np.uint8)
    lines.flags.writeable = False
    count_labels(lines, 4)
    paint(plane, np.zeros((1, 1), np.uint8), 1)
    recolour(plane, np.zeros(1, np.uint32), np.zeros(1, np.uint32))
