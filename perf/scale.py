"""How large a bench is: ten million rows, or as few as `BENCH_ROWS` says."""

import os
from dataclasses import dataclass

FULL = 10_000_000
SMALL = 1_000_000


@dataclass(frozen=True)
class Scale:
    """Rows and pairs; `warm` asks for a round before that does not count."""

    rows: int = FULL
    pairs: int = 3
    scan_pairs: int = 7
    warm: bool = True

    @property
    def scan_rows(self) -> int:
        """Rows for the scan, which needs no more for a steady rate."""
        return min(self.rows, SMALL)

    @property
    def long_rows(self) -> int:
        """Rows that are as long as thousands of others."""
        return max(10, self.scan_rows // 1_000)

    @property
    def object_rows(self) -> int:
        """Rows for the SDK's objects: ten million would take it most of an hour."""
        return min(self.rows, 200_000)

    @property
    def fewer_rows(self) -> int:
        """The smaller side where growth is measured."""
        return self.rows // 10

    @property
    def full(self) -> bool:
        """Tell whether the numbers may be held against the bars."""
        return self.rows >= FULL


def asked() -> Scale:
    """The scale that the environment asks for."""
    rows = int(os.environ.get("BENCH_ROWS", str(FULL)))
    pairs, scan_pairs = (3, 7) if rows >= SMALL else (2, 3)
    # A round of ten million rows warms nothing that making them has not warmed.
    return Scale(rows=rows, pairs=pairs, scan_pairs=scan_pairs, warm=rows < FULL)
