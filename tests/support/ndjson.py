"""Rows made to order, and the tables that a scan makes of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import numpy as np

from bulkimport.native import HAS_KEY, scan_block

if TYPE_CHECKING:
    from bulkimport.shards.partitions import Table


def numbered_uuid(number: int) -> str:
    """A uuid of its own for each number."""
    return str(uuid.UUID(int=number))


def made_row(
    key: str = "a",
    *,
    by: str = "globalKey",
    number: int | None = None,
    name: str = "car",
    x: int = 1,
    more: str = "",
) -> bytes:
    """A good row; `number` gives it a uuid, `more` is put in front of its payload."""
    head = "" if number is None else f'"uuid":"{numbered_uuid(number)}",'
    return (
        f'{{{head}"dataRow":{{"{by}":"{key}"}},"name":"{name}",{more}"point":{{"x":{x},"y":2}}}}'
    ).encode()


def scanned(*sources: bytes) -> Table:
    """All rows of some sources whose data row is known, as a partition holds them."""
    tables = [
        scan_block(source, source=number, offset=0, line=1, last=True)[2]
        for number, source in enumerate(sources)
    ]
    rows = np.concatenate(tables)
    return rows[rows["flags"] & HAS_KEY > 0]


def tiled(row: bytes, count: int) -> Table:
    """The table of a source that is one row `count` times, without writing that source."""
    rows = np.tile(scanned(row + b"\n"), count)
    rows["offset"] = np.arange(count, dtype=np.uint64) * np.uint64(len(row) + 1)
    rows["line"] = np.arange(1, count + 1)
    return rows
