"""What a caller asks for, and which part of it decides what is sent."""

from collections.abc import AsyncIterable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from bulkimport.formats.conversion import Conversion
from bulkimport.model import Address, Kind
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import MEBIBYTE
from bulkimport.shards.cut import ShardCaps
from bulkimport.shards.group import Caps, Incomplete

MOST_ROWS_PER_SHARD = 100_000
NO_CONVERSION = Conversion()


class Uuids(StrEnum):
    """What to do with rows that have no uuid."""

    FILL = "fill"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Shaping:
    """The options that decide what is sent; with sources and destination they make the run."""

    uuids: Uuids = Uuids.FILL
    incomplete: Incomplete = Incomplete.HOLD
    rows_per_shard: int = MOST_ROWS_PER_SHARD
    bytes_per_shard: int = 64 * MEBIBYTE
    max_data_row_bytes: int = 256 * MEBIBYTE
    conversion: Conversion = NO_CONVERSION
    ruling: Ruling | None = None

    def options(self) -> dict[str, str]:
        """Every option as text, for the run's key and the plan; maps by the digest of a file."""
        made = ("conversion", "ruling")
        own = {name: str(getattr(self, name)) for name in self.__slots__ if name not in made}
        rules = {"rules": self.ruling.digest()} if self.ruling else {}
        return own | self.conversion.options() | rules

    def shard_caps(self) -> ShardCaps:
        """What one shard carries."""
        return ShardCaps(rows=self.rows_per_shard, bytes=self.bytes_per_shard)

    def caps(self) -> Caps:
        """What one data row may have."""
        fill = self.uuids is Uuids.FILL
        return Caps(rows=MOST_ROWS_PER_SHARD, bytes=self.max_data_row_bytes, fill=fill)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows made in Python: a name for messages and the (async) iterable that gives them once."""

    name: str
    rows: Iterable[object] | AsyncIterable[object]


@dataclass(frozen=True, slots=True)
class Request:
    """One import as asked for. `sources` are paths, patterns and `-`; `rows` come from Python.

    `first` is the canary: stop after so many data rows. `again` sends once more what a finished
    run has sent.
    """

    sources: Sequence[str]
    destination: Address
    endpoint: str
    kind: Kind
    runs: Path
    shaping: Shaping = field(default_factory=Shaping)
    rows: Rows | None = None
    stdin: BinaryIO | None = None
    first: int | None = None
    again: bool = False


def default_incomplete(kind: Kind) -> Incomplete:
    """Labels must be whole, so they are held; pre-labels may go without a rejected row."""
    return Incomplete.HOLD if kind is Kind.LABELS else Incomplete.SEND
