"""Judges what one COCO annotation draws: box, polygons, run lengths, keypoints."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from bulkimport.sandbox.verdicts import invalid

# What adding two floats may cost, in pixels.
SLACK: Final = 1e-3
POLYGON_LEAST: Final = 6
BOX: Final = 4
VISIBILITIES: Final = frozenset({0, 1, 2})
NUMBERS: Final = frozenset({int, float})
CODE_FIRST, CODE_LAST = "0", "o"


@dataclass(frozen=True)
class Canvas:
    """The size of an image in pixels; endless where the document does not say."""

    width: float
    height: float

    @classmethod
    def of(cls, image: Mapping[str, Any]) -> Self:
        """Return the canvas of an element of `images`."""
        return cls(_side(image.get("width")), _side(image.get("height")))


def _side(value: Any) -> float:  # noqa: ANN401 - any JSON
    return float(value) if type(value) in NUMBERS else math.inf


def check_shapes(
    annotation: Mapping[str, Any], canvas: Canvas, category: Mapping[str, Any]
) -> None:
    """Return when all that an annotation draws is fit; raises Unfit with the first fault."""
    drawn = annotation.keys() & {"bbox", "segmentation", "keypoints"}
    if not drawn:
        raise invalid("it has neither bbox nor segmentation nor keypoints")
    if "bbox" in annotation:
        _check_box(annotation["bbox"], canvas)
    segmentation = annotation.get("segmentation")
    if isinstance(segmentation, dict):
        _check_runs(segmentation, canvas)
    elif segmentation is not None:
        _check_polygons(segmentation, canvas)
    if annotation.get("iscrowd", 0) not in (0, 1):
        raise invalid("iscrowd must be 0 or 1")
    if "keypoints" in annotation:
        _check_keypoints(annotation["keypoints"], category)


def _check_box(box: object, canvas: Canvas) -> None:
    if not isinstance(box, list) or len(box) != BOX or not _finite(box):
        raise invalid("bbox must be four finite numbers")
    left, top, width, height = box
    if width < 0 or height < 0:
        raise invalid("bbox must not have a negative size")
    _check_inside([left, left + width], [top, top + height], canvas, shape="bbox")


def _check_polygons(polygons: object, canvas: Canvas) -> None:
    if not isinstance(polygons, list):
        raise invalid("segmentation must be polygons or run lengths")
    for polygon in polygons:
        if not isinstance(polygon, list) or len(polygon) < POLYGON_LEAST or len(polygon) % 2:
            raise invalid("a polygon must have three points or more")
        if not _finite(polygon):
            raise invalid("a polygon must be made of finite numbers")
        _check_inside(polygon[::2], polygon[1::2], canvas, shape="polygon")


def _check_inside(across: list[float], down: list[float], canvas: Canvas, *, shape: str) -> None:
    outside = (
        min(across) < -SLACK
        or min(down) < -SLACK
        or max(across) > canvas.width + SLACK
        or max(down) > canvas.height + SLACK
    )
    if outside:
        raise invalid(f"{shape} leaves the image of {canvas.width:g} x {canvas.height:g}")


def _check_runs(runs: Mapping[str, Any], canvas: Canvas) -> None:
    size, counts = runs.get("size"), runs.get("counts")
    if not isinstance(size, list) or [type(side) for side in size] != [int, int]:
        raise invalid("run lengths must have a size of height and width")
    if math.isfinite(canvas.width) and size != [canvas.height, canvas.width]:
        raise invalid(f"run lengths are {size}, the image is {canvas.height:g} x {canvas.width:g}")
    if isinstance(counts, str):
        if not counts or not all(CODE_FIRST <= letter <= CODE_LAST for letter in counts):
            raise invalid("compressed run lengths hold other letters than 0 to o")
    elif not isinstance(counts, list) or not all(type(run) is int and run >= 0 for run in counts):
        raise invalid("run lengths must be a text or whole numbers")
    elif sum(counts) != math.prod(size):
        raise invalid("run lengths do not cover the image")


def _check_keypoints(keypoints: object, category: Mapping[str, Any]) -> None:
    if not isinstance(keypoints, list) or len(keypoints) % 3 or not _finite(keypoints):
        raise invalid("keypoints must be finite numbers in threes")
    names = category.get("keypoints")
    if isinstance(names, list) and len(keypoints) != 3 * len(names):
        raise invalid(f"keypoints must be {len(names)}, as the category has them")
    if not VISIBILITIES.issuperset(keypoints[2::3]):
        raise invalid("the visibility of a keypoint must be 0, 1 or 2")


def _finite(values: list[Any]) -> bool:
    """Whether all are numbers; JSON as orjson reads it has no infinities."""
    return NUMBERS.issuperset(map(type, values))
