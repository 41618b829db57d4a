"""Video masks: within a row, a feature has one colour and a colour is one feature."""

from collections.abc import Callable
from typing import Any

import pytest
from support.converted import Outcome
from support.exported import data_row

Convert = Callable[..., Outcome]
Shown = dict[int, dict[str, tuple[str, int]]]


def exported(shown: Shown) -> dict[str, Any]:
    """Frames of masks: for each feature the image's name and its red."""
    one = data_row([[]])
    one["projects"]["project-1"]["labels"][0]["annotations"] = {
        "frames": {
            str(frame): {
                "objects": {
                    feature: {
                        "name": feature.upper(),
                        "annotation_kind": "VideoSegmentationMask",
                        "composite_mask": {"url": f"https://h/{image}", "color_rgb": [red, 0, 0]},
                    }
                    for feature, (image, red) in features.items()
                }
            }
            for frame, features in shown.items()
        }
    }
    return one


def rows(outcome: Outcome) -> list[tuple[dict[int, str], dict[str, int]]]:
    """Images by frame and red by name, of each row."""
    return [
        (
            {f["index"]: f["instanceURI"].rpartition("/")[2] for f in row["masks"]["frames"]},
            {one["name"]: one["colorRGB"][0] for one in row["masks"]["instances"]},
        )
        for row in outcome.rows
    ]


@pytest.mark.parametrize(
    ("shown", "expected", "apart"),
    [
        pytest.param(
            {1: {"a": ("1", 7), "b": ("1", 8)}, 2: {"a": ("2", 7)}},
            [({1: "1", 2: "2"}, {"A": 7, "B": 8})],
            0,
            id="colours that stay make one row",
        ),
        pytest.param(
            {1: {"a": ("1", 7)}, 2: {"a": ("2", 8)}, 3: {"a": ("3", 7)}},
            [({1: "1", 3: "3"}, {"A": 7}), ({2: "2"}, {"A": 8})],
            1,
            id="a feature that changes its colour",
        ),
        pytest.param(
            {1: {"a": ("1", 7)}, 2: {"b": ("2", 7)}},
            [({1: "1"}, {"A": 7}), ({2: "2"}, {"B": 7})],
            0,
            id="a colour that changes its feature",
        ),
        pytest.param(
            {1: {"a": ("x", 7), "b": ("y", 7)}, 2: {"a": ("z", 7)}},
            [({1: "x", 2: "z"}, {"A": 7}), ({1: "y"}, {"B": 7})],
            0,
            id="two images of one frame",
        ),
    ],
)
def test_images_are_shared_out_to_rows(
    shown: Shown,
    expected: list[tuple[dict[int, str], dict[str, int]]],
    apart: int,
    convert: Convert,
) -> None:
    """As few rows as colours allow; instances that come apart are counted."""
    outcome = convert([exported(shown)])

    assert rows(outcome) == expected
    assert outcome.lost.get("video-mask-identity", 0) == apart
    assert len({row["uuid"] for row in outcome.rows}) == len(expected)


def test_an_older_mask_is_white(convert: Convert) -> None:
    """One image an instance, in its own colour none."""
    one = exported({1: {"a": ("1", 7)}})
    annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
    thing = annotations["frames"]["1"]["objects"]["a"]
    thing["mask"] = {"url": thing.pop("composite_mask")["url"]}

    assert rows(convert([one])) == [({1: "1"}, {"A": 255})]


def test_answers_on_masks_are_counted(convert: Convert) -> None:
    """They have no row form."""
    one = exported({1: {"a": ("1", 7)}})
    annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
    annotations["frames"]["1"]["objects"]["a"]["classifications"] = [
        {"name": "q", "radio_answer": {"name": "y"}}
    ]

    assert convert([one]).lost["video-mask-answers"] == 1
