"""Places in texts, conversations and documents."""

import pytest
from support.checked import faults

from bulkimport.rows.builders.answers import Radio
from bulkimport.rows.builders.document import DocumentBox, DocumentEntity, TextSelection, Unit
from bulkimport.rows.builders.features import Annotation, DataRow
from bulkimport.rows.builders.geometry import Box
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.builders.text import ConversationEntity, TextEntity

TEXT = "Anna sees Otto"
SELECTION = TextSelection("g1", ["t1", "t2"], 1)


def test_an_entity_s_end_is_its_last_character() -> None:
    """Slices are told in the words of slices."""
    start = TEXT.index("Otto")
    entity = TextEntity.until(start, start + len("Otto"))

    assert entity == TextEntity(10, 13)
    assert TEXT[entity.start : entity.end + 1] == "Otto"
    assert ConversationEntity.until("m", 0, 4) == ConversationEntity("m", 0, 3)


@pytest.mark.parametrize(
    ("media", "annotation", "said"),
    [
        ("text", Object("n", TextEntity(0, 3)), {"location": {"start": 0, "end": 3}}),
        (
            "conversational",
            Object("n", ConversationEntity("m1", 0, 3)),
            {"location": {"start": 0, "end": 3}, "messageId": "m1"},
        ),
        (
            "document",
            Object("n", DocumentBox(Box(72, 10, 30, 90), 1, Unit.POINTS)),
            {**Box(72, 10, 30, 90).members(), "page": 1, "unit": "POINTS"},
        ),
        (
            "document",
            Object("n", DocumentEntity([SELECTION]), [Radio("q", "a")]),
            {
                "textSelections": [{"groupId": "g1", "tokenIds": ["t1", "t2"], "page": 1}],
                "classifications": [{"name": "q", "answer": {"name": "a"}}],
            },
        ),
        (
            "conversational",
            Radio("n", "a", message_id="m1"),
            {"answer": {"name": "a"}, "messageId": "m1"},
        ),
    ],
)
def test_a_place_is_its_payload(media: str, annotation: Annotation, said: object) -> None:
    """With everything that its medium wants beside it."""
    label = Label(DataRow(global_key="a"), [annotation])

    assert list(label.__rows__()) == [{"dataRow": {"globalKey": "a"}, "name": "n", **said}]  # type: ignore[dict-item]
    assert faults([label], media=media) == []


@pytest.mark.parametrize("unit", list(Unit))
def test_units_are_those_of_the_format(unit: Unit) -> None:
    """In capitals, as plain text."""
    written = DocumentBox(Box(0, 0, 1, 1), 1, unit).members()["unit"]

    assert type(written) is str
    assert written == unit.name
