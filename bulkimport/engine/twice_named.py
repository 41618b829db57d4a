"""Rows that name two data rows, an id and a global key: the rows of both are their companions."""

import json

import numpy as np

from bulkimport.native import CODES, HAS_KEY, KEY_IS_ID, key_hash
from bulkimport.shards.partitions import Table

BOTH = CODES.index("data-row-both")
TAGS = {"id": ("i", HAS_KEY | KEY_IS_ID), "globalKey": ("g", HAS_KEY)}


def twice_named(rows: Table, block: bytes, offset: int) -> Table:
    """Give each refused row (ROW) of a block that has two names once for each of them.

    Nobody can say which data row was meant, so a label of either may lack this row.
    """
    copies = []
    for row in rows[rows["code"] == BOTH]:
        start = int(row["offset"]) - offset
        # orjson refuses numbers that the scan lets pass.
        names = json.loads(block[start : start + int(row["length"])])["dataRow"]
        for name, (tag, flags) in TAGS.items():
            copy = row.copy()
            copy["key_low"], copy["key_high"] = key_hash(tag, names[name])
            copy["flags"] |= flags
            copies.append(copy)
    return np.array(copies, rows.dtype)
