"""Run lengths against pycocotools: bit for bit, at random and at the edges."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco

from bulkimport.errors import UsageError
from bulkimport.masks.runs import RunLengths, masks_of_labels
from bulkimport.native import COLOUR

RANDOM_MASKS = 10_000
Mask = NDArray[np.uint8]


def blank(height: int, width: int) -> Mask:
    """A mask of nothing."""
    return np.zeros((height, width), np.uint8)


def with_pixels(mask: Mask, *places: tuple[Any, Any]) -> Mask:
    """The mask with these places set."""
    for place in places:
        mask[place] = 1
    return mask


EDGES = {
    "empty": blank(7, 5),
    "full": blank(7, 5) + 1,
    "one pixel picture": blank(1, 1),
    "one set pixel picture": blank(1, 1) + 1,
    "first pixel": with_pixels(blank(4, 6), (0, 0)),
    "last pixel": with_pixels(blank(4, 6), (3, 5)),
    "one row": with_pixels(blank(1, 9), (0, slice(2, 5))),
    "one column": with_pixels(blank(9, 1), (slice(2, 5), 0)),
    "odd sizes": with_pixels(blank(13, 17), (slice(3, 9), slice(5, 6)), (12, slice(0, 17))),
    "runs over columns": with_pixels(blank(3, 4), (slice(1, 3), 1), (slice(0, 2), 2)),
    "chequered": np.indices((9, 11)).sum(axis=0).astype(np.uint8) % 2,
    "65,536 wide": with_pixels(blank(3, 65_536), (1, slice(7, 65_000)), (2, 65_535)),
    "65,536 high": with_pixels(blank(65_536, 3), (slice(7, 65_000), 1), (65_535, 2)),
}


def official(mask: Mask) -> bytes:
    """The compressed spelling by pycocotools."""
    counts: bytes = coco.encode(np.asfortranarray(mask))["counts"]
    return counts


def random_mask(chance: np.random.Generator) -> Mask:
    """Blocks, noise, or both, of odd sizes."""
    height, width = chance.integers(1, 40, 2)
    if chance.random() < 0.5:
        return (chance.random((height, width)) < chance.random()).astype(np.uint8)
    mask = blank(height, width)
    for _ in range(chance.integers(1, 5)):
        top, left = chance.integers(0, height), chance.integers(0, width)
        mask[top : top + chance.integers(1, 20), left : left + chance.integers(1, 20)] ^= 1
    return mask


def assert_same(mask: Mask) -> None:
    """Both ways and both spellings are those of pycocotools."""
    runs = RunLengths.of(mask)
    text = official(mask)

    assert runs.compressed() == text
    assert runs.area() == mask.sum()
    read = RunLengths.read((mask.shape[0], mask.shape[1]), text)
    assert read.counts.tolist() == runs.counts.tolist()
    assert np.array_equal(read.mask(), mask)
    uncompressed: Any = {"size": list(mask.shape), "counts": runs.counts.tolist()}
    assert coco.frPyObjects(uncompressed, *mask.shape)["counts"] == text
    labels, _ = masks_of_labels(mask)
    if mask.any():
        assert labels[1].counts.tolist() == runs.counts.tolist()


def test_random_masks_are_those_of_pycocotools() -> None:
    """Ten thousand of them, encoded, compressed, expanded and decoded."""
    chance = np.random.default_rng(5)
    for _ in range(RANDOM_MASKS):
        assert_same(random_mask(chance))


@pytest.mark.parametrize("mask", EDGES.values(), ids=EDGES)
def test_the_edges_are_those_of_pycocotools(mask: Mask) -> None:
    """Empty, full, one pixel, one row, odd and very wide."""
    assert_same(mask)


def test_what_is_not_zero_is_set() -> None:
    """Booleans and any numbers are masks."""
    mask = with_pixels(blank(4, 5), (2, slice(1, 4)))
    wanted = RunLengths.of(mask).counts.tolist()

    for other in (mask.astype(bool), mask * 255, mask.astype(np.float64) * -0.5, mask.T.copy().T):
        assert RunLengths.of(other).counts.tolist() == wanted


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16, np.uint32, np.int64, ">u2"])
def test_labels_of_every_width_give_the_same_masks(dtype: Any) -> None:
    """One pass gives what a mask for each label would."""
    chance = np.random.default_rng(7)
    labels = chance.integers(0, 2, (31, 64)).repeat(3, axis=0).repeat(5, axis=1).astype(dtype)
    masks, colours = masks_of_labels(labels)

    assert set(masks) == set(np.unique(labels).tolist())
    for label, runs in masks.items():
        assert runs.compressed() == official((labels == label).astype(np.uint8))
    assert dict(zip(colours["label"].tolist(), colours["count"].tolist(), strict=True)) == dict(
        zip(*(part.tolist() for part in np.unique(labels, return_counts=True)), strict=True)
    )


def test_many_labels_are_many_masks() -> None:
    """Labels may be as large as 32 bits hold, and as many as the pixels."""
    labels = (np.arange(60_000, dtype=np.uint32) * 71_583).reshape(200, 300)
    masks, colours = masks_of_labels(labels)

    assert len(masks) == labels.size
    assert masks[int(labels[3, 4])].counts.tolist() == [4 * 200 + 3, 1, 59_196]
    assert len(colours) == labels.size


def test_a_picture_of_nothing_has_no_labels() -> None:
    """Arrays without pixels are no error."""
    assert masks_of_labels(np.zeros((0, 5), np.uint8)) == ({}, pytest.approx(np.zeros(0, COLOUR)))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.zeros((2, 2), np.float32), "integers"),
        (np.array([[-1]]), "0 to"),
        (np.array([[1 << 32]]), "0 to"),
        (np.zeros((2, 2, 3), np.uint8), "plane"),
    ],
)
def test_what_are_no_labels_are_refused(labels: NDArray[Any], words: str) -> None:
    """Nothing is cut or wrapped in silence."""
    with pytest.raises(UsageError, match=words):
        masks_of_labels(labels)


@pytest.mark.parametrize(
    "text", [b"\x01", b"~", b"P", b"0" * 3, b"1\xff", "é", b"ooooooooooo0", b"M"]
)
def test_hostile_strings_are_refused(text: bytes | str) -> None:
    """Other characters, cut numbers, negative runs, other sizes: an error, never a wrong mask."""
    with pytest.raises(UsageError):
        RunLengths.read((2, 2), text)


def test_counts_that_do_not_fill_the_size_are_refused() -> None:
    """Neither decoding nor anything else makes up pixels."""
    with pytest.raises(UsageError, match="add up to 5"):
        RunLengths((2, 2), np.array([2, 3], np.uint32)).mask()
    with pytest.raises(UsageError, match="add up"):
        RunLengths((2, 2), np.array([1 << 31, 1 << 31, 4], np.uint32)).mask()
