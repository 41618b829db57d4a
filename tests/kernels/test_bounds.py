"""Rows against their assets: the kernel's table, row by row, and against plain Python."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.kernels.bounds import BOX, INSIDE, LAST, NOWHERE, beyond

NAN = math.nan


def verdict(bounds: tuple[float, ...], last: int, size: tuple[float, float], end: int) -> int:
    """The kernel's verdict on one row with one asset."""
    found = beyond(
        np.array([0]),
        np.array([bounds], np.float64),
        np.array([last]),
        np.array([size], np.float64),
        np.array([end]),
    )
    return int(found[0])


@pytest.mark.parametrize(
    ("bounds", "last", "size", "end", "expected"),
    [
        ((0, 0, 640, 480), NOWHERE, (640, 480), NOWHERE, INSIDE),
        ((-0.5, -0.5, 640.5, 480.5), NOWHERE, (640, 480), NOWHERE, INSIDE),
        ((-0.6, 0, 1, 1), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, -0.6, 1, 1), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, 0, 640.6, 1), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, 0, 1, 480.6), NOWHERE, (640, 480), NOWHERE, BOX),
        ((0, 0, 9e9, 9e9), NOWHERE, (NAN, NAN), NOWHERE, INSIDE),
        ((NAN, NAN, NAN, NAN), 300, (640, 480), 300, INSIDE),
        ((NAN, NAN, NAN, NAN), 301, (640, 480), 300, LAST),
        ((NAN, NAN, NAN, NAN), 301, (NAN, NAN), NOWHERE, INSIDE),
        ((0, 0, 641, 1), 301, (640, 480), 300, BOX),
    ],
)
def test_a_row_is_beyond_as_the_table_says(
    bounds: tuple[float, ...], last: int, size: tuple[float, float], end: int, expected: int
) -> None:
    """Half a pixel is forgiven, what is unknown is not compared, the box is told first."""
    assert verdict(bounds, last, size, end) == expected


def test_a_row_without_an_asset_is_never_beyond() -> None:
    """Keys that no asset has are for another rule."""
    found = beyond(
        np.array([NOWHERE]),
        np.array([[0, 0, 9e9, 9e9]]),
        np.array([9]),
        np.array([[1.0, 1.0]]),
        np.array([1]),
    )

    assert found.tolist() == [INSIDE]


number = st.floats(-10, 1000) | st.just(NAN)


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
    lasts = np.array([NOWHERE, 10, 0])
    asset = np.array([row[0] for row in rows], np.int64)
    bounds = np.array([row[1] for row in rows], np.float64).reshape(-1, 4)
    last = np.array([row[2] for row in rows], np.int64)

    compiled = beyond(asset, bounds, last, sizes, lasts)
    plain = beyond.py_func(asset, bounds, last, sizes, lasts)

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
