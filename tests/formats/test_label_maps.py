"""Instances held as arrays into rows that share a composite."""

import json
from base64 import b64decode

import numpy as np
import pytest

import bulkimport
from bulkimport.errors import UsageError
from bulkimport.masks.gallery import Gallery
from bulkimport.masks.judge import judge_mask, judge_masks
from bulkimport.masks.pictures import pack, read_pixels
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.label import Label

LABELS = np.array([[0, 1, 1], [70_000, 0, 2]])
NAMES = {1: "car", 2: "car", 70_000: "road"}


def test_all_rows_of_an_image_share_one_composite_that_passes_its_rules() -> None:
    """The labels come back from the picture; every colour is there."""
    label = Label(DataRow(global_key="a.jpg"), bulkimport.image_masks(LABELS, NAMES))
    rows = [json.loads(json.dumps(row)) for row in label.__rows__()]
    read = read_pixels(b64decode(rows[0]["mask"]["imBytes"]))

    assert isinstance(read, tuple)
    assert pack(read[1]).tolist() == LABELS.tolist()
    assert len({row["mask"]["imBytes"] for row in rows}) == 1
    assert [row["name"] for row in rows] == ["car", "car", "road"]
    gallery = Gallery()
    assert [judge_mask(row["mask"], gallery, (3, 2)) for row in rows] == [[], [], []]
    assert gallery.decoded == 1


def test_a_video_has_a_composite_a_frame_and_a_colour_an_instance() -> None:
    """One row, whatever the order of the frames; it passes its rules."""
    masks = bulkimport.video_masks({9: LABELS, 3: LABELS.T.copy().T * (LABELS < 9)}, NAMES)
    row = masks.row(DataRow(global_key="v.mp4"))

    assert [frame["index"] for frame in row["masks"]["frames"]] == [3, 9]
    assert [one["colorRGB"] for one in row["masks"]["instances"]][2] == [112, 17, 1]
    assert judge_masks(row["masks"], Gallery(), (3, 2)) == []


def test_labels_and_features_are_of_the_same_instances() -> None:
    """A row without its colour would be refused, a colour without a row would be lost."""
    with pytest.raises(UsageError, match=r"no feature: \[2\]"):
        bulkimport.image_masks(LABELS, {1: "car", 70_000: "road"})
    with pytest.raises(UsageError, match=r"do not occur: \[3\]"):
        bulkimport.image_masks(LABELS, {**NAMES, 3: "bus"})
    with pytest.raises(UsageError, match="at most"):
        bulkimport.image_masks(np.array([[1 << 24]]), {1 << 24: "car"})
