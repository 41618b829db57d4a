"""What the native half refuses of a COCO document."""

from typing import NamedTuple


class CocoFault(NamedTuple):
    """An element of a COCO document that is refused: rule, place in the document, what is wrong."""

    slug: str
    offset: int
    length: int
    line: int
    path: str
    found: str
