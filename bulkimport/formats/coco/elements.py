"""Where the elements of a COCO document stand, for whoever passes them on as they are."""

from typing import NamedTuple

import numpy as np

from bulkimport.native import Bytes, CocoElements, Rows

# Where an element of a COCO document stands. Its twin: `Elements` in native/src/coco/element.rs.
ELEMENT = np.dtype(
    [
        ("offset", "<u8"),  # of its first byte in the document
        ("length", "<u4"),  # in bytes
        ("section", "u1"),  # index into SECTIONS
        ("flags", "u1"),
        ("padding", "<u2"),
        ("id", "<i8"),  # each of the three is 0 unless its flag is set
        ("image", "<i8"),  # `image_id`
        ("category", "<i8"),  # `category_id`
    ]
)

# Sections and flags of an ELEMENT. Their twins: native/src/coco/document.rs and element.rs.
SECTIONS = ("images", "annotations", "categories")
HAS_ID = 1
HAS_IMAGE = 2
HAS_CATEGORY = 4


class Elements(NamedTuple):
    """What stood in a block: bytes consumed, an array of ELEMENT, and what broke, if anything.

    That is the code's name, the offset in the document and the line.
    """

    consumed: int
    elements: Rows
    broken: tuple[str, int, int] | None


def find_elements(search: CocoElements, block: Bytes, *, last: bool) -> Elements:
    """Find where the elements of a block of a COCO document stand (a read-only array)."""
    consumed, table, broken = search.take(block, last=last)
    return Elements(consumed, np.frombuffer(memoryview(table), ELEMENT), broken)
