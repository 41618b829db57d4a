"""One label of an export as rows: what each row has besides its payload, and in which order.

Rows of objects come first, then classifications, relationships last. A row's uuid is made of its
feature's id, so the same export gives the same uuids and relationships find their ends.
"""

import hashlib
import uuid
from collections.abc import Iterator
from typing import Final

from bulkimport.formats.answers import Answers, has_scores, message_of
from bulkimport.formats.binding import Binding
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.payloads import payload_of
from bulkimport.formats.shape import JSON, Malformed, object_of, objects_of
from bulkimport.formats.temporal import TemporalAnswers
from bulkimport.formats.timeline import Timeline, is_timed
from bulkimport.formats.tracks import is_drawn, segments_of
from bulkimport.formats.video_masks import is_mask, mask_rows

# The namespace of uuids made of feature ids; a change would make every import anew.
FEATURES: Final = uuid.UUID("2c1b3a0e-5f2c-5a55-9d0b-7c6f3a0b1f64")
DIRECTIONS: Final = ("unidirectional", "bidirectional")


def uuid_of(feature_id: str) -> str:
    """The uuid of the row that a feature becomes: RFC 9562 version 5, as `uuid.uuid5` makes it."""
    digest = hashlib.sha1(FEATURES.bytes + feature_id.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


class LabelRows:
    """Makes the rows of labels. `relationships` tells whether the import takes them."""

    def __init__(self, binding: Binding, losses: Losses, *, relationships: bool) -> None:
        self._binding = binding
        self._losses = losses
        self._relationships = relationships
        self._answers = Answers(binding, losses)
        self._temporal = TemporalAnswers(self._answers)

    def of(self, label: JSON, data_row: JSON) -> list[JSON]:
        """The rows of one label on `data_row`, the row's own member. Raises Malformed."""
        annotations = object_of(label.get("annotations"), "annotations")
        rows = [*self._objects(annotations), *self._questions(annotations)]
        if is_timed(annotations):
            rows += self._timed(Timeline.of(annotations), label)
        rows += self._edges(annotations)
        self._losses.add(Loss.FEATURE_IDS, len(rows))
        return [{"dataRow": data_row, **row} for row in rows]

    def _objects(self, annotations: JSON) -> Iterator[JSON]:
        for thing in objects_of(annotations.get("objects"), "objects"):
            payload = payload_of(thing, self._losses)
            if payload is None:
                self._losses.add_kind(kind_of(thing))
                continue
            self._losses.add(Loss.SCORES, int(has_scores(thing)))
            yield {**self._named(thing), **payload, **self._answers.nested(thing)}

    def _questions(self, annotations: JSON) -> Iterator[JSON]:
        for question in objects_of(annotations.get("classifications"), "classifications"):
            answer = self._answers.answer(question)
            if answer is not None:
                yield {**self._named(question), **message_of(question), **answer}

    def _timed(self, timeline: Timeline, label: JSON) -> Iterator[JSON]:
        for feature, track in timeline.objects.items():
            first = track[0][1]
            if is_drawn(first):
                segments = segments_of(timeline, feature, self._answers)
                if segments:
                    yield {**self._named(first, feature), "segments": segments}
            elif not is_mask(first):
                self._losses.add_kind(kind_of(first))
        for number, masks in enumerate(mask_rows(timeline, self._binding, self._losses)):
            yield {"uuid": uuid_of(f"{label.get('id')}/masks/{number}"), **masks}
        for feature, track in timeline.questions.items():
            answer = self._temporal.answer(timeline, feature)
            if answer is not None:
                yield {**self._named(track[0][1]), **answer}

    def _edges(self, annotations: JSON) -> Iterator[JSON]:
        edges = objects_of(annotations.get("relationships"), "relationships")
        if not self._relationships:
            self._losses.add(Loss.RELATIONSHIPS, len(edges))
            return
        for edge in edges:
            yield {**self._named(edge, named=True), "relationship": _relationship(edge)}

    def _named(self, feature: JSON, feature_id: str | None = None, *, named: bool = False) -> JSON:
        """How a row names its feature and itself; some kinds must have a name beside an id."""
        needs_name = named or isinstance(feature.get("location"), dict)
        bind = self._binding.bind_named if needs_name else self._binding.bind
        own = feature.get("feature_id") or feature_id
        return {**bind(feature), **({"uuid": uuid_of(own)} if isinstance(own, str) else {})}


def kind_of(thing: JSON) -> str:
    """What the export calls a kind of annotation."""
    kind = thing.get("annotation_kind")
    return kind if isinstance(kind, str) else "unnamed"


def _relationship(edge: JSON) -> JSON:
    for direction in DIRECTIONS:
        ends = edge.get(f"{direction}_relationship")
        if ends is not None:
            return {
                "source": uuid_of(_end(ends, "source")),
                "target": uuid_of(_end(ends, "target")),
                "type": direction,
            }
    raise Malformed("relationships", expected="a direction", found=edge)


def _end(ends: object, member: str) -> str:
    end = object_of(ends, "relationships").get(member)
    if not isinstance(end, str):
        raise Malformed(member, expected="the id of a feature", found=end)
    return end
