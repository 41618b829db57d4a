"""Relationships, chat evaluations and metrics of the official SDK."""

from collections.abc import Iterable

from bulkimport.errors import UsageError
from bulkimport.rows.builders.chat import (
    Evaluation,
    Message,
    MultiSelection,
    Ranking,
    SingleSelection,
)
from bulkimport.rows.builders.features import DataRow, Row
from bulkimport.rows.builders.relationships import Relationship
from bulkimport.rows.official_parts import (
    Official,
    any_uuid,
    feature_of,
    given_uuid,
    official_kind,
)


def relationship_of(annotation: Official) -> Relationship:
    """A RelationshipAnnotation. The SDK's serialiser forgets its schema id."""
    value = annotation.value
    return Relationship(
        feature_of(annotation),
        source=None if value.source is None else any_uuid(value.source),
        source_feature=value.source_ontology_name,
        target=_existing(any_uuid(value.target)),
        bidirectional=value.type.value == "bidirectional",
        readonly=value.readonly,
        uuid=given_uuid(annotation),
    )


def ends_of(relationships: Iterable[Official]) -> set[str]:
    """The uuids that relationships point at, so that their rows must have them."""
    ends = [end for one in relationships for end in (one.value.source, one.value.target)]
    uuids = [any_uuid(end) for end in ends if end is not None]
    return {uuid for uuid in uuids if uuid is not None}


def evaluation_of(annotation: Official) -> Evaluation:
    """A MessageEvaluationTaskAnnotation."""
    task, feature, uuid = annotation.value, feature_of(annotation), given_uuid(annotation)
    kind = official_kind(task)
    parent = task.parent_message_id
    if kind == "MessageSingleSelectionTask":
        return SingleSelection(feature, parent, _message(task), uuid=uuid)
    if kind == "MessageMultiSelectionTask":
        chosen = [_message(message) for message in task.selected_messages]
        return MultiSelection(feature, parent, chosen, uuid=uuid)
    if kind == "MessageRankingTask":
        ranked = sorted(task.ranked_messages, key=lambda message: int(message.order))
        return Ranking(feature, parent, [_message(message) for message in ranked], uuid=uuid)
    raise UsageError(f"{type(task).__name__} is no evaluation of a chat")


def metric_row(annotation: Official, data_row: DataRow) -> Row:
    """A ScalarMetric or ConfusionMatrixMetric. No import of today takes it; the check says so."""
    value = annotation.value
    if isinstance(value, dict):
        value = {str(confidence): one for confidence, one in value.items()}
    row = {
        "dataRow": data_row.members(),
        "uuid": annotation.extra.get("uuid"),
        "metricValue": value,
        "metricName": annotation.metric_name,
        "featureName": annotation.feature_name,
        "subclassName": annotation.subclass_name,
        "aggregation": annotation.aggregation and annotation.aggregation.value,
    }
    return {member: said for member, said in row.items() if said is not None}


def _existing(uuid: str | None) -> str:
    if uuid is None:
        raise UsageError("a relationship points at an annotation that has no uuid")
    return uuid


def _message(message: Official) -> Message:
    return Message(message.message_id, message.model_config_name)
