"""How far the rows of a data row reach, told from a few bytes: which may go beyond their asset.

As with `clues`, nothing is decided here: a data row of which some row may be too large is read
again and judged by `sizes`.
"""

import numpy as np
from numpy.typing import NDArray

from bulkimport.findings import HAS_BOX, HAS_LAST
from bulkimport.kernels.bounds import NOWHERE, beyond
from bulkimport.native import KINDS
from bulkimport.rows.assets import Assets
from bulkimport.shards.clues import Hashes
from bulkimport.shards.partitions import Table

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# How far neighbouring rows of one data row reach together.
EXTENT = np.dtype(
    [
        ("key_low", "<u8"),
        ("key_high", "<u8"),
        ("bounds", "<f8", (4,)),  # least x and y, greatest x and y; +inf and -inf for none
        ("lasts", "<i8", (4,)),  # last frame, millisecond, page and character; -1 for none
    ]
)

FRAMES, MILLISECONDS, PAGES, CHARACTERS = range(4)
COLUMNS = {
    "segments": FRAMES,
    "masks": FRAMES,
    "answer": FRAMES,
    "bbox": PAGES,
    "textSelections": PAGES,
    "location": CHARACTERS,
}
# Media whose coordinates are not the pixels of their asset.
UNSIZED = ("document", "geo")


def extents(rows: Table, measures: Table, *, media: str) -> Table:
    """The extents (EXTENT) of runs of neighbours among the good rows (ROW) of a block."""
    measures = np.compress(rows["code"][measures["row"]] == 0, measures)
    if not len(measures):
        return np.empty(0, EXTENT)
    keys = rows["key_low"][measures["row"]]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    table = np.empty(len(starts), EXTENT)
    first = measures["row"][starts]
    table["key_low"], table["key_high"] = rows["key_low"][first], rows["key_high"][first]
    bounds = bounds_of(measures, media=media)
    table["bounds"][:, :2] = np.minimum.reduceat(bounds[:, :2], starts)
    table["bounds"][:, 2:] = np.maximum.reduceat(bounds[:, 2:], starts)
    table["lasts"] = np.maximum.reduceat(lasts_of(measures, media=media), starts)
    return table


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


def bounds_of(measures: Table, *, media: str) -> NDArray[np.float64]:
    """Bounds in pixels of the asset (four a row); +inf and -inf for what is measured otherwise."""
    names = ("min_x", "min_y", "max_x", "max_y")
    bounds = np.stack([measures[name] for name in names], axis=1)
    sized = (measures["flags"] & HAS_BOX > 0) & np.equal(measures["unit"], 0)
    if media in UNSIZED:
        sized[:] = False
    bounds[~sized] = (np.inf, np.inf, -np.inf, -np.inf)
    return bounds


def lasts_of(measures: Table, *, media: str) -> Numbers:
    """The last place of each row in the column of what it counts; NOWHERE in all others."""
    column = np.full(len(KINDS), NOWHERE, np.int64)
    for kind, number in COLUMNS.items():
        column[KINDS.index(kind)] = number
    if media == "audio":
        column[KINDS.index("answer")] = MILLISECONDS
    if media == "conversational":
        # A span there is one of its message.
        column[KINDS.index("location")] = NOWHERE
    lasts = np.full((len(measures), 4), NOWHERE, np.int64)
    own = column[measures["kind"]]
    told = np.flatnonzero((measures["flags"] & HAS_LAST > 0) & (own != NOWHERE))
    lasts[told, own[told]] = np.minimum(measures["last"][told], np.iinfo(np.int64).max)
    return lasts


def columns_of(assets: Assets) -> tuple[NDArray[np.float64], Numbers]:
    """Sizes and ends of assets, as the kernel takes them."""
    table = assets.table
    sizes = np.stack([table["width"], table["height"]], axis=1)
    return sizes, np.ascontiguousarray(table["ends"])
