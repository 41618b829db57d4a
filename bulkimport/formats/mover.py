"""Points moved block by block, and which rows cannot go with theirs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bulkimport.formats.moves import Moves
from bulkimport.native import Coordinates, Rows
from bulkimport.rows.assets import ASSET, NOWHERE, Assets, read_assets

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

# What is wrong with a row, by number; the names are those of CONVERSION_RULES.
WRONG: Final = ("", "points-unread", "size-unknown", "points-lost")
UNREAD, SIZELESS, LOST = 1, 2, 3
# Sides of a box are differences, and of these any two are finite.
LARGEST: Final = 2.0**1022


@dataclass(frozen=True, slots=True)
class Sizes:
    """Width and height of each row's data row, NaN where they are not known."""

    width: Floats
    height: Floats

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Rows of which either is not known."""
        return np.isnan(self.width) | np.isnan(self.height)


@dataclass(frozen=True, slots=True)
class Moved:
    """Points where they are now, and what is wrong with each row, by its number in WRONG."""

    found: Coordinates
    index: Numbers
    wrong: NDArray[np.uint8]

    def sample(self, row: int) -> str:
        """The first point of a row that went nowhere, in words."""
        start, end = self.found.starts[row], self.found.starts[row + 1]
        x, y = self.found.x[start:end], self.found.y[start:end]
        at = int(np.argmax(_lost(x, y)))
        return f"{x[at]:g}, {y[at]:g}"


class Mover:
    """Moves points as asked; what compiles, compiles when it is made."""

    def __init__(self, moves: Moves) -> None:
        """Read the assets and compile the transform. Raises UsageError and SourceUnreadable."""
        # numba is loaded only by who moves points.
        from bulkimport.kernels import points  # noqa: PLC0415
        from bulkimport.kernels.custom import Transform  # noqa: PLC0415

        self._points = points
        self._moves = moves
        self._assets = Assets.read(moves.assets.unchanged().path) if moves.assets else None
        self._sized = moves.sized
        asked = moves.transform
        self._transform = Transform(asked.load(), name=asked.name) if asked else None

    def learn(self, sizes: Path) -> None:
        """Take the sizes of a document's own images, which count where no asset was given.

        Raises SourceUnreadable. Memory: 64 bytes an image, as of all assets.
        """
        known = [self._assets.table] if self._assets is not None else []
        self._assets = Assets.of(np.concatenate((np.empty(0, ASSET), *known, *read_assets(sizes))))
        self._sized = self._sized or self._moves.needs_sizes

    def move(self, found: Coordinates, rows: Rows) -> Moved:
        """Move the points of ROWs. Raises UsageError when the user's function fails."""
        sizes = _sizes(self._assets, rows)
        index = np.repeat(np.arange(len(rows)), np.diff(found.starts))
        x, y = found.x.copy(), found.y.copy()
        if len(x):
            x, y = self._moved(x, y, sizes=sizes, starts=found.starts.copy(), index=index)
        wrong = np.zeros(len(rows), np.uint8)
        lost = index[_lost(x, y)]
        wrong[lost] = LOST
        if self._sized:
            wrong[lost[sizes.unknown[lost]]] = SIZELESS
        wrong[found.broken] = UNREAD
        return Moved(found._replace(x=x, y=y), index, wrong)

    def _moved(
        self, x: Floats, y: Floats, *, sizes: Sizes, starts: Numbers, index: Numbers
    ) -> tuple[Floats, Floats]:
        moves, points = self._moves, self._points
        if moves.normalised:
            points.to_pixels(x, y, starts, sizes.width, sizes.height)
        if moves.scale:
            points.scale(x, y, *moves.scale)
        if moves.shift:
            points.shift(x, y, *moves.shift)
        if self._transform is not None:
            x, y = self._transform(x, y, sizes.width, sizes.height, index)
        if moves.clip:
            points.clip(x, y, starts, sizes.width, sizes.height)
        return x, y


def _sizes(assets: Assets | None, rows: Rows) -> Sizes:
    sizes = np.full((2, len(rows)), np.nan)
    if assets is not None and len(assets.table):
        at = assets.find(rows)
        both = np.stack([assets.table["width"], assets.table["height"]])
        sizes = np.where(at == NOWHERE, np.nan, both[:, at])
    return Sizes(np.ascontiguousarray(sizes[0]), np.ascontiguousarray(sizes[1]))


def _lost(x: Floats, y: Floats) -> NDArray[np.bool_]:
    # A comparison with NaN is false.
    return ~((np.abs(x) <= LARGEST) & (np.abs(y) <= LARGEST))
