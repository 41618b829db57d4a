"""Tracks and masks of videos."""

import base64

import pytest
from support.checked import faults

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Checklist
from bulkimport.rows.builders.features import DataRow, Feature
from bulkimport.rows.builders.geometry import Box, Line, Point
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.video import Keyframe, MaskFrame, MaskInstance, Track, VideoMasks

AT = DataRow(global_key="v.mp4")
BOX = Box(1, 2, 3, 4)
SIGNED = "https://masks.example/1.png?Signature=secret"


def test_a_track_is_its_segments_of_keyframes() -> None:
    """Answers stand on the keyframes."""
    track = Track(
        "car",
        [[Keyframe(13, BOX), Keyframe(19, BOX, [Checklist("q", ["a"])])], [Keyframe(30, BOX)]],
        uuid="00000000-0000-0000-0000-000000000001",
    )

    assert track.row(AT) == {
        "dataRow": {"globalKey": "v.mp4"},
        "name": "car",
        "uuid": "00000000-0000-0000-0000-000000000001",
        "segments": [
            {
                "keyframes": [
                    {"frame": 13, **BOX.members()},
                    {
                        "frame": 19,
                        **BOX.members(),
                        "classifications": [{"name": "q", "answer": [{"name": "a"}]}],
                    },
                ]
            },
            {"keyframes": [{"frame": 30, **BOX.members()}]},
        ],
    }


def test_two_instances_in_the_same_frames_are_two_rows() -> None:
    """The SDK makes one row of them, with its frames twice."""
    label = Label(AT, [Track("car", [[Keyframe(22, BOX), Keyframe(27, BOX)]]) for _ in range(2)])

    rows = list(label.__rows__())

    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert faults([label], media="video") == []


@pytest.mark.parametrize("shape", [BOX, Point(1, 2), Line([(1, 2), (3, 4)])])
def test_every_shape_of_the_format_has_keyframes(shape: Box | Point | Line) -> None:
    """Box, point and line."""
    assert faults([Label(AT, [Track("n", [[Keyframe(1, shape)]])])], media="video") == []


def test_all_masks_of_a_video_are_one_row() -> None:
    """An image for each frame, a colour for each instance."""
    masks = VideoMasks(
        [MaskFrame(1, url=SIGNED), MaskFrame(24, png=b"\x89PNG")],
        [MaskInstance("a", (1, 2, 3)), MaskInstance(Feature("b", "c" * 25), (4, 5, 6))],
        uuid="00000000-0000-0000-0000-000000000001",
    )

    assert masks.row(AT) == {
        "dataRow": {"globalKey": "v.mp4"},
        "uuid": "00000000-0000-0000-0000-000000000001",
        "masks": {
            "frames": [
                {"index": 1, "instanceURI": SIGNED},
                {"index": 24, "imBytes": base64.b64encode(b"\x89PNG").decode()},
            ],
            "instances": [
                {"colorRGB": [1, 2, 3], "name": "a"},
                {"colorRGB": [4, 5, 6], "name": "b", "featureSchemaId": "c" * 25},
            ],
        },
    }


def test_masks_may_be_made_into_rows_twice() -> None:
    """The SDK writes base64 into its own object, and cannot do it again."""
    masks = VideoMasks([MaskFrame(1, png=b"\x89PNG")], [MaskInstance("a", (1, 2, 3))])

    assert masks.row(AT) == masks.row(AT)


def test_a_frame_s_url_is_not_shown() -> None:
    """It may be signed."""
    assert "secret" not in repr(VideoMasks([MaskFrame(1, url=SIGNED)], []))


@pytest.mark.parametrize("images", [{}, {"url": "https://a/b", "png": b""}])
def test_a_frame_has_one_image(images: dict[str, object]) -> None:
    """None and two cannot be meant."""
    with pytest.raises(UsageError, match="masks of frame 3 are one image"):
        MaskFrame(3, **images)  # type: ignore[arg-type]
