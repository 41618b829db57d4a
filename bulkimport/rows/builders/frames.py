"""Answers given frame by frame, as one question whose answers hold in spans.

The official SDK keeps the first frame's answer and says it of all frames. Here each answer holds
until the next one of its segment, and the last until the segment ends.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import (
    Checklist,
    Choice,
    Option,
    Question,
    Radio,
    Span,
    Text,
)
from bulkimport.rows.builders.features import Classification, Feature, Metrics, Scored, named
from bulkimport.rows.builders.segments import held, joined, segmented
from bulkimport.rows.builders.temporal import TemporalQuestion, TemporalText, TextValue

Held = tuple[Span, Question]


@dataclass(frozen=True, slots=True)
class FrameAnswer:
    """The answer to a question in one frame, of the segment of that number if it is numbered."""

    frame: int
    answer: Question
    segment: int | None = None


def over_frames(answers: Iterable[FrameAnswer]) -> Question:
    """One question out of its answers in single frames.

    The answers are Radio, Checklist or Text of one feature, all alike. Frames without a segment
    make one for each run without a gap. Confidence and metrics that are not the same in all frames
    have no place in the format and are left out.

    Raises UsageError when there is no answer, when they are of several kinds or features, or when
    only some have a segment.
    """
    segments = segmented(answers)
    seen = [(span, answer.answer) for segment in segments for span, answer in held(segment)]
    if not seen:
        raise UsageError("a question without an answer in any frame says nothing")
    question = _merged(seen)
    first = seen[0][1]
    uuids = [answer.uuid for _, answer in seen if answer.uuid is not None]
    question = replace(
        question,
        uuid=uuids[0] if uuids else None,
        message_id=first.message_id,
        confidence=_agreed_confidence([answer for _, answer in seen]),
        metrics=_agreed_metrics([answer for _, answer in seen]),
    )
    if isinstance(first, Radio) and isinstance(question, TemporalQuestion):
        return _alone(question)
    return question


def _alone(question: TemporalQuestion) -> Question:
    """A radio with one answer throughout is written as an object, as the format has it."""
    if len(question.answers) > 1:
        return question
    return Radio(
        question.feature,
        question.answers[0],
        uuid=question.uuid,
        message_id=question.message_id,
        confidence=question.confidence,
        metrics=question.metrics,
    )


def _merged(seen: Sequence[Held]) -> TemporalQuestion | TemporalText:
    first = seen[0][1]
    if any(
        type(answer) is not type(first) or answer.feature != first.feature for _, answer in seen
    ):
        raise UsageError("the answers of one question are of one feature and one kind")
    if isinstance(first, Text):
        return TemporalText(first.feature, _merged_texts(seen))
    options = [(span, _option(choice)) for span, answer in seen for choice in _choices(answer)]
    return TemporalQuestion(first.feature, _merged_options(options))


def _choices(answer: Question) -> Sequence[Choice]:
    if isinstance(answer, Radio):
        return (answer.answer,)
    if isinstance(answer, Checklist):
        return answer.answers
    raise UsageError(
        f"{type(answer).__name__} is no answer in one frame",
        remedy="give Radio, Checklist or Text for each frame",
    )


def _option(choice: Choice) -> Option:
    option = choice if isinstance(choice, Option) else Option(choice)
    if option.frames:
        raise UsageError("an answer in one frame has no spans of its own")
    return option


def _merged_options(seen: Sequence[tuple[Span, Option]]) -> list[Option]:
    groups: dict[Hashable, list[tuple[Span, Option]]] = {}
    for span, option in seen:
        groups.setdefault(_identity(option.feature), []).append((span, option))
    return [
        Option(
            group[0][1].feature,
            _below([(span, option.classifications) for span, option in group]),
            frames=joined(span for span, _ in group),
            confidence=_agreed_confidence([option for _, option in group]),
            metrics=_agreed_metrics([option for _, option in group]),
        )
        for group in groups.values()
    ]


def _merged_texts(seen: Sequence[Held]) -> list[TextValue]:
    groups: dict[str, list[tuple[Span, Text]]] = {}
    for span, answer in seen:
        if isinstance(answer, Text):
            groups.setdefault(answer.answer, []).append((span, answer))
    return [
        TextValue(
            text,
            joined(span for span, _ in group),
            _below([(span, answer.classifications) for span, answer in group]),
        )
        for text, group in groups.items()
    ]


def _below(seen: Sequence[tuple[Span, Sequence[Classification]]]) -> Sequence[Classification]:
    """What is below an answer: as it is when it never changes, else with the spans it holds in."""
    if len({repr([below.nested() for below in under]) for _, under in seen}) == 1:
        return seen[0][1]
    groups: dict[Hashable, list[Held]] = {}
    for span, under in seen:
        for below in under:
            if not isinstance(below, Question):
                raise UsageError(f"{type(below).__name__} is no answer in one frame")
            groups.setdefault(_identity(below.feature), []).append((span, below))
    return [_merged(group) for group in groups.values()]


def _identity(feature: str | Feature) -> Hashable:
    return tuple(named(feature).items())


def _agreed_confidence(scored: Sequence[Scored]) -> float | None:
    return scored[0].confidence if len({one.confidence for one in scored}) == 1 else None


def _agreed_metrics(scored: Sequence[Scored]) -> Metrics:
    return scored[0].metrics if len({tuple(one.metrics) for one in scored}) == 1 else ()
