"""Masks of COCO become pictures, bit for bit as pycocotools has them."""

import base64
import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as peer
from support.coco import JSON, box, document
from support.converted import Outcome

from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Several
from bulkimport.formats.conversion import Conversion, Format

COCO = Conversion(Format.COCO)
MASKS = Conversion(Format.COCO, coco=CocoChoice(frozenset({CocoRows.MASKS})))
HEIGHT, WIDTH = 80, 100
Convert = Callable[..., Outcome]


def drawn(row: JSON) -> NDArray[np.uint8]:
    """The picture of a mask row."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(row["mask"]["png"]))))


def blot(seed: int) -> NDArray[np.uint8]:
    """A mask of chance."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 2, (HEIGHT // 4, WIDTH // 5), np.uint8)
    return np.kron(coarse, np.ones((4, 5), np.uint8))


def spelled(mask: NDArray[np.uint8], *, compressed: bool) -> JSON:
    """The mask as an RLE in either spelling."""
    if compressed:
        return {
            "size": [HEIGHT, WIDTH],
            "counts": peer.encode(np.asfortranarray(mask))["counts"].decode(),
        }
    flat = mask.ravel(order="F")
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat))))
    runs = np.diff(np.concatenate(([0], edges, [flat.size])))
    return {"counts": runs.tolist(), "size": [HEIGHT, WIDTH]}


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_run_lengths_become_the_same_pixels(
    convert: Convert, seed: int, *, compressed: bool
) -> None:
    """Whether they are numbers or a string."""
    mask = blot(seed)
    crowd = box(1, iscrowd=1, bbox=None, segmentation=spelled(mask, compressed=compressed))

    outcome = convert(json.dumps(document(crowd)).encode(), COCO)

    [row] = outcome.rows
    assert row["name"] == "car mask"
    assert np.array_equal(drawn(row), mask)
    assert outcome.lost["crowds"] == 1


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # pycocotools' own
def test_polygons_are_filled_together_when_only_masks_are_asked_for(convert: Convert) -> None:
    """As pycocotools fills them; the object stays one."""
    rings = [[10, 20, 60.5, 20, 40, 60], [50, 30, 90, 35, 70, 75.25, 55, 70]]
    read = json.dumps(document(box(1, segmentation=rings))).encode()

    outcome = convert(read, MASKS)

    [row] = outcome.rows
    merged = peer.merge(peer.frPyObjects(rings, HEIGHT, WIDTH))
    assert np.array_equal(drawn(row), peer.decode(merged))
    assert "several-polygons" not in outcome.lost


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # pycocotools' own
def test_an_object_of_several_polygons_may_stay_one_by_a_mask(convert: Convert) -> None:
    """And those of one polygon stay polygons."""
    rings = [[10, 20, 60.5, 20, 40, 60], [50, 30, 90, 35, 70, 75.25, 55, 70]]
    read = json.dumps(document(box(1, segmentation=rings), box(2, segmentation=rings[:1])))
    choice = CocoChoice(frozenset({CocoRows.POLYGONS, CocoRows.MASKS}), several=Several.MASK)

    outcome = convert(read.encode(), Conversion(Format.COCO, coco=choice))

    mask, polygon = outcome.rows
    merged = peer.merge(peer.frPyObjects(rings, HEIGHT, WIDTH))
    assert np.array_equal(drawn(mask), peer.decode(merged))
    assert (polygon["name"], len(polygon["polygon"])) == ("car", 3)
    assert "several-polygons" not in outcome.lost


def test_polygons_cannot_be_filled_in_an_image_without_a_size(convert: Convert) -> None:
    """The annotation is refused, and named."""
    read = document(box(1, segmentation=[[10, 20, 60, 20, 40, 60]]))
    del read["images"][0]["width"]

    outcome = convert(json.dumps(read).encode(), MASKS)

    assert not outcome.rows
    assert [(one["slug"], one["path"]) for one in outcome.refused] == [
        ("R-COCO-18", "$.annotations[0].segmentation")
    ]


WRONG: list[JSON] = [
    {"size": [80, 100], "counts": [7999]},
    {"size": [80, 100], "counts": [8001]},
    {"size": [80, 100], "counts": [4294967295, 4294967295]},
    {"size": [80, 100], "counts": [-1, 8001]},
    {"size": [80, 100], "counts": [0.5, 7999.5]},
    {"size": [80, 100], "counts": "zzz"},
    {"size": [80, 100], "counts": None},
    {"size": [80], "counts": [80]},
    {"size": [0, 0], "counts": []},
    {"size": [4294967295, 4294967295], "counts": [1]},
    {"counts": [8000]},
    {"size": [100, 80], "counts": [8000]},
]


@pytest.mark.parametrize("segmentation", WRONG)
def test_run_lengths_that_do_not_fit_are_refused(convert: Convert, segmentation: JSON) -> None:
    """R-COCO-12: nothing is drawn that was not said."""
    crowd = box(1, iscrowd=1, segmentation=segmentation)

    refused = convert(json.dumps(document(crowd)).encode(), COCO).refused

    assert [one["slug"] for one in refused] == ["R-COCO-12"]
