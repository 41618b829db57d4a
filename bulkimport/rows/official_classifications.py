"""Answers of the official SDK: radio, checklist, text and prompt, to any depth."""

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Checklist, Option, Question, Radio, Text
from bulkimport.rows.official_parts import (
    Official,
    confidence_of,
    feature_of,
    metrics_of,
    official_kind,
)


def question_of(annotation: Official, *, uuid: str | None = None) -> Question:
    """A ClassificationAnnotation or one of its kin, with the `uuid` of its row.

    The SDK's serialiser looks for scores in one place only and forgets those in the other.
    """
    value, kind = annotation.value, official_kind(annotation.value)
    feature = feature_of(annotation)
    message_id = getattr(annotation, "message_id", None)
    confidence, metrics = confidence_of(annotation, value), metrics_of(annotation, value)
    if kind in {"Text", "PromptText"}:
        return Text(
            feature,
            value.answer,
            questions_below(value),
            message_id=message_id,
            uuid=uuid,
            confidence=confidence,
            metrics=metrics,
        )
    if kind == "Radio":
        return Radio(
            feature,
            _option(value.answer),
            message_id=message_id,
            uuid=uuid,
            confidence=confidence,
            metrics=metrics,
        )
    if kind == "Checklist":
        return Checklist(
            feature,
            [_option(answer) for answer in value.answer],
            message_id=message_id,
            uuid=uuid,
            confidence=confidence,
            metrics=metrics,
        )
    raise UsageError(f"{type(value).__name__} is no answer to a question")


def questions_below(parent: Official) -> list[Question]:
    """The questions below an option, a text or an object."""
    below: list[Official] | None = getattr(parent, "classifications", None)
    return [question_of(annotation) for annotation in below or ()]


def _option(answer: Official) -> Option:
    return Option(
        feature_of(answer),
        questions_below(answer),
        confidence=confidence_of(answer),
        metrics=metrics_of(answer),
    )
