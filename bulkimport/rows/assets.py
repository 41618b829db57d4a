"""How large the assets are: read from a CSV or NDJSON that people have, some thousands at a time.

| column or key                     | meaning                                                      |
|-----------------------------------|--------------------------------------------------------------|
| `global_key`, `globalKey`, `key`  | the data row by its global key                               |
| `id`, `data_row_id`               | the data row by its id; an asset may have both               |
| `width`, `height`                 | in pixels                                                    |
| `frame_count`, `frames`           | of a video, counted from 1                                   |
| `frame_rate`, `fps`               | with a duration they give the frames where they are not told |
| `duration_ms`, `duration`         | of audio or video, in milliseconds or seconds                |
| `page_count`, `pages`             | of a document, counted from 1                                |
| `characters`                      | of a text                                                    |

Others are left alone. Lines of a platform export are taken too, by their `data_row` and
`media_attributes`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
import orjson
from numpy.typing import NDArray

from bulkimport.errors import SourceUnreadable
from bulkimport.native import AssetSheet, key_hashes

# Equal keys are one data row; what is not known is NaN or NOWHERE.
ASSET = np.dtype(
    [
        ("key_low", "<u8"),
        ("key_high", "<u8"),
        ("width", "<f8"),
        ("height", "<f8"),
        ("ends", "<i8", (4,)),  # last frame, millisecond, page and character
    ]
)

NOWHERE = -1
ASSETS_AT_ONCE = 1 << 15
BYTES_AT_ONCE = 1 << 20
# By the tag of a key, the columns it may stand in.
KEYS = {"g": ("global_key", "globalKey", "key"), "i": ("id", "data_row_id")}
NUMBERS = (
    *("width", "height", "frame_count", "frames", "frame_rate", "fps"),
    *("duration_ms", "duration", "page_count", "pages", "characters"),
)

Table = np.ndarray[tuple[int], np.dtype[np.void]]
Numbers = NDArray[np.float64]
Hashes = NDArray[np.uint64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Assets:
    """Assets (ASSET) sorted by `key_low`, to be found by the keys of rows."""

    table: Table

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read all assets of a file into memory. Raises what `read_assets` raises."""
        return cls.of(np.concatenate((np.empty(0, ASSET), *read_assets(path))))

    @classmethod
    def of(cls, table: Table) -> Self:
        """Sort assets; of two with one key the first counts."""
        return cls(np.take(table, np.argsort(table["key_low"], kind="stable")))

    def find(self, rows: Table) -> NDArray[np.int64]:
        """The index of each row's asset by its key, NOWHERE where there is none."""
        if not len(self.table):
            return np.full(len(rows), NOWHERE, np.int64)
        low = self.table["key_low"]
        at = np.minimum(np.searchsorted(low, rows["key_low"]), len(low) - 1)
        same = (low[at] == rows["key_low"]) & (self.table["key_high"][at] == rows["key_high"])
        return np.where(same, at, NOWHERE)


@dataclass(frozen=True, slots=True)
class _Portion:
    """Some assets, column by column; of those keys that not all have, which ones do."""

    columns: Mapping[str, Numbers]
    keys: Sequence[tuple[Hashes, Mask]]
    nameless: int | None  # the first line without any key

    def numbers(self, *names: str) -> Numbers:
        """The first of some columns that tells, NaN where none does."""
        told = np.full(len(self), np.nan)
        for name in names:
            if name in self.columns:
                told = np.where(np.isnan(told), self.columns[name], told)
        return told

    def __len__(self) -> int:
        """How many assets there are."""
        return len(self.keys[0][1])


def read_assets(path: Path) -> Iterator[Table]:
    """Read a CSV with a header, or NDJSON, and give its assets (ASSET) in portions.

    An asset with two names is given twice. Raises SourceUnreadable for what cannot be read, with
    the line that is wrong where it is known.
    """
    portions = _csv(path) if path.suffix.lower() == ".csv" else _ndjson(path)
    for portion in portions:
        if portion.nameless is not None:
            raise SourceUnreadable(
                "an asset has neither global_key nor id",
                place=f"{path}:{portion.nameless}",
                remedy="give each asset the key that its rows have",
            )
        if len(portion):
            yield _named(_table(portion), portion)


def _table(portion: _Portion) -> Table:
    table, numbers = np.empty(len(portion), ASSET), portion.numbers
    table["width"], table["height"] = numbers("width"), numbers("height")
    milliseconds = numbers("duration_ms")
    milliseconds = np.where(np.isnan(milliseconds), numbers("duration") * 1000, milliseconds)
    frames = numbers("frame_count", "frames")
    told = np.ceil(numbers("frame_rate", "fps") * milliseconds / 1000)
    frames = np.where(np.isnan(frames), told, frames)
    # Characters are counted from 0, frames and pages from 1, milliseconds reach the end.
    pages, characters = numbers("page_count", "pages"), numbers("characters") - 1
    ends = np.stack([frames, milliseconds, pages, characters], axis=1)
    table["ends"] = np.where(np.isnan(ends), NOWHERE, ends).astype(np.int64)
    return table


def _named(table: Table, portion: _Portion) -> Table:
    parts = []
    for hashes, named in portion.keys:
        part = np.compress(named, table)
        part["key_low"], part["key_high"] = hashes[named].T
        parts.append(part)
    return np.concatenate(parts)


def _numbers(column: Sequence[object]) -> Numbers:
    try:
        told = np.array(column, np.float64)
    except (TypeError, ValueError):
        told = np.fromiter(map(_number, column), np.float64, len(column))
    return np.where(np.isfinite(told), told, np.nan)


def _number(value: object) -> float:
    """A number, or a text that spells one; NaN for anything else."""
    try:
        return float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return math.nan


def _csv(path: Path) -> Iterator[_Portion]:
    sheet = AssetSheet(
        numbers=list(NUMBERS), keys=[(tag, list(names)) for tag, names in KEYS.items()]
    )
    try:
        with path.open("rb") as file:
            piece = b"\n"
            while piece:
                piece = file.read(BYTES_AT_ONCE)
                numbers, keys, nameless = sheet.take(piece, last=not piece)
                columns = zip(NUMBERS, map(np.frombuffer, numbers), strict=True)
                yield _Portion(
                    {name: column for name, column in columns if len(column)},
                    [_keys(hashes, named) for hashes, named in keys],
                    nameless,
                )
    except (OSError, ValueError) as error:
        raise SourceUnreadable(f"cannot be read: {error}", place=str(path)) from error


def _keys(hashes: bytes, named: bytes) -> tuple[Hashes, Mask]:
    return np.frombuffer(hashes, np.uint64).reshape(-1, 2), np.frombuffer(named, np.bool_)


def _ndjson(path: Path) -> Iterator[_Portion]:
    names = {name for names in KEYS.values() for name in names}
    try:
        with path.open("rb") as file:
            lines = ((at, line) for at, line in enumerate(file, start=1) if line.strip())
            while some := list(islice(lines, ASSETS_AT_ONCE)):
                assets = [_flat(orjson.loads(line), f"{path}:{at}") for at, line in some]
                known = frozenset[str]().union(*assets)
                wanted = known.intersection(NUMBERS)
                nameless = (
                    at
                    for (at, _), asset in zip(some, assets, strict=True)
                    if not any(asset.get(name) for name in names)
                )
                yield _Portion(
                    {name: _numbers([asset.get(name) for asset in assets]) for name in wanted},
                    [_hashed(tag, assets, names) for tag, names in KEYS.items()],
                    next(nameless, None),
                )
    except (OSError, orjson.JSONDecodeError) as error:
        raise SourceUnreadable(f"cannot be read: {error}", place=str(path)) from error


def _hashed(
    tag: str, assets: Sequence[Mapping[str, object]], names: Sequence[str]
) -> tuple[Hashes, Mask]:
    keys = [next(filter(None, map(asset.get, names)), "") for asset in assets]
    named = np.fromiter(map(bool, keys), np.bool_, len(keys))
    return key_hashes(tag, list(map(str, keys))), named


def _flat(asset: object, place: str) -> Mapping[str, object]:
    """A line of a platform export tells of its data row one level down."""
    if not isinstance(asset, dict):
        raise SourceUnreadable("is no JSON object", place=place, remedy="give one asset a line")
    data_row, media = asset.get("data_row"), asset.get("media_attributes")
    if data_row is None and media is None:
        return asset
    return {
        **asset,
        **(data_row if isinstance(data_row, dict) else {}),
        **(media if isinstance(media, dict) else {}),
    }
