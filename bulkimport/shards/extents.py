"""How far the rows of a data row reach, told from a few bytes: which may go beyond their asset.

As with `clues`, nothing is decided here: a data row of which some row may be too large is read
again and judged by `sizes`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bulkimport.kernels.bounds import beyond
from bulkimport.native import KINDS, extents
from bulkimport.rows.assets import Assets
from bulkimport.shards.clues import Hashes
from bulkimport.shards.partitions import Table

Numbers = NDArray[np.int64]

FRAMES, MILLISECONDS, PAGES, CHARACTERS, NOT_COUNTED = range(5)
COLUMNS = {
    "segments": FRAMES,
    "masks": FRAMES,
    "answer": FRAMES,
    "bbox": PAGES,
    "textSelections": PAGES,
    "location": CHARACTERS,
}
OWN_COLUMNS = {
    "audio": {"answer": MILLISECONDS},
    # A span there is one of its message.
    "conversational": {"location": NOT_COUNTED},
}
# Media whose coordinates are not the pixels of their asset.
UNSIZED = ("document", "geo")


@dataclass(frozen=True, slots=True)
class Reaches:
    """How the rows of a medium are held to their assets."""

    sized: bool
    columns: bytes

    @classmethod
    def of_media(cls, media: str) -> "Reaches":
        """What is counted of each kind of row, and whether coordinates are pixels."""
        columns = COLUMNS | OWN_COLUMNS.get(media, {})
        numbers = [columns.get(kind, NOT_COUNTED) for kind in KINDS]
        return cls(media not in UNSIZED, bytes(numbers))

    def of_runs(self, rows: Table, measures: Table) -> Table:
        """The extents (EXTENT) of runs of neighbours among the good rows (ROW) of a block."""
        return extents(rows, measures, sized=self.sized, columns=self.columns, each=False)

    def of_each(self, rows: Table, measures: Table) -> Table:
        """The extent (EXTENT) of each measure by itself."""
        return extents(rows, measures, sized=self.sized, columns=self.columns, each=True)


def may_be_beyond(extents: Table, assets: Assets) -> Hashes:
    """The keys (low halves) of extents that reach over an edge of their asset at all."""
    bits = beyond(
        assets.find(extents),
        np.ascontiguousarray(extents["bounds"]),
        np.zeros(len(extents)),
        np.ascontiguousarray(extents["lasts"]),
        *columns_of(assets),
    )
    keys: Hashes = extents["key_low"][bits > 0]
    return keys


def columns_of(assets: Assets) -> tuple[NDArray[np.float64], Numbers]:
    """Sizes and ends of assets, as the kernel takes them."""
    table = assets.table
    sizes = np.stack([table["width"], table["height"]], axis=1)
    return sizes, np.ascontiguousarray(table["ends"])
