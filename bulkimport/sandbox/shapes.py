"""Judges payloads by themselves: geometry, masks, spans, whatever no ontology is needed for."""

import math
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox.urls import is_reachable
from bulkimport.sandbox.verdicts import invalid

NUMBERS: Final = (int, float)
CHANNEL_MAX: Final = 255


def check_bbox(value: Any, _: Collection[str]) -> None:  # noqa: ANN401 - this and below: any JSON
    """Four numbers; a negative height is how tiled imagery may write it."""
    if type(value) is not dict or value.keys() != {"top", "left", "height", "width"}:
        raise invalid("bbox must have top, left, height and width")
    for number in value.values():
        if type(number) not in NUMBERS:
            raise invalid("bbox must be made of numbers")
    if value["width"] < 0:
        raise invalid("bbox must not have a negative width")


def check_point(value: Any, _: Collection[str] = ()) -> None:  # noqa: ANN401
    """Two numbers."""
    if type(value) is not dict:
        raise invalid("a point must have x and y")
    if type(value.get("x")) not in NUMBERS or type(value.get("y")) not in NUMBERS:
        raise invalid("a point must have x and y as numbers")


def check_polygon(value: Any, _: Collection[str]) -> None:  # noqa: ANN401
    """Three points or more."""
    _check_points(value, 3, "polygon")


def check_line(value: Any, _: Collection[str]) -> None:  # noqa: ANN401
    """Two points or more."""
    _check_points(value, 2, "line")


def _check_points(value: Any, least: int, kind: str) -> None:  # noqa: ANN401
    if type(value) is not list or len(value) < least:
        raise invalid(f"a {kind} must have {least} points or more")
    for point in value:
        check_point(point)


def check_mask(value: Any, away: Collection[str]) -> None:  # noqa: ANN401
    """One of: an image by URL or in base64 with a colour, a png, a run-length encoding."""
    if type(value) is not dict:
        raise invalid("mask must be an object")
    if "instanceURI" in value or "imBytes" in value:
        check_image(value, away)
        check_colour(value)
    elif "counts" in value:
        _check_runs(value)
    elif not isinstance(value.get("png"), str):
        raise invalid("mask must have instanceURI or imBytes with colorRGB, or png, or counts")


def check_image(value: Mapping[str, Any], away: Collection[str]) -> None:
    """An image that can be had: bytes in base64, or a URL that counts as reachable."""
    if "imBytes" in value and isinstance(value["imBytes"], str):
        return
    url = value.get("instanceURI")
    if not isinstance(url, str) or not is_reachable(url, away):
        raise invalid(f"Failed to access URL: {url}")


def check_colour(value: Mapping[str, Any]) -> None:
    """Three whole numbers from 0 to 255."""
    colour = value.get("colorRGB")
    if (
        type(colour) is not list
        or len(colour) != 3  # noqa: PLR2004 - red, green, blue
        or not all(type(channel) is int and 0 <= channel <= CHANNEL_MAX for channel in colour)
    ):
        raise invalid("colorRGB must be three whole numbers from 0 to 255")


def _check_runs(value: Mapping[str, Any]) -> None:
    size, counts = value.get("size"), value["counts"]
    runs = counts if isinstance(counts, list) else None
    if runs is None or not isinstance(size, list) or len(size) != 2:  # noqa: PLR2004 - a pair
        raise invalid("a run-length mask must have counts and size")
    if not all(type(run) is int and run >= 0 for run in (*runs, *size)):
        raise invalid("a run-length mask must be made of whole numbers")
    if sum(runs) != math.prod(size):
        raise invalid("the counts of a run-length mask must cover its size")


def check_location(value: Any, _: Collection[str]) -> None:  # noqa: ANN401
    """The first and the last character of a span."""
    if type(value) is not dict:
        raise invalid("location must have start and end")
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start <= end:
        raise invalid("location must run from a start to an end not before it")


def check_selections(value: Any, _: Collection[str]) -> None:  # noqa: ANN401
    """Groups of tokens on a page."""
    if type(value) is not list or not value:
        raise invalid("textSelections must not be empty")
    for selection in value:
        if type(selection) is not dict or type(selection.get("page")) is not int:
            raise invalid("a text selection must have groupId, tokenIds and page")


def check_relationship(value: Any, _: Collection[str]) -> None:  # noqa: ANN401
    """From one row to another, or from a named feature."""
    if type(value) is not dict or not isinstance(value.get("target"), str):
        raise invalid("a relationship must have a target")
    if value.get("type") not in ("unidirectional", "bidirectional"):
        raise invalid("a relationship must be unidirectional or bidirectional")
    if ("source" in value) == ("sourceOntologyName" in value):
        raise invalid("a relationship must have one of source and sourceOntologyName")


def check_evaluation(value: Any, _: Collection[str]) -> None:  # noqa: ANN401
    """A task of a chat evaluation and its data."""
    if type(value) is not dict or type(value.get("data")) is not dict:
        raise invalid("messageEvaluationTask must have format and data")


GEOMETRIES: Final[Mapping[str, Callable[[Any, Collection[str]], None]]] = MappingProxyType(
    {"bbox": check_bbox, "point": check_point, "line": check_line}
)


def check_segments(value: Any, away: Collection[str]) -> None:  # noqa: ANN401
    """Intervals of keyframes, each with one geometry of the same kind."""
    if type(value) is not list or not value:
        raise invalid("segments must not be empty")
    kinds = set()
    for segment in value:
        keyframes = segment.get("keyframes") if type(segment) is dict else None
        if type(keyframes) is not list or not keyframes:
            raise invalid("a segment must have keyframes")
        for keyframe in keyframes:
            kinds.add(_check_keyframe(keyframe, away))
    if len(kinds) > 1:
        raise invalid("all keyframes of a row must have the same geometry")


def _check_keyframe(keyframe: Any, away: Collection[str]) -> str:  # noqa: ANN401
    if type(keyframe) is not dict or type(keyframe.get("frame")) is not int:
        raise invalid("a keyframe must have a frame")
    found = [kind for kind in GEOMETRIES if kind in keyframe]
    if len(found) != 1 or keyframe["frame"] < 0:
        raise invalid("a keyframe must have one of bbox, point and line")
    GEOMETRIES[found[0]](keyframe[found[0]], away)
    return found[0]


PAYLOADS: Final[Mapping[str, Callable[[Any, Collection[str]], None]]] = MappingProxyType(
    {
        "bbox": check_bbox,
        "polygon": check_polygon,
        "point": check_point,
        "line": check_line,
        "mask": check_mask,
        "segments": check_segments,
        "location": check_location,
        "textSelections": check_selections,
        "relationship": check_relationship,
        "messageEvaluationTask": check_evaluation,
    }
)
