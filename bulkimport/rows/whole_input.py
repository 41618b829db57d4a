"""What is said of an input as a whole: how to send it, never that one of its rows may not go.

| rule      | said when                                                 | of                     |
|-----------|-----------------------------------------------------------|------------------------|
| R-FILE-2  | lines are blank, which some readers fail on                | those lines            |
| R-DR-7    | some rows name their data row by its id, others by its key | the rows of the fewer  |
| R-FILE-8  | there are more than 1,000 masks, or rows on tiled imagery  | those rows             |
| R-FILE-10 | there are more than 100,000 data rows                      | all rows               |

Whether an id and a key are one data row is known to the platform alone, so R-DR-7 is said of a
mixture. The service advises 1,000 masks an import; a batch takes 100,000 data rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ADVICE = frozenset({"R-DR-7", "R-FILE-8", "R-FILE-10"})
MASKS_PER_IMPORT = 1_000
DATA_ROWS_PER_BATCH = 100_000
MASKS = ("mask", "masks")


@dataclass(frozen=True, slots=True)
class Whole:
    """An input counted: its good rows, also by kind and by how they name their data row."""

    rows: int
    data_rows: int
    by_id: int
    by_kind: Mapping[str, int]
    blank_lines: int = 0
    tiled: bool = False

    @property
    def masks(self) -> int:
        """Rows of which the service wants few in one import."""
        return self.rows if self.tiled else sum(self.by_kind.get(kind, 0) for kind in MASKS)


def advice(whole: Whole) -> dict[str, int]:
    """How many rows each rule of the table above is about, if it says anything."""
    told = {
        "R-FILE-2": whole.blank_lines,
        "R-DR-7": min(whole.by_id, whole.rows - whole.by_id),
        "R-FILE-8": whole.masks if whole.masks > MASKS_PER_IMPORT else 0,
        "R-FILE-10": whole.rows if whole.data_rows > DATA_ROWS_PER_BATCH else 0,
    }
    return {slug: rows for slug, rows in told.items() if rows > 0}
