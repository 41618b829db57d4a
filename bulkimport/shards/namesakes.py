"""Images of equal file names: they belong together, wherever they stand.

Found on disk, partition by partition, so memory does not grow with the number of images.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bulkimport.shards.partitions import Partitions, Table, partitions_for
from bulkimport.units import UNIT

Hashes = NDArray[np.uint64]


def namesakes(tables: Iterable[Table], folder: Path, *, count: int) -> Table:
    """The units (UNIT) whose file name another unit has too, those of one name side by side.

    `count` is how many units there are about. Memory: a partition, and what is given.
    """
    partitions = Partitions(folder, count=partitions_for(count), dtype=UNIT)
    with closing(partitions):
        for table in tables:
            partitions.add_by(table, "key_low")
        alike = [_alike(partitions.load(number)) for number in range(partitions.count)]
    return np.concatenate([np.empty(0, UNIT), *alike])


def _alike(units: Table) -> Table:
    order = np.lexsort((units["source"], units["key_high"], units["key_low"]))
    units = units[order]
    same = (units["key_low"][1:] == units["key_low"][:-1]) & (
        units["key_high"][1:] == units["key_high"][:-1]
    )
    alike: Table = units[np.append(False, same) | np.append(same, False)]
    return alike


def without(tables: Iterable[Table], found: Table) -> Iterator[Table]:
    """The other units, in their order."""
    known = np.unique(found["key_low"])
    for table in tables:
        at = np.minimum(np.searchsorted(known, table["key_low"]), max(0, len(known) - 1))
        yield table[known[at] != table["key_low"]] if len(known) else table
