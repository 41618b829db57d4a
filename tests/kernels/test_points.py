"""Points moved by kernels, against plain Python."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.kernels.points import clip, scale, shift, to_fractions, to_pixels

NAN = math.nan
coordinate = st.floats(-1e6, 1e6)
size = st.sampled_from([NAN, 0.0, 1.0, 640.0, 1e5])
row = st.tuples(size, size, st.lists(st.tuples(coordinate, coordinate), max_size=6))

Row = tuple[float, float, list[tuple[float, float]]]
Each = Callable[[float, float], float]


def ragged(rows: list[Row]) -> tuple[np.ndarray, ...]:
    """Rows as x, y, starts, width and height."""
    points = [point for _, _, some in rows for point in some]
    x, y = (np.array([point[axis] for point in points], np.float64) for axis in (0, 1))
    starts = np.cumsum([0, *(len(some) for _, _, some in rows)])
    width, height = (np.array([one[axis] for one in rows], np.float64) for axis in (0, 1))
    return x, y, starts, width, height


def twin(rows: list[Row], each: Each) -> tuple[list[float], list[float]]:
    """What plain Python makes of each coordinate and the size of its axis."""
    moved = [(each(x, width), each(y, height)) for width, height, points in rows for x, y in points]
    return [x for x, _ in moved], [y for _, y in moved]


def clipped(value: float, most: float) -> float:
    """The twin of `clip`."""
    return NAN if math.isnan(most) else min(max(value, 0.0), most)


def fraction(value: float, most: float) -> float:
    """The twin of `to_fractions`."""
    return value / most if most else NAN


@pytest.mark.parametrize(
    ("kernel", "each"),
    [
        (clip, clipped),
        (to_pixels, lambda value, most: value * most),
        (to_fractions, fraction),
    ],
)
@settings(max_examples=50, deadline=None)
@given(rows=st.lists(row, max_size=6))
def test_points_move_within_their_own_assets(
    kernel: Callable[..., None], each: Each, rows: list[Row]
) -> None:
    """Each row by its own width and height; what is not known becomes NaN."""
    x, y, starts, width, height = ragged(rows)

    kernel(x, y, starts, width, height)

    expected = twin(rows, each)
    np.testing.assert_array_equal(x, expected[0])
    np.testing.assert_array_equal(y, expected[1])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(coordinate, coordinate), max_size=6), coordinate, coordinate)
def test_points_are_scaled_and_shifted_all_alike(
    points: list[tuple[float, float]], by_x: float, by_y: float
) -> None:
    """As NumPy does it."""
    x, y = (np.array([point[axis] for point in points], np.float64) for axis in (0, 1))
    scaled, shifted = (x.copy(), y.copy()), (x.copy(), y.copy())

    scale(*scaled, by_x, by_y)
    shift(*shifted, by_x, by_y)

    np.testing.assert_array_equal(scaled, (x * by_x, y * by_y))
    np.testing.assert_array_equal(shifted, (x + by_x, y + by_y))


def test_fractions_and_pixels_lead_back() -> None:
    """There and back again gives what was there, where halves are exact."""
    x, y, starts, width, height = ragged([(640.0, 480.0, [(320.0, 120.0), (0.0, 480.0)])])

    to_fractions(x, y, starts, width, height)
    assert (x.tolist(), y.tolist()) == ([0.5, 0.0], [0.25, 1.0])
    to_pixels(x, y, starts, width, height)
    assert (x.tolist(), y.tolist()) == ([320.0, 0.0], [120.0, 480.0])
