"""Rows against their assets: the kernel's table, row by row, and against plain Python."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.kernels.bounds import BOX, LAST, NOWHERE, beyond

NAN, FAR = math.nan, math.inf
NONE = (FAR, FAR, -FAR, -FAR)


def verdict(
    bounds: tuple[float, ...], last: int, size: tuple[float, float], end: int, slack: float = 0.5
) -> int:
    """The kernel's bits of one row with one asset, which count in the third column."""
    lasts, ends = np.full((1, 4), NOWHERE), np.full((1, 4), NOWHERE)
    lasts[0, 2], ends[0, 2] = last, end
    sizes = np.array([size], np.float64)
    bits = beyond(
        np.array([0]), np.array([bounds], np.float64), np.array([slack]), lasts, sizes, ends
    )
    return int(bits[0])


@pytest.mark.parametrize(
    ("bounds", "last", "size", "end", "expected"),
    [
        ((0, 0, 640, 480), NOWHERE, (640, 480), NOWHERE, 0),
        ((-0.5, -0.5, 640.5, 480.5), NOWHERE, (640, 480), NOWHERE, 0),
        ((-0.6, 0, 1, 1), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, -0.6, 1, 1), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, 0, 640.6, 1), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, 0, 1, 480.6), NOWHERE, (640, 480), NOWHERE, BOX),
        ((-9, -9, 9e9, 9e9), NOWHERE, (NAN, NAN), NOWHERE, 0),
        (NONE, 300, (640, 480), 300, 0),
        (NONE, 301, (640, 480), 300, LAST),
        (NONE, 301, (NAN, NAN), NOWHERE, 0),
        (NONE, NOWHERE, (NAN, NAN), 300, 0),
        ((0, 0, 641, 1), 301, (640, 480), 300, BOX | LAST),
    ],
)
def test_a_row_is_beyond_as_the_table_says(
    bounds: tuple[float, ...], last: int, size: tuple[float, float], end: int, expected: int
) -> None:
    """Half a pixel is forgiven where that is the slack, what is unknown is not compared."""
    assert verdict(bounds, last, size, end) == expected


def test_without_slack_only_the_edge_itself_is_inside() -> None:
    """As it is for vertices."""
    assert verdict((0, 0, 640, 480), NOWHERE, (640, 480), NOWHERE, 0.0) == 0
    assert verdict((0, 0, 640.1, 480), NOWHERE, (640, 480), NOWHERE, 0.0) == BOX


def test_a_row_without_an_asset_is_never_beyond() -> None:
    """Keys that no asset has are for another rule."""
    assert not beyond(
        np.array([NOWHERE]),
        np.array([[0, 0, 9e9, 9e9]]),
        np.array([0.0]),
        np.full((1, 4), 9),
        np.array([[1.0, 1.0]]),
        np.full((1, 4), 1),
    ).any()


number = st.floats(-10, 1000) | st.sampled_from([FAR, -FAR])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 2), st.tuples(*[number] * 4), st.integers(-1, 20)), max_size=40
    )
)
def test_the_kernel_agrees_with_plain_python(
    rows: list[tuple[int, tuple[float, ...], int]],
) -> None:
    """Compiled and interpreted, the same function gives the same verdicts."""
    sizes = np.array([[640.0, 480.0], [NAN, 100.0], [1.0, NAN]])
    ends = np.array([[NOWHERE] * 4, [10] * 4, [0] * 4])
    asset = np.array([row[0] for row in rows], np.int64)
    bounds = np.array([row[1] for row in rows], np.float64).reshape(-1, 4)
    lasts = np.array([[row[2]] * 4 for row in rows], np.int64).reshape(-1, 4)
    slack = np.full(len(rows), 0.5)

    compiled = beyond(asset, bounds, slack, lasts, sizes, ends)
    plain = beyond.py_func(asset, bounds, slack, lasts, sizes, ends)

    assert compiled.tolist() == plain.tolist()


def test_one_switch_turns_compiling_off() -> None:
    """BULKIMPORT_JIT=off leaves the plain function, which a debugger can step through."""
    code = "from bulkimport.kernels.bounds import beyond; print(type(beyond).__name__)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "BULKIMPORT_JIT": "off"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "function\n"
