"""Every kind of row that an export can hold, as the payload of a row with its name and medium."""

from typing import Any

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
