"""Answers that hold at times: frames of a video, milliseconds of an audio."""

from collections.abc import Sequence
from dataclasses import dataclass

from bulkimport.rows.builders.answers import Option, Question, Span, spans
from bulkimport.rows.builders.features import Classification, Row, Scored, nest


@dataclass(frozen=True, slots=True)
class TemporalQuestion(Question):
    """Options of a radio or checklist question, each with the `frames` in which it holds.

        TemporalQuestion("light", [Option("red", frames=[(0, 300)]),
                                   Option("green", frames=[(301, 800)])])

    Spans of what is below an option lie within a span of the option.
    """

    answers: Sequence[Option]

    def said(self) -> Row:
        """A list of options, also when there is only one."""
        return {"answer": [answer.members() for answer in self.answers]}


@dataclass(frozen=True, slots=True)
class TextValue(Scored):
    """A text and the spans in which it holds."""

    text: str
    frames: Sequence[Span]
    classifications: Sequence[Classification] = ()

    def members(self) -> Row:
        """One of the answers to a temporal text question."""
        members: Row = {"value": self.text, "frames": spans(self.frames)}
        nest(members, self.classifications)
        self.add_scores(members)
        return members


@dataclass(frozen=True, slots=True)
class TemporalText(Question):
    """Texts and when they hold: `TemporalText("play", [TextValue("pass", [(120, 240)])])`."""

    values: Sequence[TextValue]

    def said(self) -> Row:
        """A list of texts."""
        return {"answer": [value.members() for value in self.values]}
