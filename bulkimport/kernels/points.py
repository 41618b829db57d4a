"""Points moved in place: scaled, shifted, clipped, between fractions of an asset and its pixels.

Points are two arrays, x and y; those of row `n` are `starts[n]` to `starts[n + 1]`. What a kernel
cannot know, since a row's width or height is NaN, becomes NaN.
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

Floats = NDArray[np.float64]
Starts = NDArray[np.int64]


@kernel
def scale(x: Floats, y: Floats, factor_x: float, factor_y: float) -> None:
    """Multiply all points."""
    for at in range(len(x)):
        x[at] *= factor_x
        y[at] *= factor_y


@kernel
def shift(x: Floats, y: Floats, by_x: float, by_y: float) -> None:
    """Add to all points."""
    for at in range(len(x)):
        x[at] += by_x
        y[at] += by_y


@kernel
def clip(x: Floats, y: Floats, starts: Starts, width: Floats, height: Floats) -> None:
    """Move points that lie outside their row's asset to its nearest edge."""
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            x[at] = _between(x[at], width[row])
            y[at] = _between(y[at], height[row])


@kernel
def _between(value: float, most: float) -> float:
    if np.isnan(most):
        return most
    if value < 0.0:
        return 0.0
    return min(value, most)


@kernel
def to_pixels(x: Floats, y: Floats, starts: Starts, width: Floats, height: Floats) -> None:
    """From fractions of the asset, 0 to 1, to its pixels."""
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            x[at] *= width[row]
            y[at] *= height[row]


@kernel
def to_fractions(x: Floats, y: Floats, starts: Starts, width: Floats, height: Floats) -> None:
    """From pixels of the asset to fractions of it; NaN for an asset without extent."""
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            x[at] = x[at] / width[row] if width[row] != 0.0 else np.nan
            y[at] = y[at] / height[row] if height[row] != 0.0 else np.nan


def warm() -> None:
    """Compile all of them."""
    x, y, starts = np.zeros(0), np.zeros(0), np.zeros(1, np.int64)
    width, height = np.zeros(0), np.zeros(0)
    scale(x, y, 1.0, 1.0)
    shift(x, y, 0.0, 0.0)
    clip(x, y, starts, width, height)
    to_pixels(x, y, starts, width, height)
    to_fractions(x, y, starts, width, height)
