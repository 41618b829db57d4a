"""Polygons into masks as pycocotools fills them, and masks into polygons along their pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.masks.runs import WORD, RunLengths, Size, plane
from bulkimport.native import fill_rings, outline_mask

Points = NDArray[np.float64]

CORNERS_OF_AREA = 3


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """Corners (x, y) of one edge of a mask; `hole` when it is the edge of a hole."""

    corners: NDArray[np.uint32]
    hole: bool


def mask_of_rings(rings: Sequence[Any], size: Size) -> RunLengths:
    """The mask of all rings together, bit for bit that of pycocotools.

    A ring is points by two, or a flat list of x and y in turn as COCO has it; it need not repeat
    its first point. Raises UsageError for fewer than three points or numbers that are not finite.
    """
    points = [_points(ring) for ring in rings]
    height, width = size
    if min(height, width) < 0 or height * width > np.iinfo(np.uint32).max:
        raise UsageError(f"{height} by {width} is no size of a picture")
    joined = np.concatenate(points) if points else np.zeros((0, 2))
    counts = fill_rings(
        joined.tobytes(), rings=[len(ring) for ring in points], width=width, height=height
    )
    return RunLengths(size, np.frombuffer(counts, WORD))


def rings_of_mask(mask: NDArray[Any]) -> list[Ring]:
    """The edges of a mask from top left on, holes among them; what is not 0 is set.

    The rings without holes, filled, less the holes, filled, are the mask again. A polygon row has
    no holes, so who makes rows of them must say what is lost.
    """
    _, width = plane(mask)
    if not mask.size:
        return []
    corners, lengths, holes = outline_mask(np.asarray(mask != 0).tobytes(), width=width)
    ends = np.cumsum(np.frombuffer(lengths, WORD), dtype=np.int64)
    parts = np.split(np.frombuffer(corners, WORD).reshape(-1, 2), ends[:-1]) if len(ends) else []
    return [Ring(part, hole=bool(hole)) for part, hole in zip(parts, holes, strict=True)]


def _points(ring: Any) -> Points:  # noqa: ANN401 - whatever NumPy reads
    points = np.ascontiguousarray(ring, np.float64).reshape(-1, 2)
    if len(points) < CORNERS_OF_AREA:
        raise UsageError(f"a ring has at least three points, this one {len(points)}")
    if not np.isfinite(points).all():
        raise UsageError("a ring has a point that is not finite")
    return points
