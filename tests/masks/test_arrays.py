"""Masks held as arrays: kernels, the native half and NumPy say the same."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from support.pngs import png

from bulkimport.errors import UsageError
from bulkimport.masks.arrays import count_colours, merge_masks, recolour_masks, split_masks
from bulkimport.masks.pictures import Picture, pack, read_colours


def blocks(most: int, seed: int) -> NDArray[np.uint8]:
    """An RGB picture in blocks."""
    coarse = np.random.default_rng(seed).integers(0, most, (7, 9, 3))
    return coarse.astype(np.uint8).repeat(5, 0).repeat(6, 1)[:-2, :-3]


@pytest.mark.parametrize(("most", "seed"), [(1, 0), (2, 1), (3, 2), (255, 3)])
def test_kernels_native_and_numpy_count_the_same(most: int, seed: int) -> None:
    """Labels, pixels and boxes: of an array of colours or labels, and of a PNG."""
    picture = blocks(most, seed)
    told = count_colours(picture)
    read = read_colours(png(picture))
    values, counts = np.unique(pack(picture), return_counts=True)

    assert isinstance(read, Picture)
    assert told.tolist() == read.colours.tolist()
    assert told["label"].tolist() == values.tolist()
    assert told["count"].tolist() == counts.tolist()
    assert count_colours(pack(picture)).tolist() == told.tolist()
    assert count_colours(np.dstack([picture, picture[..., :1]])).tolist() == told.tolist()


def test_noise_is_counted_beyond_every_first_size() -> None:
    """Tables grow with the labels; none is lost on the way."""
    noise = np.random.default_rng(9).integers(0, 1 << 32, (150, 160)).astype(np.uint32)
    values, counts = np.unique(noise, return_counts=True)
    told = count_colours(noise)

    assert told["label"].tolist() == values.tolist()
    assert told["count"].tolist() == counts.tolist()


@pytest.mark.parametrize("width", [1, 2, 20, 21, 22, 63, 64, 65, 400])
@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.uint16, np.uint32, np.int64])
def test_lines_of_every_length_are_counted_whole(width: int, kind: type[np.generic]) -> None:
    """Runs that end with a word, a block or the line, of labels of one byte to four."""
    chance = np.random.default_rng(width)
    high = np.iinfo(kind).max if kind in {np.uint8, np.uint16} else 70_000
    few = chance.integers(0, min(high, 70_000), 3).astype(kind)
    labels = few[chance.integers(0, 3, (6, width))].repeat(2, 0)
    told = count_colours(labels)
    values, counts = np.unique(labels, return_counts=True)

    assert told["label"].tolist() == values.tolist()
    assert told["count"].tolist() == counts.tolist()
    for one in told:
        rows, columns = np.nonzero(labels == one["label"])
        assert (one["left"], one["right"]) == (columns.min(), columns.max() + 1)
        assert (one["top"], one["bottom"]) == (rows.min(), rows.max() + 1)


@pytest.mark.parametrize("picture", [np.zeros((2, 2, 2), np.uint8), np.zeros((2, 2, 3), np.uint16)])
def test_what_is_no_picture_of_colours_is_not_counted(picture: NDArray[Any]) -> None:
    """Channels are three, of a byte each."""
    with pytest.raises(UsageError, match="three bytes"):
        count_colours(picture)


def test_a_picture_without_pixels_has_no_colours() -> None:
    """Nothing is counted, and nothing fails."""
    assert count_colours(np.zeros((0, 5), np.uint8)).tolist() == []
    assert count_colours(np.zeros((5, 0, 3), np.uint8)).tolist() == []


def test_merged_masks_come_apart_again() -> None:
    """Where they overlap the later one wins, and how much that is is told."""
    masks = [np.zeros((4, 5), bool) for _ in range(2)]
    masks[0][:3], masks[1][2:, 1:] = True, True
    labels, covered = merge_masks(masks)
    apart = split_masks(labels)

    assert covered == 4
    assert set(apart) == {1, 2}
    assert np.array_equal(apart[2], masks[1])
    assert np.array_equal(apart[1], masks[0] & ~masks[1])


@pytest.mark.parametrize("masks", [[], [np.zeros((2, 2)), np.zeros((2, 3))], [np.zeros(4)]])
def test_masks_of_several_sizes_are_not_merged(masks: list[Any]) -> None:
    """Nothing is stretched in silence."""
    with pytest.raises(UsageError):
        merge_masks(masks)


def test_labels_are_recoloured_at_once() -> None:
    """A swap is no chain: 1 becomes 2 while 2 becomes 1; others stay."""
    labels = np.array([[0, 1, 1], [2, 7, 2]], np.uint8)

    assert recolour_masks(labels, {2: 1, 1: 2}).tolist() == [[0, 2, 2], [1, 7, 1]]
    assert labels.tolist() == [[0, 1, 1], [2, 7, 2]]
    assert recolour_masks(labels, {}).tolist() == labels.tolist()
    assert recolour_masks(np.zeros((0, 3), np.uint8), {1: 2}).shape == (0, 3)
