"""The page on videos as the vendor's Python builds it, with `labelbox.types`, list by list.

Each list is the annotations of a Label of its own there. Images are a PNG made here.
"""

import base64
from typing import Any

from support import video_page
from support.official_types import box, lb_types, option, question, said, seen
from support.video_page import BOX, COLOUR, FIRST_SECOND, ROADS, SECOND_BOX

FIRST, SECOND = FIRST_SECOND


def rectangle(measures: dict[str, Any]) -> Any:
    """A box, by its corners."""
    top, left = measures["top"], measures["left"]
    return box(left, top, left + measures["width"], top + measures["height"])


def line(*points: tuple[int, int]) -> Any:
    """A line."""
    return lb_types.Line(points=[lb_types.Point(x=x, y=y) for x, y in points])


def checklist(name: str, *options: Any) -> Any:
    """A checklist question."""
    return question(lb_types.Checklist(answer=list(options)), name)


def radio(name: str, chosen: Any) -> Any:
    """A radio question."""
    return question(lb_types.Radio(answer=chosen), name)


def timed(name: str, *answers: tuple[str, list[tuple[int, int]], list[Any]]) -> Any:
    """A temporal question."""
    value = [
        lb_types.TemporalClassificationAnswer(name=answer, frames=frames, classifications=below)
        for answer, frames, below in answers
    ]
    return lb_types.TemporalClassificationQuestion(name=name, value=value)


def objects() -> dict[str, list[Any]]:
    """Objects, frame by frame."""
    checked = [
        [],
        [checklist("checklist_class", option(FIRST))],
        [checklist("checklist_class", option(SECOND))],
    ]
    twin = [seen("bbox_video", 22, rectangle(BOX)), seen("bbox_video", 27, rectangle(SECOND_BOX))]
    return {
        "point": [seen("point_video", 17, lb_types.Point(x=660.134, y=407.926), None)],
        "bbox": [seen("bbox_video", frame, rectangle(BOX)) for frame in (13, 19)],
        "line": [
            seen("line_video_frame", 5, line((680, 100), (100, 190), (190, 220))),
            seen("line_video_frame", 20, line((680, 180), (100, 200), (200, 260))),
            seen("line_video_frame", 24, line((300, 310), (330, 430)), 1),
            seen("line_video_frame", 45, line((600, 810), (900, 930)), 1),
        ],
        "bbox with questions": [
            seen("bbox_class", frame, rectangle(SECOND_BOX), classifications=below)
            for frame, below in zip((10, 11, 13), checked, strict=True)
        ],
        "first instance": twin,
        "second instance": [one.model_copy() for one in twin],
    }


def answers() -> dict[str, list[Any]]:
    """Answers to global questions, and to questions by the frame."""
    both = lb_types.Checklist(answer=[option(FIRST), option(SECOND)])
    chosen = lb_types.Radio(answer=option("first_radio_answer"))
    below_radio = radio("sub_radio_question", option("first_sub_radio_answer"))
    below_checklist = checklist("sub_checklist_question", option("first_sub_checklist_answer"))
    first_radio = option("first_radio_answer", classifications=[below_radio])
    text = lb_types.Text(answer="sample text")
    return {
        "nested radio": [radio("nested_radio_question", first_radio)],
        "nested checklist": [
            checklist("nested_checklist_question", option(FIRST, classifications=[below_checklist]))
        ],
        "global radio": [radio("radio_class_global", option("first_radio_answer"))],
        "global checklist": [checklist("checklist_class_global", option(FIRST), option(SECOND))],
        "global text": [question(text, "free_text_global")],
        "frame checklist": [said("checklist_class", frame, both) for frame in (29, 35)],
        "frame radio": [said("radio_class", frame, chosen) for frame in (9, 15)],
        "frame text": [
            lb_types.TemporalClassificationText(name="free_text", value=[(13, 19, "sample text")])
        ],
    }


def temporal() -> dict[str, list[Any]]:
    """Temporal questions."""
    roads = ([(0, 450), (900, 1200)], [(600, 1000)], [(950, 1200)])
    risk = timed("risk_level", ("high", [(700, 850)], []))
    phone = timed("distraction_type", ("mobile_phone_use", [(550, 850)], [risk]))
    plays = [
        (120, 240, "Quarterback throws a deep pass"),
        (241, 310, "Wide receiver catches the ball"),
        (311, 380, "Touchdown scored"),
    ]
    return {
        "temporal checklist": [
            timed("road_conditions", *[(*one, []) for one in zip(ROADS, roads, strict=True)])
        ],
        "temporal radio": [
            timed("traffic_light_state", ("red", [(0, 300)], []), ("green", [(301, 800)], []))
        ],
        "temporal text": [
            lb_types.TemporalClassificationText(name="play_description", value=plays)
        ],
        "nested temporal": [timed("driver_behavior", ("distracted", [(500, 900)], [phone]))],
    }


def masks() -> dict[str, list[Any]]:
    """Masks, by their bytes."""
    png = base64.b64decode(video_page.mask())
    frames = [lb_types.MaskFrame(index=index, im_bytes=png) for index in (31, 34)]
    instances = [lb_types.MaskInstance(color_rgb=COLOUR, name="video_mask")]
    return {"masks": [lb_types.VideoMaskAnnotation(frames=frames, instances=instances)]}


def lists() -> dict[str, list[Any]]:
    """Every list of annotations of the page, by its heading."""
    return {**objects(), **masks(), **answers(), **temporal()}


def label(annotations: list[Any], **more: Any) -> Any:
    """A Label on the page's data row."""
    return lb_types.Label(data={"global_key": video_page.KEY}, annotations=annotations, **more)
