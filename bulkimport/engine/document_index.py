"""RUN/index of documents: beside the ranges of each shard, its units.

units.bin       UNIT rows, those of one shard after another
carried.bin     CARRIED rows, one a shard: which of them it carries
framings.json   the frame of each source, and where its annotations (PART) are listed
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import orjson

from bulkimport.disk import AppendFile, disk_trouble_at, replace_file
from bulkimport.errors import RunMismatch
from bulkimport.model import Framing
from bulkimport.shards.partitions import Table
from bulkimport.shards.units import Parts, UnitCutter
from bulkimport.units import UNIT

CARRIED = np.dtype([("first", "<u8"), ("units", "<u8")])


class UnitWriter:
    """Appends the units of shards; nothing counts before `finish`."""

    def __init__(self, folder: Path) -> None:
        """Begin anew in a folder that exists."""
        self._folder = folder
        self._units = AppendFile(folder / "units.bin", size=0)
        self._carried: list[tuple[int, int]] = []
        self._written = 0

    def add(self, units: Table) -> None:
        """Append those of one shard."""
        self._units.write(units.tobytes())
        self._carried.append((self._written, len(units)))
        self._written += len(units)

    def finish(self, cutters: list[UnitCutter]) -> None:
        """Make all of it durable."""
        self._units.sync()
        carried = np.array(self._carried, CARRIED)
        replace_file(self._folder / "carried.bin", carried.tobytes())
        framings = [
            {"parts": str(one.parts.path), "framing": asdict(one.framing)} for one in cutters
        ]
        replace_file(self._folder / "framings.json", orjson.dumps(framings))

    def close(self) -> None:
        """Close the file."""
        self._units.close()


@dataclass(frozen=True, slots=True, eq=False)
class UnitIndex:
    """Reads what a UnitWriter finished. Memory: 16 bytes a shard, and one shard's units."""

    path: Path
    carried: Table
    cutters: tuple[UnitCutter, ...]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read the tables. Raises RunMismatch when they are gone."""
        try:
            with disk_trouble_at(folder):
                carried = np.frombuffer((folder / "carried.bin").read_bytes(), CARRIED)
                framings = orjson.loads((folder / "framings.json").read_bytes())
            return cls(
                folder / "units.bin",
                carried,
                tuple(_cutter(number, told) for number, told in enumerate(framings)),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RunMismatch("the run's index cannot be read", place=str(folder)) from error

    def units(self, number: int) -> Table:
        """The units of one shard. Raises RunMismatch when they are not all there."""
        first, count = (int(word) for word in self.carried[number])
        with disk_trouble_at(self.path):
            units = np.fromfile(self.path, UNIT, count=count, offset=first * UNIT.itemsize)
        if len(units) != count:
            raise RunMismatch("the run's index is cut off", place=str(self.path))
        return units


def _cutter(number: int, told: dict[str, Any]) -> UnitCutter:
    framing = dict(told["framing"])
    categories = tuple((offset, length) for offset, length in framing.pop("categories"))
    spans = {name: (span[0], span[1]) for name, span in framing.items()}
    return UnitCutter(Parts(Path(told["parts"])), Framing(**spans, categories=categories), number)
