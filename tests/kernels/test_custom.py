"""The user's own function over points: what it may be, and how its faults are told."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bulkimport.errors import UsageError
from bulkimport.kernels.custom import Transform

WIDTH, HEIGHT = np.array([640.0, 100.0]), np.array([480.0, 50.0])
INDEX = np.array([0, 0, 1])


def turned_in_place(x: Any, y: Any, width: Any, height: Any, index: Any) -> None:
    """A quarter turn to the right, point by point."""
    for at in range(len(x)):
        x[at], y[at] = height[index[at]] - y[at], x[at]


def turned_at_once(x: Any, y: Any, width: Any, height: Any, index: Any) -> Any:
    """The same, as NumPy writes it."""
    return height[index] - y, x


def out_of_bounds(x: Any, y: Any, width: Any, height: Any, index: Any) -> None:
    """Writes behind its array."""
    x[len(x)] = 1.0


def divided_by_zero(x: Any, y: Any, width: Any, height: Any, index: Any) -> None:
    """Divides a number by none."""
    x[0] = 1 / (len(x) - len(y))


def too_few(x: Any, y: Any, width: Any, height: Any, index: Any) -> Any:
    """Loses a point."""
    return x[1:], y[1:]


def only_x(x: Any, y: Any, width: Any, height: Any, index: Any) -> Any:
    """Forgets y."""
    return x


def flags(x: Any, y: Any, width: Any, height: Any, index: Any) -> Any:
    """Gives no numbers."""
    return x > 0, y > 0


def not_compilable(x: Any, y: Any, width: Any, height: Any, index: Any) -> None:
    """Uses what numba knows nothing of."""
    subprocess.run([sys.executable], check=True)


def not_even_looked_at(x: Any, y: Any, width: Any, height: Any, index: Any) -> None:
    """Is refused by numba before it begins, with an error of another family."""
    import json  # noqa: PLC0415

    json.dumps(1)


def too_few_arguments(x: Any, y: Any) -> None:
    """Takes no sizes."""


def moved(function: Callable[..., Any]) -> tuple[list[float], list[float]]:
    """Where the function moves three points of two rows."""
    x, y = Transform(function, name="here:function")(
        np.array([10.0, 20.0, 30.0]), np.array([1.0, 2.0, 3.0]), WIDTH, HEIGHT, INDEX
    )
    return x.tolist(), y.tolist()


@pytest.mark.parametrize("function", [turned_in_place, turned_at_once])
def test_points_go_where_the_function_says(function: Callable[..., Any]) -> None:
    """It may change them in place, or give new ones; sizes come by the point's row."""
    assert moved(function) == ([479.0, 478.0, 47.0], [10.0, 20.0, 30.0])


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (out_of_bounds, "IndexError"),
        (divided_by_zero, "ZeroDivisionError"),
        (too_few, "as many numbers x and y"),
        (only_x, "as many numbers x and y"),
        (flags, "as many numbers x and y"),
    ],
)
def test_a_function_that_fails_is_the_user_s_to_mend(
    function: Callable[..., Any], told: str
) -> None:
    """By the name it was given, and without harm to memory."""
    with pytest.raises(UsageError, match=told) as raised:
        moved(function)

    assert raised.value.place == "here:function"


@pytest.mark.parametrize("function", [not_compilable, not_even_looked_at, too_few_arguments, len])
def test_a_function_that_cannot_be_compiled_is_told_before_any_row(
    function: Callable[..., Any],
) -> None:
    """With the beginning of what numba says, and the rest as its cause."""
    with pytest.raises(UsageError, match="cannot be compiled: ") as raised:
        Transform(function, name="here:function")

    assert raised.value.__cause__ is not None
    assert "BULKIMPORT_JIT=off" in str(raised.value)
    assert len(str(raised.value)) < 500


def test_without_compiling_the_same_function_is_called() -> None:
    """BULKIMPORT_JIT=off: a debugger can step through it, and what it uses need not compile."""
    code = (
        "import numpy as np\n"
        "from bulkimport.kernels.custom import Transform\n"
        "def function(x, y, width, height, index):\n"
        "    return np.array([float(str(one)) + 1 for one in x]), y\n"
        "none = np.zeros(1)\n"
        "call = Transform(function, name='n')\n"
        "print(call(np.ones(1), none, none, none, np.zeros(1, np.int64))[0])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"BULKIMPORT_JIT": "off"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[2.]\n"
