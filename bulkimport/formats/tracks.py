"""Objects of a video: one row a feature, its segments, and in each the keyframes that carry it.

| a frame of the feature, within a segment               | in the row                             |
|--------------------------------------------------------|----------------------------------------|
| a keyframe, by the map or for want of one              | a keyframe                             |
| the first or the last of the segment                   | a keyframe                             |
| the answers on it differ from those before             | a keyframe                             |
| any other                                              | left out; interpolation gives it again |
| none at the segment's end                              | the last keyframe, once more, there    |

The last line is there because a row covers no frame after the last keyframe of a segment.
"""

from collections.abc import Iterator
from typing import Final

from bulkimport.formats.answers import Answers, has_scores, options_of
from bulkimport.formats.losses import Loss
from bulkimport.formats.payloads import box_of
from bulkimport.formats.shape import JSON, objects_of
from bulkimport.formats.timeline import Range, Timeline, Track, within

GEOMETRIES: Final = ("bounding_box", "point", "line")


def segments_of(timeline: Timeline, feature: str, answers: Answers) -> list[JSON]:
    """The segments of one feature's row; none when no frame of it lies in any."""
    track, losses = timeline.objects[feature], answers.losses
    ranges = timeline.ranges(feature, track)
    segments, inside = [], 0
    for span in ranges:
        moments = within(track, span)
        inside += len(moments)
        if moments:
            kept = list(_kept(timeline, feature, moments))
            losses.add(Loss.INTERPOLATED, len(moments) - len(kept))
            segments.append({"keyframes": _keyframes(kept, span, answers)})
    losses.add(Loss.OUTSIDE, max(0, len(track) - inside))
    return segments


def is_drawn(thing: JSON) -> bool:
    """Whether an object has a geometry that keyframes can carry."""
    return any(thing.get(member) is not None for member in GEOMETRIES)


def _kept(timeline: Timeline, feature: str, moments: Track) -> Iterator[tuple[int, JSON]]:
    before = None
    for place, (when, thing) in enumerate(moments):
        said = _said(thing)
        ends = place in (0, len(moments) - 1)
        if ends or timeline.is_key(feature, when) or said != before:
            yield when, thing
        before = said


def _keyframes(kept: Track, span: Range, answers: Answers) -> list[JSON]:
    keyframes = [{"frame": when, **_keyframe(thing, answers)} for when, thing in kept]
    if keyframes[-1]["frame"] < span[1]:
        answers.losses.add(Loss.HELD_FRAMES)
        keyframes.append({**keyframes[-1], "frame": span[1]})
    return keyframes


def _keyframe(thing: JSON, answers: Answers) -> JSON:
    answers.losses.add(Loss.SCORES, int(has_scores(thing)))
    nested = sum(
        bool(option.get("classifications"))
        for question in objects_of(thing.get("classifications"), "classifications")
        for option in options_of(question)
    )
    answers.losses.add(Loss.KEYFRAME_NESTING, nested)
    return {**_geometry(thing), **answers.nested(thing)}


def _geometry(thing: JSON) -> JSON:
    if thing.get("bounding_box") is not None:
        return {"bbox": box_of(thing)}
    member = next((member for member in GEOMETRIES if thing.get(member) is not None), None)
    return {} if member is None else {member: thing[member]}


def _said(thing: JSON) -> object:
    """The answers on an object, without the ids that may differ from frame to frame."""
    return [
        _bare(question) for question in objects_of(thing.get("classifications"), "classifications")
    ]


def _bare(value: object) -> object:
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items() if name != "feature_id"}
    return [_bare(part) for part in value] if isinstance(value, list) else value
