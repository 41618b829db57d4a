"""Every kind of row that an export can hold comes back as it was; only its uuid is another."""

from collections.abc import Callable
from typing import Any

import pytest
from support.checked import faults
from support.converted import Outcome
from support.exported import data_row, plain

from bulkimport.formats.label import uuid_of

Convert = Callable[..., Outcome]

BOX = {"top": 4, "left": 10.5, "height": 20, "width": 31}
RING = [{"x": 1, "y": 1}, {"x": 5, "y": 1}, {"x": 5, "y": 6}, {"x": 1, "y": 1}]
SPAN = {"start": 10, "end": 20}
MESSAGE = {"messageId": "m1", "modelConfigName": "M1"}
OTHER = {"messageId": "m2", "modelConfigName": "M2"}
DEEP = [
    {"name": "state", "answer": {"name": "open"}},
    {
        "name": "parts",
        "answer": [
            {
                "name": "door",
                "classifications": [
                    {
                        "name": "note",
                        "answer": "a text",
                        "classifications": [{"name": "tone", "answer": {"name": "calm"}}],
                    }
                ],
            },
            {"name": "wheel"},
        ],
    },
]


def task(form: str, **data: Any) -> dict[str, Any]:
    """A chat task's payload."""
    return {"messageEvaluationTask": {"format": form, "data": {"parentMessageId": "p", **data}}}


def held(*ranges: tuple[int, int]) -> list[dict[str, int]]:
    """Ranges as `frames`."""
    return [{"start": start, "end": end} for start, end in ranges]


def drawn(kind: str, shape: Any, *frames: int, **more: Any) -> dict[str, Any]:
    """A segment whose keyframes all have one geometry."""
    return {"keyframes": [{"frame": frame, kind: shape, **more} for frame in frames]}


KINDS: dict[str, dict[str, Any]] = {
    "bbox": {"bbox": BOX},
    "bbox with answers": {"bbox": BOX, "classifications": DEEP},
    "polygon": {"polygon": RING},
    "line": {"line": RING[:3]},
    "point": {"point": {"x": 12.5, "y": 40}},
    "geo point": {"point": {"x": -0.1276, "y": 51.5072}},
    "mask": {"mask": {"instanceURI": "https://h/m.png", "colorRGB": [255, 0, 7]}},
    "text entity": {"location": SPAN},
    "text entity with answers": {"location": SPAN, "classifications": DEEP[:1]},
    "conversational entity": {"messageId": "m1", "location": SPAN},
    "document bbox": {"bbox": BOX, "page": 2, "unit": "POINTS"},
    "document entity": {
        "textSelections": [
            {"groupId": "g1", "tokenIds": ["t1", "t2"], "page": 1},
            {"groupId": "g2", "tokenIds": [], "page": 2},
        ]
    },
    "radio": {"answer": {"name": "a"}},
    "radio, nested": {"answer": {"name": "a", "classifications": DEEP}},
    "checklist": {"answer": [{"name": "a"}, {"name": "b"}]},
    "checklist, nested": {"answer": [{"name": "a", "classifications": DEEP}, {"name": "b"}]},
    "text": {"answer": "Überall 𝄞"},
    "text, nested": {"answer": "t", "classifications": DEEP},
    "empty text": {"answer": ""},
    "message radio": {"messageId": "m1", "answer": {"name": "a"}},
    "message checklist": {"messageId": "m1", "answer": [{"name": "a"}]},
    "message text": {"messageId": "m1", "answer": "t"},
    "single selection": task("message-single-selection", **MESSAGE),
    "multi selection": task("message-multi-selection", selectedMessages=[MESSAGE, OTHER]),
    "ranking": task(
        "message-ranking", rankedMessages=[{**MESSAGE, "order": 1}, {**OTHER, "order": 2}]
    ),
    "video bbox": {"segments": [drawn("bbox", BOX, 13, 19), drawn("bbox", BOX, 30)]},
    "video point": {"segments": [drawn("point", {"x": 1, "y": 2}, 1, 2, 3)]},
    "video line": {"segments": [drawn("line", RING[:2], 5, 9)]},
    "video bbox with answers": {
        "segments": [drawn("bbox", BOX, 1, 5, classifications=[DEEP[0]]), drawn("bbox", BOX, 9)]
    },
    "video radio": {"answer": {"name": "a", "frames": held((1, 9), (20, 25))}},
    "video radio that changes": {
        "answer": [{"name": "a", "frames": held((1, 4))}, {"name": "b", "frames": held((5, 9))}]
    },
    "video checklist": {
        "export_kind": "checklist",
        "answer": [{"name": "a", "frames": held((1, 9))}, {"name": "b", "frames": held((4, 6))}],
    },
    "video text": {"answer": [{"value": "hi", "frames": held((1, 9), (12, 12))}]},
    "audio radio": {"export_in": "timestamp", "answer": [{"name": "a", "frames": held((0, 900))}]},
    "audio text": {
        "export_in": "timestamp",
        "answer": [
            {"value": "hi", "frames": held((0, 999))},
            {"value": "there", "frames": held((1500, 2000))},
        ],
    },
    "temporal, nested": {
        "answer": [
            {
                "value": "hi",
                "frames": held((1, 9)),
                "classifications": [
                    {"name": "tone", "answer": [{"name": "calm", "frames": held((2, 4))}]},
                    {
                        "name": "signs",
                        "export_kind": "checklist",
                        "answer": [
                            {
                                "name": "loud",
                                "frames": held((3, 8)),
                                "classifications": [
                                    {
                                        "name": "why",
                                        "answer": [{"value": "x", "frames": held((4, 8))}],
                                    }
                                ],
                            },
                            {"name": "fast", "frames": held((3, 3), (7, 8))},
                        ],
                    },
                ],
            }
        ]
    },
}


def named(payload: dict[str, Any], feature: str = "feature-1") -> dict[str, Any]:
    """A whole row of a payload."""
    return {"dataRow": {"globalKey": "a.jpg"}, "name": "Feature", "uuid": feature, **payload}


def back(row: dict[str, Any]) -> dict[str, Any]:
    """What the row is after its way there and back."""
    return plain({**row, "uuid": uuid_of(row["uuid"])})


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_comes_back_as_it_was(kind: str, convert: Convert) -> None:
    """One row, one label."""
    row = named(KINDS[kind])

    outcome = convert([data_row([[row]])])

    assert outcome.rows == [back(row)]
    assert outcome.refused == []
    assert outcome.objects == {"data_rows": 1, "labels": 1, "annotations": 1}


def medium(kind: str) -> str:
    """The medium that a kind belongs to."""
    words = {
        "text entity": "text",
        "conversational": "conversational",
        "message": "conversational",
        "document": "document",
        "geo": "geo",
        "single": "chat",
        "multi": "chat",
        "ranking": "chat",
        "video": "video",
        "temporal": "video",
        "audio": "audio",
    }
    return next((media for word, media in words.items() if kind.startswith(word)), "image")


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_comes_back_passes_the_rules(kind: str, convert: Convert) -> None:
    """Those of its medium; also what only timed questions and chat tasks have to keep."""
    assert faults(convert([data_row([[named(KINDS[kind])]])]).rows, media=medium(kind)) == []


def test_all_kinds_of_a_medium_come_back_from_one_label(convert: Convert) -> None:
    """Objects, classifications and what is timed, each with a uuid of its own feature."""
    audio = {kind for kind, payload in KINDS.items() if "export_in" in payload}
    rows = [
        named(payload, f"feature-{number}")
        for number, (kind, payload) in enumerate(KINDS.items())
        if kind not in audio
    ]

    found = convert([data_row([rows])]).rows

    assert sorted(found, key=str) == sorted((back(row) for row in rows), key=str)


@pytest.mark.parametrize("direction", ["unidirectional", "bidirectional"])
def test_relationships_come_back_and_find_their_ends(direction: str, convert: Convert) -> None:
    """Feature ids lead to uuids, in the edge and in the rows it joins."""
    ends = {"source": "feature-1", "target": "feature-2", "type": direction}
    edge = named({"relationship": ends}, "feature-3")
    rows = [named({"bbox": BOX}, "feature-1"), named({"point": RING[0]}, "feature-2"), edge]

    found = convert([data_row([rows])]).rows

    assert [row["uuid"] for row in found] == [uuid_of(f"feature-{n}") for n in (1, 2, 3)]
    assert found[2]["relationship"] == {
        "source": found[0]["uuid"],
        "target": found[1]["uuid"],
        "type": direction,
    }


def test_video_masks_come_back_as_one_row(convert: Convert) -> None:
    """Images by frame, instances by colour."""
    masks = {
        "frames": [
            {"index": 31, "instanceURI": "https://h/31.png"},
            {"index": 34, "instanceURI": "https://h/34.png"},
        ],
        "instances": [
            {"colorRGB": [76, 104, 177], "name": "cell"},
            {"colorRGB": [9, 9, 9], "name": "other"},
        ],
    }
    row = {"dataRow": {"globalKey": "a.jpg"}, "masks": masks}

    [found] = convert([data_row([[row]])]).rows

    assert found == {**row, "uuid": uuid_of("label-0/masks/0")}


def test_what_is_converted_twice_is_the_same(convert: Convert) -> None:
    """Bytes and uuids."""
    rows = [named(payload, kind) for kind, payload in KINDS.items() if "export_in" not in payload]
    exported = [data_row([rows, rows[:3]]), data_row([rows[3:]], key="b.jpg")]

    assert convert(exported) == convert(exported)
