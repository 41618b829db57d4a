"""Answers are nested to any depth, and only the outermost is a row."""

import pytest
from support.checked import faults

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Checklist, Option, Question, Radio, Text
from bulkimport.rows.builders.features import DataRow, Feature
from bulkimport.rows.builders.geometry import Point
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object

AT = DataRow(global_key="a")
ID = "c" * 25


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Radio("q", "a"), {"answer": {"name": "a"}}),
        (Radio("q", Feature(schema_id=ID)), {"answer": {"schemaId": ID}}),
        (Checklist("q", ["a", Option("b")]), {"answer": [{"name": "a"}, {"name": "b"}]}),
        (Checklist("q", []), {"answer": []}),
        (Text("q", "words"), {"answer": "words"}),
        (Radio("q", Option("a", confidence=0)), {"answer": {"name": "a", "confidence": 0}}),
        (
            Radio("q", Option("a", frames=[(9, 15)])),
            {"answer": {"name": "a", "frames": [{"start": 9, "end": 15}]}},
        ),
        (
            Text("q", "words", [Radio("below", "x")]),
            {"answer": "words", "classifications": [{"name": "below", "answer": {"name": "x"}}]},
        ),
        (Radio("q", "a", message_id="m1"), {"answer": {"name": "a"}, "messageId": "m1"}),
        (Radio("q", "a", confidence=0.5), {"answer": {"name": "a"}, "confidence": 0.5}),
    ],
)
def test_an_answer_has_the_shape_of_its_kind(question: Question, said: dict[str, object]) -> None:
    """An option as an object, options as a list, text as text."""
    assert question.row(AT) == {"dataRow": {"globalKey": "a"}, "name": "q", **said}


def test_answers_are_nested_without_limit() -> None:
    """The official page says one level; the format has none."""
    question: Question = Text("level 0", "words")
    for level in range(1, 20):
        question = Radio(f"level {level}", Option("yes", [question]))

    part = question.row(AT)
    for level in range(19, 0, -1):
        assert part["name"] == f"level {level}"
        part = part["answer"]["classifications"][0]
    assert part == {"name": "level 0", "answer": "words"}
    assert faults([Label(AT, [question])]) == []


def test_answers_stand_below_objects_too() -> None:
    """As sub-classifications."""
    row = Object("car", Point(1, 2), [Checklist("state", ["moving"]), Text("plate", "A 1")]).row(AT)

    assert row["classifications"] == [
        {"name": "state", "answer": [{"name": "moving"}]},
        {"name": "plate", "answer": "A 1"},
    ]


@pytest.mark.parametrize(
    "below", [Radio("q", "a", uuid="u"), Text("q", "a", message_id="m"), Radio("q", "a", uuid="")]
)
def test_what_only_a_row_can_have_is_refused_below(below: Question) -> None:
    """It would be lost."""
    with pytest.raises(UsageError, match="outermost"):
        Object("car", Point(1, 2), [below]).row(AT)


def test_scores_are_kept_below_too() -> None:
    """The SDK's serialiser forgets those of a nested question."""
    below = Radio("q", "a", confidence=0.25, metrics=[("m", 1)])

    assert below.nested() == {
        "name": "q",
        "answer": {"name": "a"},
        "confidence": 0.25,
        "customMetrics": [{"name": "m", "value": 1}],
    }
