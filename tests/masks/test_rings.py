"""Polygons against pycocotools' rasteriser, and masks that come back from their outlines."""

import time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco

from bulkimport.errors import UsageError
from bulkimport.masks.rings import mask_of_rings, rings_of_mask

RANDOM_POLYGONS = 10_000


def official(rings: list[Any], height: int, width: int) -> bytes:
    """The union of rings by pycocotools, compressed."""
    counts: bytes = coco.merge(coco.frPyObjects(rings, height, width))["counts"]
    return counts


def random_ring(chance: np.random.Generator, height: int, width: int) -> list[float]:
    """Floats, halves, whole numbers and repeated points, inside and beyond the picture."""
    points = chance.uniform(-0.5, 1.5, (chance.integers(3, 12), 2)) * (width, height)
    grain = chance.choice([0, 1, 2, 10])
    if grain:
        points = np.round(points * grain) / grain
    if chance.random() < 0.2:
        points = points.repeat(2, axis=0)
    flat: list[float] = points.ravel().tolist()
    return flat


def test_random_polygons_are_those_of_pycocotools() -> None:
    """Ten thousand, of one ring or several."""
    chance = np.random.default_rng(11)
    for _ in range(RANDOM_POLYGONS):
        height, width = (int(side) for side in chance.integers(1, 60, 2))
        rings = [random_ring(chance, height, width) for _ in range(chance.integers(1, 4))]

        assert mask_of_rings(rings, (height, width)).compressed() == official(
            rings, height, width
        ), rings


@pytest.mark.parametrize(
    ("ring", "size"),
    [
        ([0, 0, 10, 0, 10, 10, 0, 10], (10, 10)),
        ([0, 0, 1, 0, 1, 1, 0, 1], (1, 1)),
        ([2, 2, 2, 2, 2, 2], (5, 5)),
        ([1, 1, 8, 1, 1, 1], (9, 9)),
        ([0, 0, 65_536, 0, 65_536, 3, 0, 2], (3, 65_536)),
        ([0, 0, 3, 0, 3, 65_536, 0, 65_000], (65_536, 3)),
        ([0.5, 0.5, 9.5, 0.5, 9.5, 9.5], (10, 10)),
        ([-7, -7, 30, -7, 30, 30, -7, 30], (11, 13)),
        ([-9, -9, -2, -9, -2, -2], (11, 13)),
        ([0, 6, 12, 6, 0, 6.4, 12, 6.4], (13, 13)),
    ],
)
def test_the_edges_are_those_of_pycocotools(ring: list[float], size: tuple[int, int]) -> None:
    """Full, one pixel, no area, one row, very wide and high, beyond the picture."""
    assert mask_of_rings([ring], size).compressed() == official([ring], *size)


def test_a_ring_beyond_everything_costs_nothing() -> None:
    """The price goes by columns of the picture, not by the length of edges."""
    began = time.process_time()
    everything = mask_of_rings(
        [[-1e300, -1e300, 1e300, -1e300, 1e300, 1e300, -1e300, 1e300]], (50, 60)
    )

    assert everything.area() == 50 * 60
    assert time.process_time() - began < 30  # drawn point by point it would take hours


@pytest.mark.parametrize(
    "ring", [[1, 1, 2, 2], [0, 0, 1, float("nan"), 2, 2], [0, 0, 1, 1, float("inf"), 2]]
)
def test_what_is_no_ring_is_refused(ring: list[float]) -> None:
    """Two points enclose nothing, and NaN lies nowhere."""
    with pytest.raises(UsageError):
        mask_of_rings([ring], (5, 5))


def test_no_rings_are_an_empty_mask() -> None:
    """And so are sizes without pixels."""
    assert mask_of_rings([], (3, 4)).counts.tolist() == [12]
    assert mask_of_rings([[0, 0, 1, 0, 1, 1]], (0, 4)).area() == 0


def test_sizes_that_runs_cannot_count_are_refused() -> None:
    """2^32 pixels are one too many."""
    with pytest.raises(UsageError, match="no size"):
        mask_of_rings([], (65_536, 65_536))


def refilled(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The outline filled, holes taken out again; rings of holes lie inside others."""
    size = (mask.shape[0], mask.shape[1])
    again = np.zeros(size, np.uint8)
    for ring in rings_of_mask(mask):
        again ^= mask_of_rings([ring.corners], size).mask()
    return again


def test_random_masks_come_back_from_their_outlines() -> None:
    """Noise has every way in which pixels can touch."""
    chance = np.random.default_rng(13)
    for _ in range(1_000):
        height, width = chance.integers(1, 20, 2)
        mask = (chance.random((height, width)) < chance.random()).astype(np.uint8)

        assert np.array_equal(refilled(mask), mask), mask


def test_holes_are_told() -> None:
    """A ring in a ring in a ring: edge, hole, edge."""
    mask = np.zeros((9, 9), np.uint8)
    mask[1:8, 1:8] = 1
    mask[2:7, 2:7] = 0
    mask[4, 4] = 1
    rings = rings_of_mask(mask)

    assert [ring.hole for ring in rings] == [False, True, False]
    assert rings[1].corners.tolist() == [[2, 2], [7, 2], [7, 7], [2, 7]]
    assert rings_of_mask(mask * 0) == rings_of_mask(np.zeros((0, 3))) == []


def test_pixels_that_touch_at_a_corner_are_apart() -> None:
    """Each is a ring of its own, and none is a hole."""
    rings = rings_of_mask(np.eye(4))

    assert len(rings) == 4
    assert not any(ring.hole for ring in rings)
    assert all(len(ring.corners) == 4 for ring in rings)
