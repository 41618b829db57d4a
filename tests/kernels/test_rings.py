"""Rings against plain Python, and in the cases that people draw."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.kernels.rings import (
    CLOCKWISE,
    COUNTERCLOCKWISE,
    FLAT,
    areas,
    close_rings,
    crossings,
    wind,
    windings,
)

Point = tuple[float, float]
Ring = list[Point]

point = st.tuples(st.integers(-8, 8).map(float), st.integers(-8, 8).map(float))
ring = st.lists(point, max_size=9)
rings = st.lists(ring, max_size=5)

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
BOW = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)]


def ragged(rings: list[Ring]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rings as x, y and starts."""
    points = np.array([point for ring in rings for point in ring], np.float64).reshape(-1, 2)
    starts = np.cumsum([0, *(len(ring) for ring in rings)])
    return points[:, 0].copy(), points[:, 1].copy(), starts


def parted(x: np.ndarray, y: np.ndarray, starts: np.ndarray) -> list[Ring]:
    """Rings out of arrays."""
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    return [points[start:end] for start, end in pairwise(starts)]


def closed(ring: Ring) -> Ring:
    """The twin of `close_rings`."""
    return ring if not ring or (len(ring) > 1 and ring[0] == ring[-1]) else [*ring, ring[0]]


def area(ring: Ring) -> float:
    """The twin of `areas`, by the sum over all edges."""
    edges = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in edges) / 2


def side(start: Point, end: Point, point: Point) -> float:
    """Whose sign tells on which side of an edge a point lies."""
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def crosses(ring: Ring) -> bool:
    """The twin of `crossings`, over every pair of edges."""
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    return any(
        side(*one, other[0]) * side(*one, other[1]) < 0
        and side(*other, one[0]) * side(*other, one[1]) < 0
        for number, one in enumerate(edges)
        for other in edges[:number]
    )


@settings(max_examples=200, deadline=None)
@given(rings)
def test_kernels_agree_with_plain_python(rings: list[Ring]) -> None:
    """Closing, areas, windings and crossings; whole numbers, so that nothing is rounded."""
    x, y, starts = ragged(rings)

    enclosed = [area(ring) for ring in rings]
    assert parted(*close_rings(x, y, starts)) == [closed(ring) for ring in rings]
    assert areas(x, y, starts).tolist() == enclosed
    assert windings(x, y, starts).tolist() == np.sign(enclosed).astype(int).tolist()
    assert crossings(x, y, starts).tolist() == [crosses(ring) for ring in rings]


@settings(max_examples=100, deadline=None)
@given(rings, st.sampled_from([CLOCKWISE, COUNTERCLOCKWISE]))
def test_wound_rings_run_one_way_and_begin_where_they_did(rings: list[Ring], way: int) -> None:
    """Their points are the same, and so is what they enclose."""
    x, y, starts = ragged(rings)

    wind(x, y, starts, way)

    assert set(windings(x, y, starts).tolist()) <= {way, FLAT}
    for before, after in zip(rings, parted(x, y, starts), strict=True):
        assert sorted(after) == sorted(before)
        assert after[:1] == before[:1]
        assert abs(area(after)) == abs(area(before))
        assert closed(after) == after or closed(before) != before


@pytest.mark.parametrize(
    ("ring", "enclosed", "way", "crossing_rings"),
    [
        ([], 0, FLAT, [False]),
        ([(1.0, 1.0)], 0, FLAT, [False]),
        ([(0.0, 0.0), (4.0, 4.0)], 0, FLAT, [False]),
        (SQUARE, 16, CLOCKWISE, [False]),
        (SQUARE[::-1], -16, COUNTERCLOCKWISE, [False]),
        ([*SQUARE, SQUARE[0]], 16, CLOCKWISE, [False]),
        (BOW, 0, FLAT, [True]),
        ([*BOW, BOW[0]], 0, FLAT, [True]),
    ],
)
def test_a_ring_is_measured_as_it_is_drawn(
    ring: Ring, enclosed: float, way: int, crossing_rings: list[bool]
) -> None:
    """Clockwise is meant as it is seen, with y growing downwards."""
    x, y, starts = ragged([ring])

    assert areas(x, y, starts).tolist() == [enclosed]
    assert windings(x, y, starts).tolist() == [way]
    assert crossings(x, y, starts).tolist() == crossing_rings
