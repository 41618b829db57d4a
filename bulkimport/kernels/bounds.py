"""Which rows reach beyond their assets.

| the row has  | and the asset has | it is beyond when                                     | bit  |
|--------------|-------------------|-------------------------------------------------------|------|
| coordinates  | width and height  | x < 0, y < 0, x > width or y > height, by its slack   | BOX  |
| a last place | a last place      | the row's is greater, in any column                   | LAST |

What an asset does not say (NaN, or NOWHERE) is not compared, nor what a row does not have: bounds
of +inf and -inf, NOWHERE as its last place.
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

BOX = 1
LAST = 2
NOWHERE = -1


@kernel
def beyond(
    asset: NDArray[np.int64],
    bounds: NDArray[np.float64],
    slack: NDArray[np.float64],
    lasts: NDArray[np.int64],
    sizes: NDArray[np.float64],
    ends: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Give the bits of each row; one pass, no allocation but the answer.

    Args:
        asset: for each row the number of its asset, NOWHERE for none.
        bounds: for each row least x, least y, greatest x, greatest y, in the asset's pixels.
        slack: for each row by how many pixels it may reach over an edge.
        lasts: for each row its last place in each column: frames, milliseconds, pages, characters.
        sizes: for each asset width and height, NaN where unknown.
        ends: for each asset its last place in each column.
    """
    bits = np.zeros(len(asset), np.uint8)
    for row in range(len(asset)):
        number = asset[row]
        if number == NOWHERE:
            continue
        width, height, most = sizes[number, 0], sizes[number, 1], slack[row]
        known = not (np.isnan(width) or np.isnan(height))
        # A comparison with NaN is false, so what is unknown is never beyond.
        if (
            (known and (bounds[row, 0] < -most or bounds[row, 1] < -most))
            or bounds[row, 2] > width + most
            or bounds[row, 3] > height + most
        ):
            bits[row] |= BOX
        for column in range(lasts.shape[1]):
            if ends[number, column] != NOWHERE and lasts[row, column] > ends[number, column]:
                bits[row] |= LAST
    return bits


def warm() -> None:
    """Compile it."""
    none, sizes, ends = np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros((0, 4), np.int64)
    beyond(none, np.zeros((0, 4)), np.zeros(0), ends, sizes, ends)
