"""What the vendor's pages build with the official types can be built with ours, row for row."""

import base64
from collections.abc import Sequence

import orjson
import pytest
from support import video_page
from support.checked import faults
from support.video_page import BOX, COLOUR, FIRST_SECOND, ROADS, SECOND_BOX

from bulkimport.rows.builders.answers import Checklist, Option, Radio, Text
from bulkimport.rows.builders.features import Annotation, DataRow, Row
from bulkimport.rows.builders.frames import FrameAnswer, over_frames
from bulkimport.rows.builders.geometry import Box, Line, Point, Polygon
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.masks import UrlMask
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.builders.temporal import TemporalQuestion, TemporalText, TextValue
from bulkimport.rows.builders.video import Keyframe, MaskFrame, MaskInstance, Track, VideoMasks

FIRST, SECOND = FIRST_SECOND
BOX_HERE, BOX_THERE = Box(**BOX), Box(**SECOND_BOX)
PLAYS = (
    (120, 240, "Quarterback throws a deep pass"),
    (241, 310, "Wide receiver catches the ball"),
    (311, 380, "Touchdown scored"),
)


def tracks() -> list[Annotation]:
    """Points, lines, boxes, questions below keyframes, and two instances in the same frames."""
    twins = [Track("bbox_video", [[Keyframe(22, BOX_HERE), Keyframe(27, BOX_THERE)]])] * 2
    lines = [
        [
            Keyframe(5, Line([(680, 100), (100, 190), (190, 220)])),
            Keyframe(20, Line([(680, 180), (100, 200), (200, 260)])),
        ],
        [
            Keyframe(24, Line([(300, 310), (330, 430)])),
            Keyframe(45, Line([(600, 810), (900, 930)])),
        ],
    ]
    asked = [
        Keyframe(10, BOX_THERE),
        Keyframe(11, BOX_THERE, [Checklist("checklist_class", [FIRST])]),
        Keyframe(13, BOX_THERE, [Checklist("checklist_class", [SECOND])]),
    ]
    return [
        Track("point_video", [[Keyframe(17, Point(660.134, 407.926))]]),
        Track("bbox_video", [[Keyframe(13, BOX_HERE), Keyframe(19, BOX_HERE)]]),
        Track("line_video_frame", lines),
        Track("bbox_class", [asked]),
        *twins,
    ]


def masks() -> VideoMasks:
    """One image for two frames."""
    png = base64.b64decode(video_page.mask())
    frames = [MaskFrame(index, png=png) for index in (31, 34)]
    return VideoMasks(frames, [MaskInstance("video_mask", COLOUR)])


def global_answers() -> list[Annotation]:
    """Of the whole video; the page writes the checklist below an option as a list elsewhere."""
    sub_radio = Radio("sub_radio_question", "first_sub_radio_answer")
    sub_checklist = Checklist("sub_checklist_question", ["first_sub_checklist_answer"])
    return [
        Radio("nested_radio_question", Option("first_radio_answer", [sub_radio])),
        Checklist("nested_checklist_question", [Option(FIRST, [sub_checklist])]),
        Radio("radio_class_global", "first_radio_answer"),
        Checklist("checklist_class_global", [FIRST, SECOND]),
        Text("free_text_global", "sample text"),
    ]


def frame_answers() -> list[Annotation]:
    """Frame by frame, as the page's Python has them."""
    checked = [FrameAnswer(at, Checklist("checklist_class", [FIRST, SECOND]), 0) for at in (29, 35)]
    chosen = [FrameAnswer(at, Radio("radio_class", "first_radio_answer"), 0) for at in (9, 15)]
    return [
        over_frames(checked),
        over_frames(chosen),
        TemporalText("free_text", [TextValue("sample text", [(13, 19)])]),
    ]


def temporal_answers() -> list[Annotation]:
    """With spans of their own, nested three deep."""
    roads = ([(0, 450), (900, 1200)], [(600, 1000)], [(950, 1200)])
    risk = TemporalQuestion("risk_level", [Option("high", frames=[(700, 850)])])
    phone = Option("mobile_phone_use", [risk], frames=[(550, 850)])
    distracted = [TemporalQuestion("distraction_type", [phone])]
    return [
        TemporalQuestion(
            "road_conditions",
            [Option(name, frames=frames) for name, frames in zip(ROADS, roads, strict=True)],
        ),
        TemporalQuestion(
            "traffic_light_state",
            [Option("red", frames=[(0, 300)]), Option("green", frames=[(301, 800)])],
        ),
        TemporalText(
            "play_description", [TextValue(text, [(start, end)]) for start, end, text in PLAYS]
        ),
        TemporalQuestion(
            "driver_behavior", [Option("distracted", distracted, frames=[(500, 900)])]
        ),
    ]


def page() -> list[Annotation]:
    """Every annotation of the page on videos."""
    return [*tracks(), masks(), *global_answers(), *frame_answers(), *temporal_answers()]


def test_every_annotation_of_the_page_on_videos_is_its_row() -> None:
    """The rows are those that the page writes by hand, equal twins included, in its order."""
    label = Label(DataRow(global_key=video_page.KEY), page())

    assert list(label.__rows__()) == video_page.rows()


def test_the_page_on_videos_passes_the_check() -> None:
    """Against an ontology that it fits; its boxes' question is a radio there, in a list here."""
    label = Label(DataRow(global_key=video_page.KEY), page(), benchmark=True)

    assert faults([label], media="video", ontology=video_page.ONTOLOGY) == []


SHOP = [(1.2, 1.2), (380.4, 0.0), (568.8, 426.0), (562.8, 692.4), (0.0, 889.2)]
ASKED = "Is it daytime or nighttime?"
TUTORIAL: Sequence[tuple[Annotation, Row]] = [
    (Radio(ASKED, "Daytime"), {"name": ASKED, "answer": {"name": "Daytime"}}),
    (
        Object("Human", Box.between((55.0, 670.0), (151.0, 956.0))),
        {"name": "Human", "bbox": {"top": 670.0, "left": 55.0, "height": 286.0, "width": 96.0}},
    ),
    (
        Object("Shopping store", Polygon(SHOP)),
        {
            "name": "Shopping store",
            "polygon": [{"x": x, "y": y} for x, y in (*SHOP, SHOP[0])],
        },
    ),
]


@pytest.mark.parametrize(("annotation", "row"), TUTORIAL)
def test_the_tutorial_s_annotations_are_its_rows(annotation: Annotation, row: Row) -> None:
    """Radio, box and polygon on an image."""
    label = Label(DataRow(global_key="stanford-test-image"), [annotation])

    assert list(label.__rows__()) == [{"dataRow": {"globalKey": "stanford-test-image"}, **row}]
    assert faults([label], media="image") == []


def test_rows_need_nothing_but_json() -> None:
    """No row holds an object of ours."""
    rows = list(
        Label(DataRow(id="a"), [*page(), Object("m", UrlMask("https://a/b", COLOUR))]).__rows__()
    )

    assert [orjson.loads(orjson.dumps(row)) for row in rows] == rows
