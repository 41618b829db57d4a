"""A function of the user's over all points at once, compiled like the kernels.

    def function(x, y, width, height, index): ...

`x` and `y` have one number a point, in pixels or whatever the rows have; both corners of a box are
points, `left, top` and behind it `left + width, top + height`. `width` and `height` have one number
a row, that of its data row, NaN where it is not known; `index` has the number of its row for each
point, so `width[index]` is one number a point. It changes `x` and `y` in place and returns nothing,
or returns new ones. How points are parted among calls is not said.

It is compiled anew by each process: what it calls may change without its own source changing.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Final, cast

import numba
import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.kernels.jit import SWITCH_VARIABLE, switched_off

LOG: Final = logging.getLogger(__name__)
FORM: Final = "def NAME(x, y, width, height, index), which changes x and y or returns new ones"
PLAIN: Final = f"{SWITCH_VARIABLE}=off runs it as plain Python, to be looked into"
SAID_LINES: Final = 2
AXES: Final = 2

Floats = NDArray[np.float64]
Points = tuple[Floats, Floats]


class Transform:
    """A compiled function; `name` is how people wrote it."""

    def __init__(self, function: Callable[..., Any], *, name: str) -> None:
        """Compile it, and say so. Raises UsageError for what numba cannot compile."""
        self._name = name
        # What the user has compiled already is compiled again, with bounds checked and no GIL.
        plain = getattr(function, "py_func", function)
        self._call = plain if switched_off() else self._compiled(plain)

    def __call__(
        self, x: Floats, y: Floats, width: Floats, height: Floats, index: NDArray[np.int64]
    ) -> Points:
        """The points where they are now; x and y may have been changed. Raises UsageError."""
        try:
            moved = self._call(x, y, width, height, index)
        except Exception as error:
            what = f"failed: {type(error).__name__}: {error}"
            raise UsageError(what, place=self._name, remedy=PLAIN) from error
        return (x, y) if moved is None else self._points(moved, len(x))

    def _compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        LOG.info("compiling %s", self._name)
        began = time.perf_counter()
        floats, numbers = numba.float64[::1], numba.int64[::1]
        try:
            # A place outside an array must be an error, not somebody else's memory.
            compiled: Any = numba.njit(nogil=True, boundscheck=True)(function)
            compiled.compile((floats, floats, floats, floats, numbers))
        except Exception as error:
            # numba's errors have no root in common, and all of them are about the function.
            what = f"cannot be compiled: {_short(error)}"
            raise UsageError(what, place=self._name, remedy=f"write {FORM}; {PLAIN}") from error
        LOG.info("compiled %s in %.1f s", self._name, time.perf_counter() - began)
        return cast("Callable[..., Any]", compiled)

    def _points(self, moved: object, count: int) -> Points:
        if isinstance(moved, tuple) and len(moved) == AXES:
            x, y = (np.asarray(axis) for axis in moved)
            if x.shape == y.shape == (count,) and {x.dtype.kind, y.dtype.kind} <= set("fiu"):
                return x.astype(np.float64), y.astype(np.float64)
        what = "returns neither nothing nor as many numbers x and y as there are points"
        raise UsageError(what, place=self._name, remedy=f"write {FORM}")


def _short(error: Exception) -> str:
    """The beginning of what numba says, which goes on for pages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:SAID_LINES])
