"""The rows of the vendor's page on video annotations, and an ontology they fit.

The page's own ontology lacks some of its rows' questions; here `free_text` has index scope, and
`free_text_global` and the temporal questions are added. Masks are a small PNG made here.
"""

import base64
import struct
import zlib
from typing import Any

KEY = "sample-video-jellyfish.mp4"
BOX = {"top": 617, "left": 1371, "height": 419, "width": 505}
SECOND_BOX = {"top": 146.0, "left": 98.0, "height": 382.0, "width": 341.0}
COLOUR = (76, 104, 177)


def options(*values: Any) -> list[dict[str, Any]]:
    """Options of a question; a pair is an option with questions below it."""
    pairs = [value if isinstance(value, tuple) else (value, []) for value in values]
    return [{"label": value, "value": value, "options": below} for value, below in pairs]


def question(kind: str, name: str, *values: Any, scope: str = "global") -> dict[str, Any]:
    """A question of the ontology."""
    head = {"type": kind, "name": name, "instructions": name, "scope": scope}
    return {**head, "options": options(*values)}


FIRST_SECOND_RADIO = ("first_radio_answer", "second_radio_answer")
FIRST_SECOND = ("first_checklist_answer", "second_checklist_answer")
RISK = question("radio", "risk_level", "high")
DISTRACTION = question("radio", "distraction_type", ("mobile_phone_use", [RISK]))
SUB_RADIO = question("radio", "sub_radio_question", "first_sub_radio_answer")
SUB_CHECKLIST = question("checklist", "sub_checklist_question", "first_sub_checklist_answer")
ROADS = ("rain", "construction_zone", "low_visibility")

ONTOLOGY: dict[str, Any] = {
    "tools": [
        {"tool": "rectangle", "name": "bbox_video"},
        {"tool": "point", "name": "point_video"},
        {"tool": "line", "name": "line_video_frame"},
        {"tool": "raster-segmentation", "name": "video_mask"},
        {
            "tool": "rectangle",
            "name": "bbox_class",
            "classifications": [question("radio", "checklist_class", *FIRST_SECOND, scope="index")],
        },
        {
            "tool": "raster-segmentation",
            "name": "mask_with_text_subclass",
            "classifications": [question("text", "sub_free_text")],
        },
    ],
    "classifications": [
        question("checklist", "checklist_class", *FIRST_SECOND, scope="index"),
        question("radio", "radio_class", *FIRST_SECOND_RADIO, scope="index"),
        question("radio", "nested_radio_question", ("first_radio_answer", [SUB_RADIO])),
        question(
            "checklist", "nested_checklist_question", ("first_checklist_answer", [SUB_CHECKLIST])
        ),
        question("radio", "radio_class_global", *FIRST_SECOND_RADIO),
        question("checklist", "checklist_class_global", *FIRST_SECOND),
        question("text", "free_text", scope="index"),
        question("text", "free_text_global"),
        question("checklist", "road_conditions", *ROADS, scope="index"),
        question("radio", "traffic_light_state", "red", "green", scope="index"),
        question("text", "play_description", scope="index"),
        question("radio", "driver_behavior", ("distracted", [DISTRACTION]), scope="index"),
    ],
}


def frames(*spans: tuple[int, int]) -> list[dict[str, int]]:
    """Spans of frames, both ends inclusive."""
    return [{"start": start, "end": end} for start, end in spans]


def answer(name: str, *spans: tuple[int, int], below: Any = None) -> dict[str, Any]:
    """An answer, in some frames, with questions below it."""
    chosen: dict[str, Any] = {"name": name}
    if spans:
        chosen["frames"] = frames(*spans)
    if below is not None:
        chosen["classifications"] = [below]
    return chosen


def segment(*keyframes: tuple[int, str, Any]) -> dict[str, Any]:
    """A segment of keyframes, each a frame, a kind of geometry and the geometry."""
    return {"keyframes": [{"frame": frame, kind: value} for frame, kind, value in keyframes]}


def points(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    """The points of a line."""
    return [{"x": x, "y": y} for x, y in pairs]


def mask() -> str:
    """A PNG of 4 by 2 pixels in the colour of the page's instance, in base64."""
    line = b"\0" + bytes(COLOUR) * 2 + bytes(6)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 4, 2, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(line * 2)),
        (b"IEND", b""),
    )
    image = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return base64.b64encode(image).decode()


def checklist_keyframe(frame: int, name: str) -> dict[str, Any]:
    """A keyframe with a question below it."""
    below = [{"name": "checklist_class", "answer": [answer(name)]}]
    return {"frame": frame, "bbox": SECOND_BOX, "classifications": below}


def object_rows() -> list[dict[str, Any]]:
    """Points, lines and boxes; the page's two boxes over frames 22 to 27 are identical."""
    lines = (
        segment(
            (5, "line", points((680, 100), (100, 190), (190, 220))),
            (20, "line", points((680, 180), (100, 200), (200, 260))),
        ),
        segment(
            (24, "line", points((300, 310), (330, 430))),
            (45, "line", points((600, 810), (900, 930))),
        ),
    )
    twin = segment((22, "bbox", BOX), (27, "bbox", SECOND_BOX))
    with_questions = [
        {"frame": 10, "bbox": SECOND_BOX},
        checklist_keyframe(11, "first_checklist_answer"),
        checklist_keyframe(13, "second_checklist_answer"),
    ]
    return [
        {"name": "point_video", "segments": [segment((17, "point", {"x": 660.134, "y": 407.926}))]},
        {"name": "bbox_video", "segments": [segment((13, "bbox", BOX), (19, "bbox", BOX))]},
        {"name": "line_video_frame", "segments": list(lines)},
        {"name": "bbox_class", "segments": [{"keyframes": with_questions}]},
        {"name": "bbox_video", "segments": [twin]},
        {"name": "bbox_video", "segments": [twin]},
    ]


def twins() -> list[dict[str, Any]]:
    """The page's two boxes in the same frames: equal rows that must stay two."""
    return object_rows()[-2:]


def mask_row() -> dict[str, Any]:
    """One row for all masks of the video."""
    image = mask()
    shown = [{"index": index, "imBytes": image} for index in (31, 34)]
    instances = [{"colorRGB": list(COLOUR), "name": "video_mask"}]
    return {"masks": {"frames": shown, "instances": instances}}


def global_rows() -> list[dict[str, Any]]:
    """Answers that hold for the whole video."""
    radio = {"name": "sub_radio_question", "answer": answer("first_sub_radio_answer")}
    checklist = {"name": "sub_checklist_question", "answer": [answer("first_sub_checklist_answer")]}
    return [
        {"name": "nested_radio_question", "answer": answer("first_radio_answer", below=radio)},
        {
            "name": "nested_checklist_question",
            "answer": [answer("first_checklist_answer", below=checklist)],
        },
        {"name": "radio_class_global", "answer": answer("first_radio_answer")},
        {"name": "checklist_class_global", "answer": [answer(name) for name in FIRST_SECOND]},
        {"name": "free_text_global", "answer": "sample text"},
    ]


def frame_rows() -> list[dict[str, Any]]:
    """Answers that hold in some frames."""
    high = {"name": "risk_level", "answer": [answer("high", (700, 850))]}
    phone = {
        "name": "distraction_type",
        "answer": [answer("mobile_phone_use", (550, 850), below=high)],
    }
    roads = ([(0, 450), (900, 1200)], [(600, 1000)], [(950, 1200)])
    plays = (
        (120, 240, "Quarterback throws a deep pass"),
        (241, 310, "Wide receiver catches the ball"),
        (311, 380, "Touchdown scored"),
    )
    return [
        {"name": "checklist_class", "answer": [answer(name, (29, 35)) for name in FIRST_SECOND]},
        {"name": "radio_class", "answer": answer("first_radio_answer", (9, 15))},
        {"name": "free_text", "answer": [{"value": "sample text", "frames": frames((13, 19))}]},
        {
            "name": "road_conditions",
            "answer": [answer(name, *spans) for name, spans in zip(ROADS, roads, strict=True)],
        },
        {
            "name": "traffic_light_state",
            "answer": [answer("red", (0, 300)), answer("green", (301, 800))],
        },
        {
            "name": "play_description",
            "answer": [
                {"value": text, "frames": frames((start, end))} for start, end, text in plays
            ],
        },
        {"name": "driver_behavior", "answer": [answer("distracted", (500, 900), below=phone)]},
    ]


def rows() -> list[dict[str, Any]]:
    """Every row of the page, on its one data row, without uuids as the page has them."""
    made = [*object_rows(), mask_row(), *global_rows(), *frame_rows()]
    return [{**row, "dataRow": {"globalKey": KEY}} for row in made]
