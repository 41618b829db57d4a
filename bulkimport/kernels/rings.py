"""Rings of polygons: closed, wound one way, measured, and whether they cross themselves.

Rings are ragged: the points of ring `n` are `starts[n]` to `starts[n + 1]` of x and y. A ring may
repeat its first point at its end or not; both mean the same, but in what `close_rings` gives.
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

Floats = NDArray[np.float64]
Starts = NDArray[np.int64]

CLOCKWISE = 1
COUNTERCLOCKWISE = -1
FLAT = 0


@kernel
def close_rings(x: Floats, y: Floats, starts: Starts) -> tuple[Floats, Floats, Starts]:
    """Give all rings with their first point repeated at the end; an empty one stays empty."""
    rings = len(starts) - 1
    closed_starts = np.empty_like(starts)
    closed_starts[0] = 0
    for ring in range(rings):
        start, end = starts[ring], starts[ring + 1]
        more = 1 if _is_open(x, y, start, end) else 0
        closed_starts[ring + 1] = closed_starts[ring] + end - start + more
    closed_x, closed_y = np.empty(closed_starts[rings]), np.empty(closed_starts[rings])
    for ring in range(rings):
        start, count = starts[ring], starts[ring + 1] - starts[ring]
        for at in range(closed_starts[ring + 1] - closed_starts[ring]):
            point = start + (at if at < count else 0)
            closed_x[closed_starts[ring] + at] = x[point]
            closed_y[closed_starts[ring] + at] = y[point]
    return closed_x, closed_y, closed_starts


@kernel
def _is_open(x: Floats, y: Floats, start: int, end: int) -> bool:
    if end == start:
        return False
    return end - start == 1 or x[start] != x[end - 1] or y[start] != y[end - 1]


@kernel
def areas(x: Floats, y: Floats, starts: Starts) -> Floats:
    """The area that each ring encloses, negative where it runs counterclockwise as it is seen.

    On the screen, that is, where y grows downwards. Parts of a ring that crosses itself count by
    their own direction.
    """
    found = np.zeros(len(starts) - 1)
    for ring in range(len(starts) - 1):
        start, end = starts[ring], starts[ring + 1]
        twice = 0.0
        # Near the origin less is lost than far away.
        for at in range(start + 1, end - 1):
            here_x, here_y = x[at] - x[start], y[at] - y[start]
            twice += here_x * (y[at + 1] - y[start]) - (x[at + 1] - x[start]) * here_y
        found[ring] = twice / 2.0
    return found


@kernel
def windings(x: Floats, y: Floats, starts: Starts) -> NDArray[np.int8]:
    """Which way each ring runs on the screen: CLOCKWISE, COUNTERCLOCKWISE, or FLAT."""
    found = np.zeros(len(starts) - 1, np.int8)
    enclosed = areas(x, y, starts)
    for ring in range(len(found)):
        found[ring] = (enclosed[ring] > 0.0) - (enclosed[ring] < 0.0)
    return found


@kernel
def wind(x: Floats, y: Floats, starts: Starts, way: int) -> None:
    """Turn around, in place, the rings that run against `way`; the first point stays first.

    Of a closed ring the last one stays too, since they are equal.
    """
    running = windings(x, y, starts)
    for ring in range(len(running)):
        if running[ring] != -way:
            continue
        low, high = starts[ring] + 1, starts[ring + 1] - 1
        if x[low - 1] == x[high] and y[low - 1] == y[high]:
            high -= 1
        while low < high:
            x[low], x[high] = x[high], x[low]
            y[low], y[high] = y[high], y[low]
            low, high = low + 1, high - 1


@kernel
def crossings(x: Floats, y: Floats, starts: Starts) -> NDArray[np.bool_]:
    """Whether each ring crosses itself: the ends of two edges lie strictly on both their sides.

    Edges that touch, or lie upon each other, do not cross. Looks at every pair of edges.
    """
    found = np.zeros(len(starts) - 1, np.bool_)
    for ring in range(len(found)):
        found[ring] = _crosses(x, y, starts[ring], starts[ring + 1])
    return found


@kernel
def _crosses(x: Floats, y: Floats, start: int, end: int) -> bool:
    for one in range(start, end):
        one_end = one + 1 if one + 1 < end else start
        for other in range(one + 2, end):
            other_end = other + 1 if other + 1 < end else start
            if (
                _side(x, y, one, one_end, other) * _side(x, y, one, one_end, other_end) < 0
                and _side(x, y, other, other_end, one) * _side(x, y, other, other_end, one_end) < 0
            ):
                return True
    return False


@kernel
def _side(x: Floats, y: Floats, start: int, end: int, point: int) -> int:
    """On which side of an edge a point lies: -1, 0 upon it, or 1."""
    turn = (x[end] - x[start]) * (y[point] - y[start]) - (y[end] - y[start]) * (x[point] - x[start])
    return int(turn > 0.0) - int(turn < 0.0)


def warm() -> None:
    """Compile all of them."""
    x, y, starts = np.zeros(0), np.zeros(0), np.zeros(1, np.int64)
    close_rings(x, y, starts)
    areas(x, y, starts)
    windings(x, y, starts)
    wind(x, y, starts, CLOCKWISE)
    crossings(x, y, starts)
