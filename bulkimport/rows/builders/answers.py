"""Answers to the questions of the ontology: one option, several options, or free text.

A question stands on the data row, or below a tool, an option or a text.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import (
    Classification,
    DataRow,
    Feature,
    Row,
    Scored,
    ScoredRow,
    begin,
    named,
    nest,
)

# First and last frame of a video, or millisecond of an audio; both belong to the span.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Option(Scored):
    """A chosen option, with the answers to the questions below it, to any depth.

    With `frames` it holds in these spans alone. A bare string stands for an option of that name.
    """

    feature: str | Feature
    classifications: Sequence[Classification] = ()
    _: KW_ONLY
    frames: Sequence[Span] = ()

    def members(self) -> Row:
        """The option as an answer has it."""
        members = named(self.feature)
        if self.frames:
            members["frames"] = spans(self.frames)
        nest(members, self.classifications)
        self.add_scores(members)
        return members


Choice = str | Feature | Option


@dataclass(frozen=True, slots=True)
class Question(ScoredRow):
    """What all questions share: a feature of the ontology, and an answer said by their kind."""

    feature: str | Feature
    _: KW_ONLY
    message_id: str | None = None

    def said(self) -> Row:
        """The answer, as its kind has it."""
        raise NotImplementedError

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        row = begin(data_row, self.feature, self.uuid)
        row.update(self.said())
        if self.message_id is not None:
            row["messageId"] = self.message_id
        self.add_scores(row)
        return row

    def nested(self) -> Row:
        """The answer below something else.

        Raises UsageError when it has what only a row can have.
        """
        if self.uuid is not None or self.message_id is not None:
            raise UsageError(
                "an answer below another has neither a uuid nor a message",
                remedy="give them to the outermost annotation",
            )
        members = {**named(self.feature), **self.said()}
        self.add_scores(members)
        return members


@dataclass(frozen=True, slots=True)
class Radio(Question):
    """The one option that was chosen.

    `Radio("time of day", "night")`. A conversation's question about one message has its
    `message_id`.
    """

    answer: Choice

    def said(self) -> Row:
        """One option."""
        return {"answer": chosen(self.answer)}


@dataclass(frozen=True, slots=True)
class Checklist(Question):
    """All options that were chosen: `Checklist("weather", ["rain", Option("wind", [...])])`."""

    answers: Sequence[Choice]

    def said(self) -> Row:
        """A list of options."""
        return {"answer": [chosen(answer) for answer in self.answers]}


@dataclass(frozen=True, slots=True)
class Text(Question):
    """Free text, with the answers to the questions below it."""

    answer: str
    classifications: Sequence[Classification] = ()

    def said(self) -> Row:
        """The text and what is below it."""
        said: Row = {"answer": self.answer}
        nest(said, self.classifications)
        return said


def chosen(answer: Choice) -> Row:
    """An option as an answer has it."""
    return {"name": answer} if isinstance(answer, str) else answer.members()


def spans(frames: Sequence[Span]) -> list[dict[str, int]]:
    """Spans as the format writes them."""
    return [{"start": start, "end": end} for start, end in frames]
