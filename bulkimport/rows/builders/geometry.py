"""Geometry of images, tiles and keyframes: boxes, polygons, lines, points."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from bulkimport.rows.builders.features import Row

# Pairs of x and y: tuples, Points, or an array of shape (n, 2).
Vertices = Iterable[tuple[float, float]] | NDArray[Any]


class Point(NamedTuple):
    """A point in pixels of the media, x to the right, y down; on tiles, longitude and latitude.

    A point is a pair, so it serves as a vertex too.
    """

    x: float
    y: float

    def members(self) -> Row:
        """The payload of a point row."""
        return {"point": {"x": self.x, "y": self.y}}


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in the unit of its media."""

    top: float
    left: float
    height: float
    width: float

    @classmethod
    def between(cls, corner: tuple[float, float], opposite: tuple[float, float]) -> Self:
        """The box between two opposite corners, given as (x, y) in any order."""
        (x, y), (other_x, other_y) = corner, opposite
        return cls(min(y, other_y), min(x, other_x), abs(other_y - y), abs(other_x - x))

    def members(self) -> Row:
        """The payload of a bounding box row."""
        return {
            "bbox": {
                "top": self.top,
                "left": self.left,
                "height": self.height,
                "width": self.width,
            }
        }


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An open line through its vertices."""

    vertices: Vertices

    def members(self) -> Row:
        """The payload of a line row."""
        return {"line": _wired(self.vertices)}


@dataclass(frozen=True, slots=True, eq=False)
class Polygon:
    """One ring, without holes. An open ring is closed on the wire; the caller's is not touched."""

    vertices: Vertices

    def members(self) -> Row:
        """The payload of a polygon row."""
        ring = _wired(self.vertices)
        if ring and ring[0] != ring[-1]:
            ring.append(ring[0])
        return {"polygon": ring}


def _wired(vertices: Vertices) -> list[dict[str, float]]:
    if isinstance(vertices, np.ndarray):
        vertices = vertices.tolist()
    return [{"x": x, "y": y} for x, y in vertices]
