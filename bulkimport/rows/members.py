"""The data rows of a project, of lines of its own export: their keys, and how many labels each has.

A line is `{"data_row": {"id", "global_key"}, "projects": {ID: {"labels": […]}}}`; whatever else it
says is left alone. Pre-labels are in no export of a project.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bulkimport.errors import SourceUnreadable
from bulkimport.native import key_hashes

# Equal keys are one data row; one that has a global key is there twice, by its id too.
MEMBER = np.dtype([("key_low", "<u8"), ("key_high", "<u8"), ("labels", "<u4")])
MEMBERS_AT_ONCE = 1 << 14

Table = np.ndarray[tuple[int], np.dtype[np.void]]


def read_members(path: Path) -> Iterator[Table]:
    """Give the data rows (MEMBER) in portions. Raises SourceUnreadable with the line that is wrong.

    Memory: some thousands of lines.
    """
    try:
        with path.open("rb") as file:
            lines = ((at, line) for at, line in enumerate(file, start=1) if line.strip())
            while some := list(islice(lines, MEMBERS_AT_ONCE)):
                yield _table([_member(line, f"{path}:{at}") for at, line in some])
    except OSError as error:
        raise SourceUnreadable(f"cannot be read: {error}", place=str(path)) from error


def _member(line: bytes, place: str) -> tuple[str, str, int]:
    try:
        told = orjson.loads(line)
        data_row: dict[str, Any] = told["data_row"]
        labels = sum(len(each.get("labels") or ()) for each in told["projects"].values())
        return str(data_row["id"]), str(data_row.get("global_key") or ""), labels
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise SourceUnreadable(
            "is no data row of a project's export",
            place=place,
            remedy="write it anew by `labelbox projects snapshot --data-rows`",
        ) from error


def _table(members: list[tuple[str, str, int]]) -> Table:
    ids = [identity for identity, _, _ in members]
    named = [(key, labels) for _, key, labels in members if key]
    table = np.empty(len(ids) + len(named), MEMBER)
    hashes = [key_hashes("i", ids), key_hashes("g", [key for key, _ in named])]
    table["key_low"], table["key_high"] = np.concatenate(hashes).T
    table["labels"] = [labels for _, _, labels in members] + [labels for _, labels in named]
    return table
