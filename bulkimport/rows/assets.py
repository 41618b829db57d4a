"""How large the assets are: read from a CSV or NDJSON that people have, kept as arrays.

Columns or keys: `global_key` (or `globalKey`) or `id`; `width`, `height`; `frame_count`,
`duration_ms`, `page_count`, `characters`. Others are left alone. 50 bytes an asset.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from bulkimport.errors import SourceUnreadable
from bulkimport.native import key_hash

KEYS = {"global_key": "g", "globalKey": "g", "id": "i"}
LASTS = ("frame_count", "duration_ms", "page_count", "characters")
NOWHERE = -1
# CSV fields such as row_data can be long texts.
LONGEST_FIELD = 16 << 20

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Assets:
    """Sizes by the hash of the data row key; `low` is sorted, `high` tells equal halves apart.

    `sizes` has width and height, NaN where unknown; `lasts` has one column for each of LASTS,
    NOWHERE where unknown.
    """

    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    sizes: NDArray[np.float64]
    lasts: Numbers

    def find(self, low: NDArray[np.uint64], high: NDArray[np.uint64]) -> Numbers:
        """The number of each key's asset, NOWHERE where there is none. A binary search each."""
        if not len(self.low):
            return np.full(len(low), NOWHERE, np.int64)
        at = np.minimum(np.searchsorted(self.low, low), len(self.low) - 1)
        same = (self.low[at] == low) & (self.high[at] == high)
        return np.where(same, at, NOWHERE)


def read_assets(path: Path) -> Assets:
    """Read a CSV with a header, or NDJSON. Raises SourceUnreadable with the line that is wrong."""
    assets = _csv(path) if path.suffix.lower() == ".csv" else _ndjson(path)
    hashes: list[tuple[int, int]] = []
    sizes: list[tuple[float, float]] = []
    lasts: list[tuple[int, ...]] = []
    for line, asset in assets:
        hashes.append(_key(asset, path, line))
        sizes.append((_size(asset, "width"), _size(asset, "height")))
        lasts.append(tuple(_last(asset, name) for name in LASTS))
    return _sorted(hashes, sizes, lasts)


def _sorted(
    hashes: list[tuple[int, int]], sizes: list[tuple[float, float]], lasts: list[tuple[int, ...]]
) -> Assets:
    keys = np.array(hashes, np.uint64).reshape(-1, 2)
    order = np.argsort(keys[:, 0], kind="stable")
    return Assets(
        low=keys[order, 0],
        high=keys[order, 1],
        sizes=np.array(sizes, np.float64).reshape(-1, 2)[order],
        lasts=np.array(lasts, np.int64).reshape(-1, len(LASTS))[order],
    )


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            for asset in reader:
                yield reader.line_num, asset
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnreadable(f"cannot be read: {error}", place=str(path)) from error


def _ndjson(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, orjson.loads(line)
    except (OSError, orjson.JSONDecodeError) as error:
        raise SourceUnreadable(f"cannot be read: {error}", place=str(path)) from error


def _key(asset: Mapping[str, object], path: Path, line: int) -> tuple[int, int]:
    for name, tag in KEYS.items():
        if key := asset.get(name):
            return key_hash(tag, str(key))
    raise SourceUnreadable(
        "an asset has neither global_key nor id",
        place=f"{path}:{line}",
        remedy="give each asset the key that its rows have",
    )


def _size(asset: Mapping[str, object], name: str) -> float:
    try:
        return float(str(asset.get(name)))
    except ValueError:
        return float("nan")


def _last(asset: Mapping[str, object], name: str) -> int:
    size = _size(asset, name)
    if not np.isfinite(size):
        return NOWHERE
    # Characters are counted from 0, frames and pages from 1, milliseconds reach the end.
    return int(size) - 1 if name == "characters" else int(size)
