"""The rows of the published page on importing video annotations, with an ontology that fits them.

The page's rows carry no `dataRow` where they are shown and its mask is an image elsewhere; both are
added here. Its ontology lacks the text question at frame level, the global one and the temporal
questions, and calls the checklist below `bbox_class` a radio; here it fits. The two boxes that the
page shows as two instances in the same frames are equal rows: they must stay two.
"""

import base64
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

KEY: Final = "sample-video-jellyfish.mp4"
MASK_COLOUR: Final = (76, 104, 177)
BOX: Final = {"top": 617, "left": 1371, "height": 419, "width": 505}
OTHER_BOX: Final = {"top": 146.0, "left": 98.0, "height": 382.0, "width": 341.0}
FIRST: Final = "first_checklist_answer"
SECOND: Final = "second_checklist_answer"

Row = dict[str, Any]


def rows() -> list[Row]:
    """Every row of the page, each on the page's one data row."""
    told = (*tools(), *frame_questions(), *global_questions(), *temporal_questions(), masks())
    return [{**row, "dataRow": {"globalKey": KEY}} for row in told]


def twins() -> list[Row]:
    """The page's two boxes in the same frames: equal rows."""
    row = segments("bbox_video", keyframes("bbox", {22: BOX, 27: OTHER_BOX}))
    return [row, dict(row)]


def tools() -> list[Row]:
    """Objects: each row one instance, its keyframes in segments."""
    first_line = {
        5: points((680, 100), (100, 190), (190, 220)),
        20: points((680, 180), (100, 200), (200, 260)),
    }
    second_line = {
        24: points((300, 310), (330, 430)),
        45: points((600, 810), (900, 930)),
    }
    asked = keyframes("bbox", dict.fromkeys((10, 11, 13), OTHER_BOX))
    for keyframe, answer in zip(asked[1:], (FIRST, SECOND), strict=True):
        keyframe["classifications"] = [{"name": "checklist_class", "answer": [{"name": answer}]}]
    return [
        segments("point_video", keyframes("point", {17: {"x": 660.134, "y": 407.926}})),
        segments("bbox_video", keyframes("bbox", {13: BOX, 19: BOX})),
        segments("line_video_frame", keyframes("line", first_line), keyframes("line", second_line)),
        segments("bbox_class", asked),
        *twins(),
    ]


def frame_questions() -> list[Row]:
    """Answers that hold from a frame to a frame."""
    return [
        question("checklist_class", [answer(FIRST, (29, 35)), answer(SECOND, (29, 35))]),
        question("radio_class", answer("first_radio_answer", (9, 15))),
        question("free_text", [text("sample text", (13, 19))]),
    ]


def global_questions() -> list[Row]:
    """Answers that hold for the whole video, some with a question below."""
    below_radio = question("sub_radio_question", answer("first_sub_radio_answer"))
    below_checklist = question("sub_checklist_question", answer("first_sub_checklist_answer"))
    return [
        question("nested_radio_question", answer("first_radio_answer", below=[below_radio])),
        question("nested_checklist_question", [answer(FIRST, below=[below_checklist])]),
        question("radio_class_global", answer("first_radio_answer")),
        question("checklist_class_global", [answer(FIRST), answer(SECOND)]),
        question("free_text_global", "sample text"),
    ]


def temporal_questions() -> list[Row]:
    """Answers in the unified list form, nested within the frames of what is above them."""
    risk = question("risk_level", [answer("high", (700, 850))])
    kind = question("distraction_type", [answer("mobile_phone_use", (550, 850), below=[risk])])
    return [
        question(
            "road_conditions",
            [
                answer("rain", (0, 450), (900, 1200)),
                answer("construction_zone", (600, 1000)),
                answer("low_visibility", (950, 1200)),
            ],
        ),
        question("traffic_light_state", [answer("red", (0, 300)), answer("green", (301, 800))]),
        question(
            "play_description",
            [
                text("Quarterback throws a deep pass", (120, 240)),
                text("Wide receiver catches the ball", (241, 310)),
                text("Touchdown scored", (311, 380)),
            ],
        ),
        question("driver_behavior", [answer("distracted", (500, 900), below=[kind])]),
    ]


def masks() -> Row:
    """One composite image in two frames; the colour says which instance a pixel belongs to."""
    image = base64.b64encode(png(32, 24, MASK_COLOUR)).decode()
    return {
        "masks": {
            "frames": [{"index": frame, "imBytes": image} for frame in (31, 34)],
            "instances": [{"colorRGB": list(MASK_COLOUR), "name": "video_mask"}],
        }
    }


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """Draw a filled rectangle in the middle of a black image of 8-bit RGB."""
    black, drawn = bytes(3), bytes(colour)
    lines = []
    for y in range(height):
        inside = height // 4 <= y < 3 * height // 4
        pixels = (
            drawn if inside and width // 4 <= x < 3 * width // 4 else black for x in range(width)
        )
        lines.append(b"\0" + b"".join(pixels))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header),
        chunk(b"IDAT", zlib.compress(b"".join(lines))),
        chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG file: length, kind, content, checksum."""
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


# --- the shapes the rows are made of --------------------------------------------------------------


def segments(name: str, *each: list[Row]) -> Row:
    """An object by its segments."""
    return {"name": name, "segments": [{"keyframes": keyframes} for keyframes in each]}


def keyframes(kind: str, values: Mapping[int, object]) -> list[Row]:
    """Keyframes of one geometry."""
    return [{"frame": frame, kind: value} for frame, value in values.items()]


def points(*pairs: tuple[int, int]) -> list[Row]:
    """The points of a line."""
    return [{"x": x, "y": y} for x, y in pairs]


def question(name: str, given: object) -> Row:
    """A question and the answer given."""
    return {"name": name, "answer": given}


def answer(name: str, *spans: tuple[int, int], below: Iterable[Row] = ()) -> Row:
    """An option chosen, in these frames, with the questions below it."""
    chosen: Row = {"name": name}
    if spans:
        chosen["frames"] = frames(spans)
    if nested := list(below):
        chosen["classifications"] = nested
    return chosen


def text(value: str, *spans: tuple[int, int]) -> Row:
    """A text in these frames."""
    return {"value": value, "frames": frames(spans)}


def frames(spans: Iterable[tuple[int, int]]) -> list[Row]:
    """Spans of frames."""
    return [{"start": start, "end": end} for start, end in spans]


# --- the ontology ---------------------------------------------------------------------------------


def ontology() -> Row:
    """The page's ontology, mended where it does not fit its own rows."""
    radio, answers = ("first_radio_answer", "second_radio_answer"), (FIRST, SECOND)
    nested_radio = asks("radio", "sub_radio_question", "first_sub_radio_answer")
    nested_checklist = asks("checklist", "sub_checklist_question", "first_sub_checklist_answer")
    risk = asks("radio", "risk_level", "high")
    distraction = asks("radio", "distraction_type", "mobile_phone_use", below=risk)
    return {
        "tools": [
            {"tool": "rectangle", "name": "bbox_video"},
            {"tool": "point", "name": "point_video"},
            {"tool": "line", "name": "line_video_frame"},
            {"tool": "raster-segmentation", "name": "video_mask"},
            {
                "tool": "rectangle",
                "name": "bbox_class",
                "classifications": [asks("checklist", "checklist_class", *answers, scope="index")],
            },
            {
                "tool": "raster-segmentation",
                "name": "mask_with_text_subclass",
                "classifications": [asks("text", "sub_free_text")],
            },
        ],
        "classifications": [
            asks("checklist", "checklist_class", *answers, scope="index"),
            asks("radio", "radio_class", *radio, scope="index"),
            asks("text", "free_text", scope="index"),
            asks("radio", "nested_radio_question", radio[0], below=nested_radio),
            asks("checklist", "nested_checklist_question", FIRST, below=nested_checklist),
            asks("radio", "radio_class_global", *radio),
            asks("checklist", "checklist_class_global", *answers),
            asks("text", "free_text_global"),
            asks(
                "checklist",
                "road_conditions",
                *("rain", "construction_zone", "low_visibility"),
                scope="index",
            ),
            asks("radio", "traffic_light_state", "red", "green", scope="index"),
            asks("text", "play_description", scope="index"),
            asks("radio", "driver_behavior", "distracted", below=distraction, scope="index"),
        ],
    }


def asks(
    kind: str, name: str, *options: str, below: Row | None = None, scope: str = "global"
) -> Row:
    """A question of the ontology; `below` stands under each of its options."""
    nested = {} if below is None else {"options": [below]}
    return {
        "type": kind,
        "name": name,
        "instructions": name,
        "scope": scope,
        "options": [{"label": option, "value": option, **nested} for option in options],
    }
