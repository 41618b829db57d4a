"""What is wrong with masks, judged by their pictures alone."""

from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from support.pngs import colours, embedded, four_billion_pixels, png

from bulkimport.masks.gallery import Gallery, Seen
from bulkimport.masks.judge import UNKNOWN, Flaw, Size, judge_mask, judge_masks
from bulkimport.masks.pictures import Fault, Trouble

ROAD = png(colours(0, 1, 1, 2))


def flaws(mask: dict[str, Any], size: Size = UNKNOWN) -> list[Flaw]:
    """The names of what is wrong."""
    return [flawed.flaw for flawed in judge_mask(mask, Gallery(), size)]


def binary(data: bytes) -> dict[str, Any]:
    """The payload of a single mask."""
    return {"png": b64encode(data).decode()}


@pytest.mark.parametrize(
    ("mask", "size", "expected"),
    [
        (embedded(ROAD), UNKNOWN, []),
        (embedded(ROAD), (4, 4), []),
        (embedded(ROAD), (4, float("nan")), []),
        (embedded(ROAD, 0), UNKNOWN, []),
        (embedded(ROAD, 3), UNKNOWN, [Flaw.COLOUR_MISSING]),
        (embedded(ROAD), (5, 4), [Flaw.WRONG_SIZE]),
        (embedded(ROAD, 3), (4, 5), [Flaw.WRONG_SIZE, Flaw.COLOUR_MISSING]),
        (embedded(b"\xff\xd8\xff\xe0"), UNKNOWN, [Flaw.NOT_PNG]),
        (embedded(four_billion_pixels()), UNKNOWN, [Flaw.TOO_LARGE]),
        (embedded(ROAD[:48]), UNKNOWN, [Flaw.TRUNCATED]),
        (embedded(ROAD[:45] + b"\0" + ROAD[46:]), UNKNOWN, [Flaw.CORRUPT]),
        (embedded(png(colours(0, 1), "RGBA")), UNKNOWN, [Flaw.ALPHA_OR_DEEP]),
        (embedded(png(colours(0, 0xFFFFFF), "P"), 0xFFFFFF), UNKNOWN, [Flaw.PALETTE]),
        (embedded(png(np.array([[0, 7]])), 0x070707), UNKNOWN, []),
        (binary(png(np.eye(3))), (3, 3), []),
        (binary(png(np.eye(3))), (3, 4), [Flaw.WRONG_SIZE]),
        (binary(png(np.eye(3) * 255)), UNKNOWN, [Flaw.NOT_BINARY]),
        (binary(png(colours(1))), UNKNOWN, [Flaw.NOT_BINARY]),
        (binary(png(np.zeros((3, 3)))), UNKNOWN, [Flaw.EMPTY]),
        (binary(b""), UNKNOWN, [Flaw.NOT_PNG]),
        ({"size": [4, 3], "counts": [2, 10]}, (3, 4), []),
        ({"size": [4, 3], "counts": [2, 10]}, (4, 3), [Flaw.WRONG_SIZE]),
        ({"size": [4, 3], "counts": [12]}, UNKNOWN, [Flaw.EMPTY]),
        ({"instanceURI": "https://host/m.png", "colorRGB": [1, 0, 0]}, UNKNOWN, []),
    ],
)
def test_a_mask_has_the_flaws_of_its_picture(
    mask: dict[str, Any], size: Size, expected: list[Flaw]
) -> None:
    """Each flaw by its own name; what is unknown is not held against the mask."""
    assert flaws(mask, size) == expected


def test_a_picture_that_rows_share_is_decoded_once() -> None:
    """However many rows name its colours."""
    forgotten: list[Seen] = []
    gallery = Gallery(done=forgotten.append)
    for label in (1, 2):
        assert judge_mask(embedded(ROAD, label), gallery) == []
    gallery.close()

    assert gallery.decoded == 1
    assert [seen.unnamed.tolist() for seen in forgotten] == [[]]


def test_colours_that_nobody_names_are_told_when_a_picture_is_forgotten() -> None:
    """Black is the background and needs no name."""
    forgotten: list[Seen] = []
    gallery = Gallery(done=forgotten.append, most_pictures=1)
    judge_mask(embedded(ROAD, 1), gallery)
    judge_mask(embedded(png(colours(0, 9)), 9), gallery)

    assert [seen.unnamed.tolist() for seen in forgotten] == [[2]]


def test_addresses_are_fetched_when_asked() -> None:
    """Once, and one that cannot be had is a flaw."""
    asked: list[str] = []

    def fetch(address: str) -> bytes | Fault:
        asked.append(address)
        return ROAD if address.endswith("road.png") else Fault(Trouble.UNREACHABLE, "status 404")

    gallery = Gallery(fetch=fetch)
    mask = {"instanceURI": "https://host/road.png", "colorRGB": [3, 0, 0]}
    found = [judge_mask(mask, gallery) for _ in range(2)]
    away = {**mask, "instanceURI": "https://host/gone.png"}
    gone = [judge_mask(away, gallery) for _ in range(2)]

    assert [[flawed.flaw for flawed in one] for one in found] == [[Flaw.COLOUR_MISSING]] * 2
    assert [(one[0].flaw, one[0].found) for one in gone] == [(Flaw.UNREACHABLE, "status 404")] * 2
    assert asked == ["https://host/road.png", "https://host/gone.png"]


FIRST, SECOND = (f"$.masks.frames[{index}].imBytes" for index in range(2))
GREEN = "$.masks.instances[2].colorRGB"


def video(*frames: bytes, labels: tuple[int, ...]) -> dict[str, Any]:
    """The payload of a video's masks."""
    return {
        "frames": [
            {"index": index, "imBytes": b64encode(frame).decode()}
            for index, frame in enumerate(frames, start=1)
        ],
        "instances": [
            {"name": "road", "colorRGB": embedded(b"", label)["colorRGB"]} for label in labels
        ],
    }


@pytest.mark.parametrize(
    ("frames", "labels", "size", "expected"),
    [
        ([colours(0, 1), colours(0, 2)], (1, 2), UNKNOWN, []),
        ([colours(0, 1), colours(0, 2)], (1, 2, 3), UNKNOWN, [(Flaw.COLOUR_MISSING, GREEN)]),
        ([colours(0, 1), colours(0, 2)], (1,), UNKNOWN, [(Flaw.COLOUR_UNNAMED, SECOND)]),
        ([colours(0, 1), colours(1)], (1,), UNKNOWN, [(Flaw.WRONG_SIZE, SECOND)]),
        ([colours(0, 1)], (1,), (2, 5), [(Flaw.WRONG_SIZE, FIRST)]),
    ],
)
def test_the_masks_of_a_video_are_judged_over_all_frames(
    frames: list[Any], labels: tuple[int, ...], size: Size, expected: list[tuple[Flaw, str]]
) -> None:
    """A colour may be in any frame; all frames have one size."""
    found = judge_masks(video(*map(png, frames), labels=labels), Gallery(), size)

    assert [(flawed.flaw, flawed.path) for flawed in found] == expected


def test_a_frame_that_cannot_be_read_leaves_its_colours_open() -> None:
    """An instance may be in just that frame."""
    found = judge_masks(video(png(colours(0, 1)), ROAD[:48], labels=(1, 5)), Gallery())

    assert [flawed.flaw for flawed in found] == [Flaw.TRUNCATED]
