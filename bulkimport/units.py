"""Tables of documents that are split: units, and the annotations in them."""

import numpy as np

# An image with all its annotations. Its twin: `Units::begin` in native/src/coco/unit.rs.
UNIT = np.dtype(
    [
        ("key_low", "<u8"),  # xxh3-128 of the tag `i` and the file name, exactly as it is
        ("key_high", "<u8"),
        ("image_offset", "<u8"),  # where its elements lie, a comma before each
        ("annotations_offset", "<u8"),
        ("annotations_length", "<u8"),
        ("first_part", "<u8"),  # number of its first PART
        ("image_length", "<u4"),
        ("parts", "<u4"),
        ("source", "<u4"),
        ("padding", "<u4"),
    ]
)

# One annotation of a UNIT. Its twin: `Units::annotation` there.
PART = np.dtype(
    [
        ("offset", "<u8"),  # of the element in its document
        ("length", "<u4"),  # as it is written, with its comma
        ("line", "<u4"),
        ("category", "<u4"),  # number of the category among those that are sound
        ("padding", "<u4"),
    ]
)
