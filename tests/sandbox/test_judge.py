"""What the sandbox takes and what it refuses, row by row."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.sandbox.features import features
from bulkimport.sandbox.judge import Judge, uuid_digits
from bulkimport.sandbox.verdicts import Unfit

ID = "cfs0000000000000000000car"
BOX = {"top": 1, "left": 2, "height": 3, "width": 4}
POINTS = [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5.5, "y": 0}]
UUID = "73dd0422-8c21-5372-bced-44449b17d66b"
NESTED = {
    "type": "radio",
    "name": "colour",
    "options": [
        {
            "label": "Red",
            "value": "red",
            "options": [{"type": "text", "name": "shade", "options": []}],
        },
        {"label": "Blue", "value": "blue"},
    ],
}
ONTOLOGY = {
    "tools": [
        {"tool": "rectangle", "name": "car", "featureSchemaId": ID, "classifications": [NESTED]},
        {"tool": "polygon", "name": "lake"},
        {"tool": "line", "name": "lane"},
        {"tool": "point", "name": "corner"},
        {"tool": "raster-segmentation", "name": "road"},
        {"tool": "named-entity", "name": "person"},
        {"tool": "edge", "name": "holds"},
        {"tool": "message-ranking", "name": "rank"},
    ],
    "classifications": [
        NESTED,
        {
            "type": "checklist",
            "name": "content",
            "options": [{"label": 1, "value": 1}, {"label": "two", "value": "second"}],
        },
        {"type": "text", "name": "note"},
    ],
}
MASK = {"instanceURI": "https://example.com/m.png", "colorRGB": [255, 0, 0]}
SPANS = [{"start": 0, "end": 4}]
RELATION = {"source": UUID, "target": UUID, "type": "unidirectional"}

FIT: list[dict[str, Any]] = [
    {"name": "car", "bbox": BOX},
    {"schemaId": ID, "bbox": BOX, "uuid": UUID},
    {"name": "car", "schemaId": ID, "bbox": {**BOX, "height": -3}},
    {"name": "car", "bbox": BOX, "uuid": "{" + UUID.upper() + "}"},
    {"name": "lake", "polygon": POINTS},
    {"name": "lane", "line": POINTS[:2]},
    {"name": "corner", "point": POINTS[0]},
    {"name": "road", "mask": MASK},
    {"name": "road", "mask": {"imBytes": "iVBO", "colorRGB": [0, 0, 0]}},
    {"name": "road", "mask": {"png": "iVBO"}},
    {"name": "road", "mask": {"counts": [5, 1], "size": [2, 3]}},
    {"name": "person", "location": {"start": 0, "end": 0}},
    {"name": "person", "textSelections": [{"groupId": "g", "tokenIds": ["t"], "page": 1}]},
    {"name": "car", "segments": [{"keyframes": [{"frame": 1, "bbox": BOX}]}]},
    {
        "name": "car",
        "segments": [
            {
                "keyframes": [
                    {
                        "frame": 1,
                        "bbox": BOX,
                        "classifications": [{"name": "colour", "answer": {"name": "red"}}],
                    }
                ]
            }
        ],
    },
    {
        "masks": {
            "frames": [{"index": 1, "imBytes": "iVBO"}],
            "instances": [{"name": "road", "colorRGB": [1, 2, 3]}],
        }
    },
    {"name": "colour", "answer": {"name": "red"}},
    {"name": "colour", "answer": {"name": "Red"}},
    {
        "name": "colour",
        "answer": [{"name": "red", "frames": SPANS}, {"name": "blue", "frames": []}],
    },
    {
        "name": "colour",
        "answer": {"name": "red", "classifications": [{"name": "shade", "answer": "dark"}]},
    },
    {"name": "content", "answer": [{"name": "1"}, {"name": "second"}]},
    {"name": "content", "answers": [{"name": "two"}]},
    {"name": "content", "answer": [{"name": "two", "frames": SPANS}]},
    {"name": "note", "answer": "text"},
    {"name": "note", "answer": [{"value": "text", "frames": SPANS}]},
    {
        "name": "car",
        "bbox": BOX,
        "classifications": [{"name": "colour", "answer": {"name": "blue"}}],
    },
    {
        "name": "rank",
        "messageEvaluationTask": {"format": "message-ranking", "data": {"rankedMessages": []}},
    },
]

UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"bbox": BOX}, "One of name and schemaId is required"),
    ({"name": "truck", "bbox": BOX}, "Ontology does not contain name: truck"),
    ({"name": "Car", "bbox": BOX}, "Ontology does not contain name: Car"),
    ({"schemaId": "c" * 25, "bbox": BOX}, f"Ontology does not contain schemaId: {'c' * 25}"),
    ({"name": "lake", "schemaId": ID, "polygon": POINTS}, "Ontology does not contain name: lake"),
    ({"name": "car", "bbox": BOX, "uuid": "no"}, "uuid is not a UUID"),
    ({"name": "car", "bbox": BOX, "uuid": 7}, "uuid is not a UUID"),
    ({"name": "car", "bbox": BOX, "uuid": "0x" + "1" * 30}, "uuid is not a UUID"),
    ({"name": "car"}, "a row must have exactly one annotation"),
    ({"name": "car", "bbox": BOX, "point": POINTS[0]}, "a row must have exactly one annotation"),
    ({"name": "car", "bbox": {"top": 1}}, "bbox must have top, left, height and width"),
    ({"name": "car", "bbox": {**BOX, "top": "1"}}, "bbox must be made of numbers"),
    ({"name": "car", "bbox": {**BOX, "top": True}}, "bbox must be made of numbers"),
    ({"name": "car", "bbox": {**BOX, "width": -1}}, "bbox must not have a negative width"),
    ({"name": "car", "polygon": POINTS}, "polygon does not fit a rectangle"),
    ({"name": "colour", "bbox": BOX}, "bbox does not fit a radio"),
    ({"name": "car", "answer": "text"}, "a rectangle takes no answer"),
    ({"name": "lake", "polygon": POINTS[:2]}, "a polygon must have 3 points or more"),
    ({"name": "lane", "line": POINTS[:1]}, "a line must have 2 points or more"),
    ({"name": "corner", "point": {"x": 1}}, "a point must have x and y as numbers"),
    ({"name": "road", "mask": {"colorRGB": [1, 2, 3]}}, "mask must have instanceURI or imBytes"),
    ({"name": "road", "mask": {**MASK, "colorRGB": [1, 2, 256]}}, "colorRGB must be three whole"),
    ({"name": "road", "mask": {"counts": [5], "size": [2, 3]}}, "must cover its size"),
    (
        {"name": "road", "mask": {**MASK, "instanceURI": "https://a.invalid/m.png"}},
        "Failed to access URL: https://a.invalid/m.png",
    ),
    (
        {"name": "road", "mask": {**MASK, "instanceURI": "https://away.example/m.png"}},
        "Failed to access URL: https://away.example/m.png",
    ),
    ({"name": "person", "location": {"start": 3, "end": 2}}, "location must run from a start"),
    ({"name": "car", "segments": []}, "segments must not be empty"),
    ({"name": "car", "segments": [{"keyframes": []}]}, "a segment must have keyframes"),
    (
        {"name": "car", "segments": [{"keyframes": [{"frame": 1, "polygon": POINTS}]}]},
        "a keyframe must have one of bbox, point and line",
    ),
    (
        {"name": "lake", "segments": [{"keyframes": [{"frame": 1, "bbox": BOX}]}]},
        "bbox does not fit a polygon",
    ),
    (
        {"masks": {"frames": [], "instances": [{"name": "car", "colorRGB": [1, 2, 3]}]}},
        "masks does not fit a rectangle",
    ),
    ({"name": "holds", "relationship": RELATION}, "can be imported as pre-labels only"),
    ({"name": "x", "metricValue": 1}, "metrics belong to model runs"),
    ({"name": "colour", "answer": {"name": "green"}}, "Ontology does not contain name: green"),
    ({"name": "colour", "answer": []}, "the answer of a radio must name an option"),
    ({"name": "colour", "answer": "red"}, "the answer of a radio must name an option"),
    ({"name": "colour", "answer": [{"name": "red"}, {"name": "blue"}]}, "has one answer"),
    ({"name": "content", "answer": [{"name": "two"}, {"name": "second"}]}, "chosen twice"),
    ({"name": "note", "answer": {"name": "red"}}, "must be a text"),
    (
        {"name": "note", "answer": [{"value": "v", "frames": [{"start": 2, "end": 1}]}]},
        "frames must run from a start",
    ),
    (
        {
            "name": "colour",
            "answer": {"name": "blue", "classifications": [{"name": "shade", "answer": "dark"}]},
        },
        "Ontology does not contain name: shade",
    ),
    (
        {"name": "car", "bbox": BOX, "classifications": [{"name": "size", "answer": "big"}]},
        "Ontology does not contain name: size",
    ),
    (
        {"name": "rank", "messageEvaluationTask": {"format": "message-other", "data": {}}},
        "messageEvaluationTask does not fit a message-ranking",
    ),
]


def judge(kind: str = "labels") -> Judge:
    """A judge with this file's ontology, to whom one host is out of reach."""
    return Judge(features(ONTOLOGY), kind, away=["away.example"])


def verdict(row: dict[str, Any]) -> None:
    """All that is judged of one row by itself."""
    uuid_digits(row)
    judge().check(row)


@pytest.mark.parametrize("row", FIT, ids=str)
def test_a_fit_row_is_taken(row: dict[str, Any]) -> None:
    """Every form that the platform documents passes."""
    verdict(row)


@pytest.mark.parametrize(("row", "message"), UNFIT, ids=str)
def test_an_unfit_row_is_refused_with_its_reason(row: dict[str, Any], message: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(Unfit) as refusal:
        verdict(row)

    assert message in refusal.value.message
    assert refusal.value.name == "ValidationError"


def test_a_relationship_is_taken_as_a_pre_label() -> None:
    """Relationships exist among pre-labels only."""
    judge("prelabels").check({"name": "holds", "relationship": RELATION})


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "answer", "frames", "x", "keyframes", "classifications"]),
            below,
            max_size=3,
        )
    ),
    max_leaves=8,
)
PLACES = ["uuid", "name", "schemaId", "classifications", "frames", "answer", "answers", "masks"]
PAYLOADS = ["bbox", "polygon", "mask", "segments", "relationship", "messageEvaluationTask"]


@given(fit=st.sampled_from(FIT), place=st.sampled_from(PLACES + PAYLOADS), value=ANY_JSON)
def test_whatever_a_row_holds_there_is_a_verdict(
    fit: dict[str, Any], place: str, value: object
) -> None:
    """No JSON in any place breaks the judge."""
    with suppress(Unfit):
        verdict({**fit, place: value})
