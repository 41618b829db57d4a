"""Boxes in the orders that people have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.kernels.boxes import from_xyhw, from_xywh, from_xyxy, to_xyhw, to_xywh, to_xyxy

number = st.integers(-(2**20), 2**20).map(float)
boxes = st.lists(st.tuples(number, number, number, number), max_size=8).map(
    lambda rows: np.array(rows, np.float64).reshape(-1, 4)
)


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        (from_xywh, (10, 4, 31, 20.5)),
        (from_xyhw, (10, 4, 20.5, 31)),
        (from_xyxy, (10, 4, 41, 24.5)),
        (from_xyxy, (41, 4, 10, 24.5)),
        (from_xyxy, (41, 24.5, 10, 4)),
    ],
)
def test_each_order_means_the_same_box(turn: object, box: tuple[float, ...]) -> None:
    """Left 10, top 4, width 31, height 20.5."""
    assert callable(turn)
    assert turn(np.array([box])).tolist() == [[4, 10, 20.5, 31]]


@settings(max_examples=50, deadline=None)
@given(boxes)
def test_orders_lead_back(sides: np.ndarray) -> None:
    """There and back gives the same numbers, of no box as well as of many."""
    np.testing.assert_array_equal(from_xywh(to_xywh(sides)), sides)
    np.testing.assert_array_equal(from_xyhw(to_xyhw(sides)), sides)
    proper = np.hstack([sides[:, :2], np.abs(sides[:, 2:])])
    np.testing.assert_array_equal(from_xyxy(to_xyxy(proper)), proper)


@settings(max_examples=50, deadline=None)
@given(boxes)
def test_columns_are_where_numpy_finds_them(sides: np.ndarray) -> None:
    """The same by slices."""
    top, left, height, width = sides.T

    np.testing.assert_array_equal(to_xywh(sides), np.stack([left, top, width, height], 1))
    np.testing.assert_array_equal(to_xyhw(sides), np.stack([left, top, height, width], 1))
    np.testing.assert_array_equal(
        to_xyxy(sides), np.stack([left, top, left + width, top + height], 1)
    )
