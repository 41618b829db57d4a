"""Classifications of an export as answers of a row, nested to any depth.

| in the export                                          | in the row                          |
|--------------------------------------------------------|-------------------------------------|
| radio_answer, conversational_radio_answer              | answer: an option                   |
| checklist_answers, conversational_checklist_answers    | answer: a list of options           |
| text_answer, conversational_text_answer                | answer: text, with classifications  |
| none of them, or an empty one                          | no row; counted as unanswered       |
"""

from typing import Any, Final

from bulkimport.formats.binding import Binding
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.shape import JSON, object_of, objects_of

RADIO: Final = ("radio_answer", "conversational_radio_answer")
CHECKLIST: Final = ("checklist_answers", "conversational_checklist_answers")
TEXT: Final = ("text_answer", "conversational_text_answer")


class Answers:
    """Turns classifications into answers."""

    def __init__(self, binding: Binding, losses: Losses) -> None:
        self.binding = binding
        self.losses = losses

    def answer(self, question: JSON) -> JSON | None:
        """The members that answer a question in a row; None when nobody answered it."""
        kind, given = chosen(question)
        self.losses.add(Loss.SCORES, int(has_scores(question)))
        if kind in RADIO and given:
            return {"answer": self._option(given)}
        if kind in CHECKLIST and given:
            return {"answer": [self._option(option) for option in given]}
        if kind in TEXT and "content" in given:
            self.losses.add(Loss.SCORES, int(has_scores(given)))
            return {"answer": given["content"], **self.nested(given)}
        self.losses.add(Loss.UNANSWERED)
        return None

    def nested(self, parent: JSON) -> JSON:
        """The member `classifications` of a parent, or nothing when it has none."""
        if not parent.get("classifications"):
            return {}
        questions = objects_of(parent["classifications"], "classifications")
        answered = [
            {**self.binding.bind(question), **answer}
            for question in questions
            if (answer := self.answer(question)) is not None
        ]
        return {"classifications": answered} if answered else {}

    def _option(self, option: JSON) -> JSON:
        self.losses.add(Loss.SCORES, int(has_scores(option)))
        return {**self.binding.bind(option), **self.nested(option)}


def chosen(question: JSON) -> tuple[str, Any]:
    """Which kind of answer a classification has, and the answer; an empty word when none."""
    for name in (*RADIO, *TEXT):
        if question.get(name) is not None:
            return name, object_of(question[name], name)
    for name in CHECKLIST:
        if question.get(name) is not None:
            return name, objects_of(question[name], name)
    return "", {}


def options_of(question: JSON) -> list[JSON]:
    """The options or the text that answer a question: one of a radio or a text, any of a list."""
    _, given = chosen(question)
    return given if isinstance(given, list) else [given] if given else []


def message_of(question: JSON) -> JSON:
    """The member `messageId` of a question about one message, wherever the export has it."""
    for part in (question, *options_of(question)):
        if part.get("message_id") is not None:
            return {"messageId": part["message_id"]}
    return {}


def has_scores(part: JSON) -> bool:
    """Whether an annotation or answer carries what only model runs take."""
    return part.get("confidence") is not None or bool(part.get("custom_metrics"))
