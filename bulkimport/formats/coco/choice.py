"""What is asked of COCO documents: which kinds of rows, and what becomes of crowds."""

from dataclasses import dataclass
from enum import StrEnum

from bulkimport.errors import UsageError


class CocoRows(StrEnum):
    """A kind of row that an annotation may become."""

    BOXES = "boxes"
    POLYGONS = "polygons"
    MASKS = "masks"
    POINTS = "points"


class Crowds(StrEnum):
    """What becomes of annotations with `iscrowd`: a crowd cannot be told in a row."""

    KEEP = "keep"
    SKIP = "skip"


class Several(StrEnum):
    """What becomes of an object of several polygons: a row has only one."""

    APART = "apart"
    MASK = "mask"


@dataclass(frozen=True, slots=True)
class CocoChoice:
    """How COCO documents become rows: `rows` are the kinds wanted, all by default."""

    rows: frozenset[CocoRows] = frozenset(CocoRows)
    crowds: Crowds = Crowds.KEEP
    several: Several = Several.APART

    def __str__(self) -> str:
        """Spell it for the run's key, as it was spelled before there was `several`."""
        kinds = ",".join(kind for kind in CocoRows if kind in self.rows)
        several = f" several={self.several}" if self.several is not Several.APART else ""
        return f"{kinds} crowds={self.crowds}{several}"


def read_kinds(words: str) -> frozenset[CocoRows]:
    """Read `boxes,points`. Raises UsageError for what is no kind, or for none."""
    return frozenset(_kind(word.strip()) for word in words.split(","))


def _kind(word: str) -> CocoRows:
    try:
        return CocoRows(word)
    except ValueError as error:
        remedy = f"any of {', '.join(CocoRows)}"
        raise UsageError(
            f"{word!r} is no kind of row", place="--coco-rows", remedy=remedy
        ) from error
