"""Which rows reach beyond their assets.

| the row has  | and the asset has | it is beyond when                       | verdict |
|--------------|-------------------|-----------------------------------------|---------|
| coordinates  | width and height  | x < 0, y < 0, x > width or y > height   | BOX     |
| a last place | a last place      | the row's is greater                    | LAST    |

By half a pixel a box may reach over the edge, which floats of exporters do. What an asset does not
say (NaN, or a negative last place) is not compared.
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.jit import kernel

INSIDE = 0
BOX = 1
LAST = 2
TOLERANCE = 0.5
NOWHERE = -1


@kernel
def beyond(
    asset: NDArray[np.int64],
    bounds: NDArray[np.float64],
    last: NDArray[np.int64],
    sizes: NDArray[np.float64],
    lasts: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Give a verdict for each row; one pass, no allocation but the answer.

    Args:
        asset: for each row the number of its asset, NOWHERE for none.
        bounds: for each row least x, least y, greatest x, greatest y, in the asset's pixels; NaN
            where it has no coordinates.
        last: for each row its last frame, millisecond, character or page; NOWHERE for none.
        sizes: for each asset width and height, NaN where unknown.
        lasts: for each asset its last frame, millisecond, character or page; NOWHERE if unknown.
    """
    verdicts = np.zeros(len(asset), np.uint8)
    for row in range(len(asset)):
        number = asset[row]
        if number == NOWHERE:
            continue
        width, height = sizes[number, 0], sizes[number, 1]
        # A comparison with NaN is false, so what is unknown is never beyond.
        if (
            bounds[row, 0] < -TOLERANCE
            or bounds[row, 1] < -TOLERANCE
            or bounds[row, 2] > width + TOLERANCE
            or bounds[row, 3] > height + TOLERANCE
        ):
            verdicts[row] = BOX
        elif lasts[number] != NOWHERE and last[row] > lasts[number]:
            verdicts[row] = LAST
    return verdicts


def warm() -> None:
    """Compile it."""
    none, sizes = np.zeros(0, np.int64), np.zeros((0, 2))
    beyond(none, np.zeros((0, 4)), none, sizes, none)
