"""The segments of a panoptic picture: which rules each breaks, beside the picture itself."""

import math
from collections.abc import Container, Iterator
from typing import Any, Final, NamedTuple

from bulkimport.masks.composite import MOST_LABEL
from bulkimport.native import Rows

JSON = Any
MEMBERS: Final = frozenset({"id", "category_id", "area", "bbox", "iscrowd"})
SIDES: Final = 4
# Pixels by which a box may differ from the bounds of its segment.
AGREEMENT: Final = 1.0
# What sums of doubles lose.
SLACK: Final = 1e-6

Size = tuple[float, float]


class Flaw(NamedTuple):
    """A rule that is broken, or its lesser case; where in the annotation, and what was found.

    Of what is `final` no row can be made, however severe the rule is.
    """

    slug: str
    path: str
    found: str
    mild: bool = False
    final: bool = False


def flaws_of(segment: JSON, *, colours: Rows, known: Container[int], size: Size) -> Iterator[Flaw]:
    """What is wrong with one segment of a picture that has these COLOURs.

    `known` are the ids of categories; `size` is that of the picture.
    """
    if not isinstance(segment, dict):
        yield Flaw("R-COCO-2", "", "a segment that is no object", final=True)
        return
    yield from _id_flaws(segment, colours)
    category = whole(segment.get("category_id"))
    if category is None or category not in known:
        yield Flaw("R-COCO-5", ".category_id", str(segment.get("category_id")), final=True)
    area = number_of(segment.get("area"))
    if area is None or area <= 0:
        yield Flaw("R-COCO-14", ".area", str(segment.get("area")), mild=True)
    if segment.get("bbox") is not None:
        yield from _box_flaws(segment["bbox"], _colour(colours, id_of(segment)), size)


def id_of(segment: JSON) -> int | None:
    """The id of a segment, if it is one that a picture can show: 0 is what belongs to none."""
    number = whole(segment.get("id")) if isinstance(segment, dict) else None
    return number if number is not None and 0 < number <= MOST_LABEL else None


def whole(value: JSON) -> int | None:
    """A whole number, however it is spelled; nothing for anything else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _id_flaws(segment: JSON, colours: Rows) -> Iterator[Flaw]:
    own, number = segment.get("id"), id_of(segment)
    if number is None:
        yield Flaw("R-COCO-8", ".id", str(own), final=True)
    elif _colour(colours, number) is None:
        yield Flaw("R-COCO-16", ".id", f"no pixel of segment {number}")
    elif isinstance(own, float):
        yield Flaw("R-COCO-8", ".id", str(own), mild=True)


def _colour(colours: Rows, number: int | None) -> Rows | None:
    if number is None:
        return None
    found = colours[colours["label"] == number]
    return found[:1] if len(found) else None


def _box_flaws(box: JSON, colour: Rows | None, size: Size) -> Iterator[Flaw]:
    numbers = (
        [number for one in box if (number := number_of(one)) is not None] if _four(box) else []
    )
    if len(numbers) < SIDES or min(numbers[2:]) < 0:
        yield Flaw("R-COCO-10", ".bbox", str(box), final=True)
        return
    left, top, width, height = numbers
    right, bottom = left + width, top + height
    if min(width, height) == 0:
        yield Flaw("R-COCO-10", ".bbox", str(box), mild=True)
    if min(left, top) < -SLACK or right > size[0] + SLACK or bottom > size[1] + SLACK:
        found = f"{left},{top} to {right},{bottom} in {size[0]:g} x {size[1]:g}"
        yield Flaw("R-COCO-6", ".bbox", found)
    if colour is not None:
        seen = [float(colour[side][0]) for side in ("left", "top", "right", "bottom")]
        pairs = zip(seen, (left, top, right, bottom), strict=True)
        if any(abs(one - other) > AGREEMENT for one, other in pairs):
            yield Flaw("R-COCO-14", ".bbox", str(box), mild=True)


def _four(box: JSON) -> bool:
    return isinstance(box, list) and len(box) == SIDES


def number_of(value: JSON) -> float | None:
    """A finite number; nothing for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value
