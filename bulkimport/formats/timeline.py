"""A label laid out in time, as the export has it: frames, segments and keyframes by feature.

    frames or timestamp    {"13": {"objects": {feature: object}, "classifications": [question]}}
    segments               {feature: [[start, end]]}, both ends inclusive
    key_frame_feature_map  {feature: [13, 19]}, or the older {feature: {"13": true, "18": false}}

Video counts frames from 1, audio (`timestamp`) milliseconds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from bulkimport.formats.shape import JSON, Malformed, list_of, object_of, objects_of, whole_of

Range = tuple[int, int]
Track = list[tuple[int, JSON]]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a label says about each feature, in order of time.

    `objects` and `questions` hold tracks by feature id; `keyframes` of a feature that is not in the
    map are all its frames. `in_frames` is true for video, false for times in milliseconds.
    """

    objects: dict[str, Track]
    questions: dict[str, Track]
    segments: dict[str, list[Range]]
    keyframes: dict[str, frozenset[int]]
    in_frames: bool

    @classmethod
    def of(cls, annotations: JSON) -> Self:
        """Lay out one label. Raises Malformed."""
        in_frames = annotations.get("timestamp") is None
        moments = _moments(annotations.get("frames" if in_frames else "timestamp"))
        objects: dict[str, Track] = {}
        questions: dict[str, Track] = {}
        for when, moment in moments:
            for feature, thing in _objects(moment):
                objects.setdefault(feature, []).append((when, thing))
            for question in objects_of(moment.get("classifications"), "classifications"):
                questions.setdefault(_identity(question), []).append((when, question))
        segments = object_of(annotations.get("segments"), "segments")
        keyframes = object_of(annotations.get("key_frame_feature_map"), "key_frame_feature_map")
        return cls(
            objects,
            questions,
            {feature: _ranges(value) for feature, value in segments.items()},
            {feature: _keyframes(value) for feature, value in keyframes.items()},
            in_frames,
        )

    def ranges(self, feature: str, track: Track) -> list[Range]:
        """The segments of a feature in order; from its first to its last moment if it has none."""
        return self.segments.get(feature) or [(track[0][0], track[-1][0])]

    def is_key(self, feature: str, when: int) -> bool:
        """Whether a person drew the feature in this frame."""
        keyframes = self.keyframes.get(feature)
        return keyframes is None or when in keyframes


def within(track: Track, span: Range) -> Track:
    """The moments of a track from the start to the end of a range, both included."""
    start, end = span
    first = bisect_left(track, start, key=_when)
    return track[first : bisect_right(track, end, key=_when)]


def is_timed(annotations: JSON) -> bool:
    """Whether a label has anything laid out in time."""
    return bool(annotations.get("frames") or annotations.get("timestamp"))


def _when(moment: tuple[int, JSON]) -> int:
    return moment[0]


def _moments(value: Any) -> list[tuple[int, JSON]]:  # noqa: ANN401 - any JSON
    frames = object_of(value, "frames")
    moments = [
        (whole_of(key, "frames"), object_of(frame, "frames")) for key, frame in frames.items()
    ]
    return sorted(moments, key=_when)


def _objects(moment: JSON) -> Iterator[tuple[str, JSON]]:
    things = moment.get("objects")
    if isinstance(things, list):
        for thing in objects_of(things, "objects"):
            yield _identity(thing), thing
        return
    for feature, thing in object_of(things, "objects").items():
        yield feature, object_of(thing, "objects")


def _identity(feature: JSON) -> str:
    """What makes two moments of one feature the same: its id, or else its name."""
    for member in ("feature_id", "feature_schema_id", "name"):
        if isinstance(feature.get(member), str):
            return str(feature[member])
    raise Malformed("feature_id", expected="a feature's id", found=feature.get("feature_id"))


def _ranges(value: Any) -> list[Range]:  # noqa: ANN401 - any JSON
    return sorted(_range(pair) for pair in list_of(value, "segments"))


def _range(pair: Any) -> Range:  # noqa: ANN401 - any JSON
    ends = list_of(pair, "segments")
    if len(ends) != 2:  # noqa: PLR2004 - start and end
        raise Malformed("segments", expected="a start and an end", found=pair)
    return whole_of(ends[0], "segments"), whole_of(ends[1], "segments")


def _keyframes(value: Any) -> frozenset[int]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return frozenset(whole_of(key, "key_frame_feature_map") for key in value if value[key])
    frames = list_of(value, "key_frame_feature_map")
    return frozenset(whole_of(frame, "key_frame_feature_map") for frame in frames)
