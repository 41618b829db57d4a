"""Which frames of a video's export become keyframes."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from support.converted import Outcome
from support.exported import data_row

Convert = Callable[..., Outcome]
JSON = dict[str, Any]


def exported(
    frames: Iterable[int],
    *,
    segments: list[list[int]] | None = None,
    keys: Any = None,
    said: dict[int, str] | None = None,
) -> JSON:
    """One feature whose box at frame f has left = f; `said` answers a question from frames on."""
    annotations: JSON = {"frames": {}}
    answer = None
    for frame in frames:
        answer = (said or {}).get(frame, answer)
        question = {"feature_id": f"q{frame}", "name": "state", "radio_answer": {"name": answer}}
        annotations["frames"][str(frame)] = {
            "objects": {
                "f": {
                    "name": "car",
                    "annotation_kind": "VideoBoundingBox",
                    "bounding_box": {"top": 0, "left": frame, "height": 1, "width": 1},
                    "classifications": [question] if answer else [],
                }
            }
        }
    if segments is not None:
        annotations["segments"] = {"f": segments}
    if keys is not None:
        annotations["key_frame_feature_map"] = {"f": keys}
    one = data_row([[]])
    one["projects"]["project-1"]["labels"][0]["annotations"] = annotations
    return one


def shown(outcome: Outcome) -> list[list[tuple[int, int]]]:
    """Frame and left of each keyframe of each segment."""
    [row] = outcome.rows
    return [
        [(keyframe["frame"], keyframe["bbox"]["left"]) for keyframe in segment["keyframes"]]
        for segment in row["segments"]
    ]


@pytest.mark.parametrize(
    "keys",
    [[1, 5, 9], {"1": True, "3": False, "5": True, "9": True}],
    ids=["list", "map of true and false"],
)
def test_of_interpolated_frames_the_keyframes_are_kept(keys: Any, convert: Convert) -> None:
    """Both forms of the map say which; what is dropped is counted."""
    outcome = convert([exported(range(1, 10), segments=[[1, 9]], keys=keys)])

    assert shown(outcome) == [[(1, 1), (5, 5), (9, 9)]]
    assert outcome.lost["interpolated-frames"] == 6


def test_the_ends_of_a_segment_are_keyframes(convert: Convert) -> None:
    """Though the map does not name them."""
    outcome = convert([exported(range(1, 10), segments=[[1, 4], [6, 9]], keys=[7])])

    assert shown(outcome) == [[(1, 1), (4, 4)], [(6, 6), (7, 7), (9, 9)]]


def test_a_segment_is_covered_to_its_end(convert: Convert) -> None:
    """After its last keyframe a row covers nothing, so the last one is repeated there."""
    outcome = convert([exported([2, 5], segments=[[2, 8]], keys=[2, 5])])

    assert shown(outcome) == [[(2, 2), (5, 5), (8, 5)]]
    assert outcome.lost["repeated-keyframes"] == 1


def test_a_frame_whose_answers_change_is_a_keyframe(convert: Convert) -> None:
    """Else the change would come too late; the ids of the answers differ and do not count."""
    outcome = convert(
        [exported(range(1, 10), segments=[[1, 9]], keys=[1], said={1: "parked", 6: "moving"})]
    )

    assert shown(outcome) == [[(1, 1), (6, 6), (9, 9)]]
    [row] = outcome.rows
    keyframes = row["segments"][0]["keyframes"]
    assert [k["classifications"][0]["answer"]["name"] for k in keyframes] == [
        "parked",
        "moving",
        "moving",
    ]


def test_without_a_map_every_frame_is_a_keyframe(convert: Convert) -> None:
    """Nothing says that any is interpolated."""
    assert shown(convert([exported([1, 4, 6], segments=[[1, 6]])])) == [[(1, 1), (4, 4), (6, 6)]]


def test_without_segments_there_is_one_from_the_first_to_the_last_frame(convert: Convert) -> None:
    """Every frame lies in it."""
    assert shown(convert([exported([3, 9], keys=[3, 9])])) == [[(3, 3), (9, 9)]]


def test_frames_outside_every_segment_are_counted(convert: Convert) -> None:
    """They cannot be shown; a segment without any frame has no keyframe."""
    outcome = convert([exported([1, 2, 9], segments=[[1, 2], [20, 30]])])

    assert shown(outcome) == [[(1, 1), (2, 2)]]
    assert outcome.lost["frames-outside-segments"] == 1


def test_frames_are_put_in_order_of_their_numbers(convert: Convert) -> None:
    """Keys of JSON are text: 10 comes after 9."""
    outcome = convert([exported([10, 9, 2], segments=[[2, 10]])])

    assert shown(outcome) == [[(2, 2), (9, 9), (10, 10)]]


def test_two_features_of_one_name_are_two_rows(convert: Convert) -> None:
    """Instances stay apart by their feature id."""
    one = exported([1, 2], segments=[[1, 2]])
    annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
    for frame in annotations["frames"].values():
        frame["objects"]["g"] = frame["objects"]["f"]

    first, second = convert([one]).rows

    assert first["uuid"] != second["uuid"]
    assert first["name"] == second["name"]


def test_a_kind_that_keyframes_cannot_carry_is_named(convert: Convert) -> None:
    """Once a feature, not once a frame."""
    one = exported([1, 2], segments=[[1, 2]])
    annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
    for frame in annotations["frames"].values():
        thing = frame["objects"]["f"]
        thing["annotation_kind"] = "VideoPolygon"
        thing["polygon"] = [thing.pop("bounding_box")]

    outcome = convert([one])

    assert outcome.rows == []
    assert outcome.lost["no-row-form: VideoPolygon"] == 1


def test_answers_nested_below_a_keyframe_are_written_and_counted(convert: Convert) -> None:
    """The service drops them, which is said beforehand."""
    one = exported([1], segments=[[1, 1]], said={1: "parked"})
    annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
    question = annotations["frames"]["1"]["objects"]["f"]["classifications"][0]
    question["radio_answer"]["classifications"] = [
        {"name": "where", "radio_answer": {"name": "street"}}
    ]

    outcome = convert([one])

    [row] = outcome.rows
    [asked] = row["segments"][0]["keyframes"][0]["classifications"]
    assert asked["answer"]["classifications"] == [{"name": "where", "answer": {"name": "street"}}]
    assert outcome.lost["keyframe-nesting"] == 1
