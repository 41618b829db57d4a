"""Video annotations of the official SDK, which come frame by frame, as tracks and questions.

Frames of one feature are one instance, unless that cannot be. A frame without a uuid in its `extra`
goes with the uuid that was given last before it: often only the first frame has one.

| frames of one feature and uuid | instances |
|---|---|
| each with its uuid | one |
| no frame twice | one |
| frames fall back, once or more | a new one begins at each fall |
| the same frame and no other | one for each |
| else, a frame twice in a row | UsageError: nobody can tell |
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Question
from bulkimport.rows.builders.frames import FrameAnswer, over_frames
from bulkimport.rows.builders.segments import segmented
from bulkimport.rows.builders.video import Keyframe, MaskFrame, MaskInstance, Track, VideoMasks
from bulkimport.rows.official_classifications import question_of, questions_below
from bulkimport.rows.official_objects import shape_of
from bulkimport.rows.official_parts import Official, feature_of, given_uuid


@dataclass(frozen=True, slots=True)
class Sight:
    """A VideoObjectAnnotation, in the words of segments."""

    frame: int
    segment: int | None
    annotation: Official


def tracks(annotations: Iterable[Official]) -> Iterator[Track]:
    """The tracks that VideoObjectAnnotations make.

    Between keyframes the platform interpolates, so frames that are none are left out: but not the
    first and last of a segment, which say how far it goes, nor those where an answer changes.
    """
    for group in _by_uuid(annotations):
        for instance in _instances(group):
            sights = [Sight(one.frame, one.segment_index, one) for one in instance]
            segments = [_keyframes(segment) for segment in segmented(sights)]
            uuids = (given_uuid(one) for one in instance)
            uuid = next((given for given in uuids if given is not None), None)
            yield Track(feature_of(instance[0]), segments, uuid=uuid)


def frame_questions(annotations: Iterable[Official]) -> Iterator[Question]:
    """The questions that VideoClassificationAnnotations make, every answer at its own frames."""
    groups: dict[str, list[FrameAnswer]] = {}
    for annotation in annotations:
        answer = question_of(annotation, uuid=given_uuid(annotation))
        groups.setdefault(_key(annotation), []).append(
            FrameAnswer(annotation.frame, answer, annotation.segment_index)
        )
    return (over_frames(group) for group in groups.values())


def video_masks(annotation: Official) -> VideoMasks:
    """A VideoMaskAnnotation. The SDK's serialiser leaves its images in base64 when it has run."""
    return VideoMasks(
        [_mask_frame(frame) for frame in annotation.frames],
        [
            MaskInstance(feature_of(instance), tuple(instance.color_rgb))
            for instance in annotation.instances
        ],
    )


def _mask_frame(frame: Official) -> MaskFrame:
    if frame.im_bytes is None:
        return MaskFrame(frame.index, url=frame.instance_uri)
    png = frame.im_bytes
    return MaskFrame(frame.index, png=b64decode(png) if isinstance(png, str) else png)


def _key(annotation: Official) -> str:
    return str(annotation.feature_schema_id or annotation.name)


def _by_uuid(annotations: Iterable[Official]) -> list[list[Official]]:
    groups: dict[tuple[str, str | None], list[Official]] = {}
    last: dict[str, str | None] = {}
    for annotation in annotations:
        key = _key(annotation)
        last[key] = given_uuid(annotation) or last.get(key)
        groups.setdefault((key, last[key]), []).append(annotation)
    return list(groups.values())


def _instances(annotations: Sequence[Official]) -> list[list[Official]]:
    frames = [annotation.frame for annotation in annotations]
    if len(set(frames)) == len(frames) or all(map(given_uuid, annotations)):
        return [list(annotations)]
    if len(set(frames)) > 1 and any(before == after for before, after in pairwise(frames)):
        raise UsageError(
            f"two instances of {_key(annotations[0])!r} in one frame cannot be told apart",
            remedy='give each instance a uuid, extra={"uuid": …}, or a Label of its own',
        )
    found = [[annotations[0]]]
    for before, annotation in pairwise(annotations):
        if annotation.frame <= before.frame:
            found.append([])
        found[-1].append(annotation)
    return found


def _keyframes(segment: Sequence[Sight]) -> list[Keyframe]:
    keyframes: list[Keyframe] = []
    said: object = None
    for place, sight in enumerate(segment):
        below = questions_below(sight.annotation)
        saying = [question.nested() for question in below]
        end = place in {0, len(segment) - 1}
        if sight.annotation.keyframe or end or saying != said:
            keyframes.append(Keyframe(sight.frame, shape_of(sight.annotation.value), below))
        said = saying
    return keyframes
