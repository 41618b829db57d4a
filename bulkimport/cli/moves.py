"""The flags that move points: scale, shift, clip, pixels of fractions, and the user's function."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bulkimport.cli.options import flag
from bulkimport.errors import UsageError
from bulkimport.formats.moves import Moves, Pair
from bulkimport.formats.tables import TableFile
from bulkimport.formats.transform_file import TransformFile


@dataclass(frozen=True)
class MoveFlags:
    """Flags that move points."""

    assets: Annotated[
        Path | None,
        flag(
            "--assets",
            "Sizes that rows are held to, CSV or NDJSON: global_key or id, width, height…",
        ),
    ] = None
    normalised: Annotated[
        bool, flag("--normalised", "Coordinates are fractions, 0 to 1, of the sizes in --assets.")
    ] = False
    scale: Annotated[
        str | None, flag("--scale", "Multiply coordinates: FX,FY or one for both.")
    ] = None
    shift: Annotated[str | None, flag("--shift", "Add to coordinates: DX,DY.")] = None
    transform: Annotated[
        str | None,
        flag("--transform", "Your own package.module:function over x, y, width, height, index."),
    ] = None
    clip: Annotated[
        bool, flag("--clip", "Move points outside the sizes in --assets to the nearest edge.")
    ] = False

    def read(self) -> Moves:
        """What is done to points; digests what it is done by. Raises UsageError."""
        scale, shift = self.scale, self.shift
        return Moves(
            normalised=self.normalised,
            scale=parse_pair(scale, place="--scale", one_for_both=True) if scale else None,
            shift=parse_pair(shift, place="--shift", one_for_both=False) if shift else None,
            transform=TransformFile.at(self.transform) if self.transform else None,
            clip=self.clip,
            assets=TableFile.at(self.assets) if self.assets else None,
        )


def parse_pair(text: str, *, place: str, one_for_both: bool) -> Pair:
    """Read two finite numbers with a comma between, or one for both. Raises UsageError."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if one_for_both and len(numbers) == 1:
        numbers *= 2
    if len(numbers) != len(("x", "y")) or not all(abs(one) < float("inf") for one in numbers):
        remedy = "write 2 or 2,0.5" if one_for_both else "write 10,-5"
        raise UsageError(f"{text!r} is no pair of numbers", place=place, remedy=remedy)
    x, y = numbers
    return x, y
