"""Temporal answers of the official SDK.

There, questions below a text hang on all its values together, and those below a question on all its
answers; in the format they hang on one value or answer, within its spans. Each span of theirs is
placed where it lies within a span above it. One that lies in none is placed where it overlaps, for
the check to name it; the SDK's own serialiser drops it, and with it what is left without spans.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Option, Question, Span
from bulkimport.rows.builders.temporal import TemporalQuestion, TemporalText, TextValue
from bulkimport.rows.official_parts import Official, official_kind


@dataclass(frozen=True, slots=True)
class Said:
    """A text or the name of an option, the spans it holds in, and the questions below it."""

    said: str
    frames: tuple[Span, ...]
    below: tuple["Asked", ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A temporal question of the SDK; `below` hangs on all its answers together."""

    name: str
    is_text: bool
    answers: tuple[Said, ...]
    below: tuple["Asked", ...] = ()


def temporal_questions(annotations: Iterable[Official]) -> list[Question]:
    """The questions that temporal annotations make: one for each name, without empty ones."""
    return _questions([_asked(annotation) for annotation in annotations])


def _asked(annotation: Official) -> Asked:
    below = _below(annotation)
    if official_kind(annotation) == "TemporalClassificationText":
        answers = tuple(Said(text, ((start, end),)) for start, end, text in annotation.value)
        return Asked(annotation.name, is_text=True, answers=answers, below=below)
    answers = tuple(
        Said(answer.name, tuple(answer.frames), _below(answer)) for answer in annotation.value
    )
    return Asked(annotation.name, is_text=False, answers=answers, below=below)


def _below(parent: Official) -> tuple[Asked, ...]:
    return tuple(_asked(annotation) for annotation in parent.classifications or ())


def _questions(asked: Iterable[Asked]) -> list[Question]:
    groups: dict[tuple[str, bool], list[Asked]] = {}
    for one in asked:
        groups.setdefault((one.name, one.is_text), []).append(one)
    made = (_question(group) for group in groups.values())
    return [question for question in made if question is not None]


def _question(group: Sequence[Asked]) -> Question | None:
    answers = _merged([answer for asked in group for answer in asked.answers])
    shared = [below for asked in group for below in asked.below]
    if not answers and not shared:
        return None
    placed = _placed(shared, [answer.frames for answer in answers])
    if group[0].is_text:
        return TemporalText(
            group[0].name,
            [
                TextValue(answer.said, answer.frames, _questions([*answer.below, *below]))
                for answer, below in zip(answers, placed, strict=True)
            ],
        )
    return TemporalQuestion(
        group[0].name,
        [
            Option(answer.said, _questions([*answer.below, *below]), frames=answer.frames)
            for answer, below in zip(answers, placed, strict=True)
        ],
    )


def _merged(answers: Iterable[Said]) -> list[Said]:
    """Equal answers as one, with the spans and questions of all, equal spans once."""
    groups: dict[str, Said] = {}
    for answer in answers:
        known = groups.get(answer.said, Said(answer.said, ()))
        frames = dict.fromkeys((*known.frames, *answer.frames))
        groups[answer.said] = Said(answer.said, tuple(frames), (*known.below, *answer.below))
    return list(groups.values())


def _placed(questions: Sequence[Asked], parents: Sequence[Sequence[Span]]) -> list[list[Asked]]:
    """Each parent's part of the questions, by the parents' spans."""
    if questions and not parents:
        raise UsageError(
            f"the question {questions[0].name!r} stands below a question without an answer"
        )
    parts: list[list[Asked]] = [[] for _ in parents]
    for question in questions:
        for part, answers in zip(parts, _answers_of_parents(question, parents), strict=True):
            if answers:
                part.append(Asked(question.name, question.is_text, tuple(answers)))
    return parts


def _answers_of_parents(question: Asked, parents: Sequence[Sequence[Span]]) -> list[list[Said]]:
    found: list[list[Said]] = [[] for _ in parents]
    whole = _question_parts(question)
    for answer in whole:
        homes = [_homes(span, parents) for span in answer.frames] or [{0}]
        frames = [
            tuple(span for span, home in zip(answer.frames, homes, strict=False) if place in home)
            for place in range(len(parents))
        ]
        at = [place for place in range(len(parents)) if any(place in home for home in homes)]
        below = _placed(answer.below, [frames[place] for place in at])
        for place, part in zip(at, below, strict=True):
            found[place].append(Said(answer.said, frames[place], tuple(part)))
    return found


def _question_parts(question: Asked) -> Iterator[Said]:
    """A question's answers, each with its part of what hangs on all of them."""
    answers = _merged(question.answers)
    placed = _placed(question.below, [answer.frames for answer in answers])
    for answer, below in zip(answers, placed, strict=True):
        yield Said(answer.said, answer.frames, (*answer.below, *below))


def _homes(span: Span, parents: Sequence[Sequence[Span]]) -> set[int]:
    """The parents that a span belongs to: all that hold it, else the first that it touches."""
    start, end = span
    holding = {
        place
        for place, frames in enumerate(parents)
        if any(first <= start and end <= last for first, last in frames)
    }
    touching = (
        place
        for place, frames in enumerate(parents)
        if any(first <= end and start <= last for first, last in frames)
    )
    return holding or {next(touching, 0)}
