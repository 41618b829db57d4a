"""Judges one row against the project's ontology, as the platform does after an upload.

Nothing here is shared with the rules that check rows before they are sent.
"""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox.answers import check_answer, check_questions
from bulkimport.sandbox.features import Feature, Names, find
from bulkimport.sandbox.labels import LABELS, identity
from bulkimport.sandbox.shapes import GEOMETRIES, PAYLOADS, check_colour, check_image
from bulkimport.sandbox.verdicts import invalid, unknown

MASKS: Final = frozenset({"raster-segmentation", "superpixel"})
ANSWERS: Final = frozenset({"answer", "answers"})
KINDS: Final = PAYLOADS.keys() | ANSWERS | {"masks", "metricValue"}
UUID_DIGITS: Final = re.compile("[0-9a-f]{32}")
TOOLS: Final[Mapping[str, Collection[str]]] = MappingProxyType(
    {
        "bbox": {"rectangle"},
        "polygon": {"polygon"},
        "point": {"point"},
        "line": {"line"},
        "mask": MASKS,
        "location": {"named-entity"},
        "textSelections": {"named-entity"},
        "relationship": {"edge"},
    }
)


class Judge:
    """Says of a row whether an import of one project and kind takes it."""

    def __init__(self, names: Names, kind: str, away: Collection[str] = ()) -> None:
        """`names` is the ontology, `kind` labels or prelabels, `away` hosts out of reach."""
        self._names = names
        self._labels = kind == LABELS
        self._away = away

    def check(self, row: Mapping[str, Any]) -> None:
        """Return when the row is fit, else raise Unfit with the first reason found."""
        payload = only_payload(row)
        if payload == "masks":
            self._check_video_masks(row["masks"])
            return
        if payload == "metricValue":
            raise invalid("metrics belong to model runs")
        feature = find(self._names, row)
        if feature is None:
            raise unknown(row)
        if payload in ANSWERS:
            check_answer(row, feature)
        else:
            value = row[payload]
            PAYLOADS[payload](value, self._away)
            if feature.kind not in TOOLS.get(payload, ()):
                check_fitting(value, feature, payload)
            if payload == "relationship" and self._labels:
                raise invalid("relationships can be imported as pre-labels only")
        if row.get("classifications"):
            check_questions(row["classifications"], feature.children)

    def _check_video_masks(self, masks: Any) -> None:  # noqa: ANN401 - any JSON
        frames = masks.get("frames") if isinstance(masks, dict) else None
        instances = masks.get("instances") if isinstance(masks, dict) else None
        if not isinstance(frames, list) or not isinstance(instances, list):
            raise invalid("masks must have frames and instances")
        for frame in frames:
            if not isinstance(frame, dict) or type(frame.get("index")) is not int:
                raise invalid("a frame of masks must have an index")
            check_image(frame, self._away)
        for instance in instances:
            if not isinstance(instance, dict):
                raise invalid("an instance of masks must be an object")
            check_colour(instance)
            feature = find(self._names, instance)
            if feature is None:
                raise unknown(instance)
            check_kind(feature, MASKS, "masks")


def uuid_digits(row: Mapping[str, Any]) -> str | None:
    """Return a row's uuid as 32 digits, None when it has none.

    It may be written in any way that leaves 32 hexadecimal digits; raises Unfit for anything else.
    """
    uuid = row.get("uuid")
    if uuid is None:
        return None
    # Nearly all are written like this; `identity` reads the others.
    if type(uuid) is str and UUID_DIGITS.fullmatch(digits := uuid.replace("-", "")):
        return digits
    other = identity(uuid)
    if other is None or not UUID_DIGITS.fullmatch(other):
        raise invalid("uuid is not a UUID")
    return other


def only_payload(row: Mapping[str, Any]) -> str:
    """Return the one key that holds what is annotated."""
    found = row.keys() & KINDS
    if len(found) != 1:
        raise invalid("a row must have exactly one annotation")
    payload: str
    (payload,) = found
    return payload


def check_fitting(value: Any, feature: Feature, payload: str) -> None:  # noqa: ANN401 - any JSON
    """Refuse what the feature is not made for; of some payloads their content decides."""
    if payload == "segments":
        check_segment_features(value, feature)
    elif payload == "messageEvaluationTask":
        check_kind(feature, (value.get("format"),), payload)
    else:
        check_kind(feature, TOOLS[payload], payload)


def check_kind(feature: Feature, fitting: Collection[object], payload: str) -> None:
    """Refuse a payload that the ontology's tool is not made for."""
    if feature.kind not in fitting:
        raise invalid(f"{payload} does not fit a {feature.kind}")


def check_segment_features(segments: list[Any], feature: Feature) -> None:
    """Judge what keyframes say about the ontology: their geometry's tool, their questions."""
    for segment in segments:
        for keyframe in segment["keyframes"]:
            geometry = next(kind for kind in GEOMETRIES if kind in keyframe)
            check_kind(feature, TOOLS[geometry], geometry)
            if keyframe.get("classifications"):
                check_questions(keyframe["classifications"], feature.children)
