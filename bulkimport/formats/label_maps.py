"""The Python door for masks held as arrays: many instances, one composite, rows ready to be sent.

labels, covered = merge_masks([car, bus])
Label(DataRow(global_key="a.jpg"), image_masks(labels, {1: "car", 2: "bus"}))
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.masks.composite import colour_of, compose
from bulkimport.masks.pictures import read_colours
from bulkimport.rows.builders.features import Feature
from bulkimport.rows.builders.masks import ImageMask
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.builders.video import MaskFrame, MaskInstance, VideoMasks

Features = Mapping[int, str | Feature]


def image_masks(labels: NDArray[Any], features: Features) -> list[Object]:
    """Make an object of each label of a plane; all share one composite PNG.

    Labels are 1 to 16,777,215, and 0 is the background. Costs one pass over the pixels and the
    writing of one PNG. Raises UsageError for a label without a feature, and for a feature whose
    label does not occur: such a row would be refused.
    """
    png = compose(labels)
    _same(_found(png), set(features))
    return [
        Object(feature, ImageMask(png, colour_of(label))) for label, feature in features.items()
    ]


def video_masks(frames: Mapping[int, NDArray[Any]], features: Features) -> VideoMasks:
    """Make the masks of a video of planes by frame; a label is one instance in all of them.

    Raises UsageError as `image_masks` does.
    """
    pictures = {index: compose(labels) for index, labels in sorted(frames.items())}
    _same(set().union(*map(_found, pictures.values())), set(features))
    return VideoMasks(
        [MaskFrame(index, png=png) for index, png in pictures.items()],
        [MaskInstance(feature, colour_of(label)) for label, feature in features.items()],
    )


def _found(png: bytes) -> set[int]:
    picture = read_colours(png)
    colours = getattr(picture, "colours", np.zeros(0, [("label", "<u4")]))
    return set(colours["label"].tolist()) - {0}


def _same(found: set[int], named: set[int]) -> None:
    if unnamed := sorted(found - named):
        raise UsageError(
            f"labels have no feature: {unnamed[:5]}", remedy="name them, or make them 0"
        )
    if missing := sorted(named - found):
        raise UsageError(f"labels do not occur: {missing[:5]}", remedy="leave their features out")
