"""Composites come apart into the masks that they were made of."""

import numpy as np
import pytest
from support.pngs import png

from bulkimport import masks_of_composite
from bulkimport.errors import UsageError
from bulkimport.masks.composite import compose

LABELS = np.array([[0, 1, 1], [70_000, 1, 0]], np.uint32)


def test_a_composite_comes_apart() -> None:
    """Each label with its mask, its pixels and its box."""
    masks, colours = masks_of_composite(compose(LABELS))

    assert set(masks) == {0, 1, 70_000}
    for label, mask in masks.items():
        assert np.array_equal(mask.mask(), label == LABELS)
    assert colours["count"].tolist() == [2, 3, 1]


def test_samples_of_grey_are_labels() -> None:
    """A plane of class ids is one too."""
    masks, _ = masks_of_composite(png(np.array([[3, 3], [4, 3]], np.uint8)))

    assert {label: mask.area() for label, mask in masks.items()} == {3: 3, 4: 1}


@pytest.mark.parametrize(("data", "told"), [(b"", "not-png"), (compose(LABELS)[:50], "truncated")])
def test_what_is_no_picture_is_refused(data: bytes, told: str) -> None:
    """With what is wrong with it."""
    with pytest.raises(UsageError, match=told):
        masks_of_composite(data)
