"""Labels of the official SDK (`labelbox.types`) as rows, with nothing lost that they say.

The package is not imported: its objects are known by the module of their class and read by their
attributes, and they are never written to. What its own serialiser would lose is listed in
docs/decisions/0011-labels-of-the-official-sdk.md.
"""

from collections.abc import Callable, Iterator

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import Annotation, DataRow, Row
from bulkimport.rows.official_classifications import question_of
from bulkimport.rows.official_objects import object_of
from bulkimport.rows.official_parts import Official, any_uuid, given_uuid, official_kind
from bulkimport.rows.official_tasks import ends_of, evaluation_of, metric_row, relationship_of
from bulkimport.rows.official_temporal import temporal_questions
from bulkimport.rows.official_video import frame_questions, tracks, video_masks

QUESTIONS = ("ClassificationAnnotation", "PromptClassificationAnnotation")
METRICS = ("ScalarMetric", "ConfusionMatrixMetric")
TEMPORAL = ("TemporalClassificationText", "TemporalClassificationQuestion")
# Several annotations of these make one row.
GATHERED = ("VideoObjectAnnotation", "VideoClassificationAnnotation", *TEMPORAL)
MAKERS: dict[str, Callable[[Official], Annotation]] = {
    "VideoMaskAnnotation": video_masks,
    "RelationshipAnnotation": relationship_of,
    "MessageEvaluationTaskAnnotation": evaluation_of,
}
# The values on which the SDK heeds these members of `extra`.
EXTRA = {
    "ObjectAnnotation": (("Rectangle",), ("page", "unit")),
    "ClassificationAnnotation": (("Radio", "Checklist"), ("frames",)),
}


def is_official(given: object) -> bool:
    """Whether an object's class belongs to the official SDK, or inherits from one that does."""
    return official_kind(given) is not None


def rows_of(label: Official) -> Iterator[Row]:
    """The rows of a `labelbox.types.Label`, as mappings.

    A uuid is written when the author gave it (`extra={"uuid": …}`) or a relationship needs it: the
    SDK's random ones would make every run of a program a new input. Raises UsageError for what is
    no label, for a label without a data row, and for video annotations that cannot be told apart.
    """
    if official_kind(label) != "Label":
        raise UsageError(
            f"a {type(label).__name__} does not say which data row it is on",
            remedy="put it into the annotations of a labelbox.types.Label",
        )
    data_row = _data_row(label.data)
    for row in _rows(label.annotations, data_row):
        if label.is_benchmark_reference:
            row["isBenchmarkReferenceLabel"] = True
        yield row


def _data_row(data: Official) -> DataRow:
    if not (data.uid or data.global_key):
        raise UsageError(
            "a label names its data row neither by global_key nor by uid",
            remedy='write Label(data={"global_key": …}, …)',
        )
    return DataRow(id=data.uid, global_key=data.global_key)


def _rows(annotations: list[Official], data_row: DataRow) -> Iterator[Row]:
    kinds = [official_kind(annotation) or "" for annotation in annotations]
    told = list(zip(kinds, annotations, strict=True))
    ends = ends_of(annotation for kind, annotation in told if kind == "RelationshipAnnotation")
    gathered: dict[str, list[Official]] = {}
    for kind, annotation in told:
        if kind in GATHERED:
            gathered.setdefault(kind, []).append(annotation)
        elif kind in METRICS:
            yield metric_row(annotation, data_row)
        else:
            row = _single(annotation, kind, ends=ends).row(data_row)
            row.update(_extra(annotation, kind))
            yield row
    if gathered:
        for made in _gathered(gathered):
            yield made.row(data_row)


def _single(annotation: Official, kind: str, *, ends: set[str]) -> Annotation:
    """What one annotation makes by itself."""
    if kind in MAKERS:
        return MAKERS[kind](annotation)
    uuid = any_uuid(annotation) if ends else None
    if uuid not in ends:
        uuid = given_uuid(annotation)
    if kind == "ObjectAnnotation":
        return object_of(annotation, uuid=uuid)
    if kind in QUESTIONS:
        return question_of(annotation, uuid=uuid)
    raise UsageError(f"{type(annotation).__name__} is no annotation that can be imported")


def _extra(annotation: Official, kind: str) -> Row:
    """What the SDK takes from `extra` into the row, beside the uuid."""
    if kind not in EXTRA or not annotation.extra:
        return {}
    on, members = EXTRA[kind]
    if official_kind(annotation.value) not in on:
        return {}
    given = {member: annotation.extra.get(member) for member in members}
    return {member: value for member, value in given.items() if value is not None}


def _gathered(annotations: dict[str, list[Official]]) -> Iterator[Annotation]:
    yield from tracks(annotations.get("VideoObjectAnnotation", ()))
    yield from frame_questions(annotations.get("VideoClassificationAnnotation", ()))
    yield from temporal_questions(one for kind in TEMPORAL for one in annotations.get(kind, ()))
