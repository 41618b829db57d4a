"""Finds data rows by what callers call them: their id, or their global key in any case."""

import sqlite3
from collections.abc import Iterable
from typing import Final

import orjson

from bulkimport.sandbox.ids import data_row_id, data_row_number

# The indexed column stands left of `=`, so its collation decides and its index is used.
SQL_BY_KEY: Final = """
    SELECT asked.value AS asked, data_row.number AS number
    FROM json_each(?) AS asked CROSS JOIN data_row ON data_row.global_key = asked.value"""
SQL_BY_NUMBER: Final = """
    SELECT data_row.number AS number
    FROM json_each(?) AS asked CROSS JOIN data_row ON data_row.number = asked.value"""
SQL_MEMBERS: Final = """
    SELECT membership.data_row AS number
    FROM json_each(?1) AS asked CROSS JOIN membership
      ON membership.project = ?2 AND membership.data_row = asked.value"""


def by_key(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return the number of each known global key, under the spelling asked."""
    return {row["asked"]: row["number"] for row in db.execute(SQL_BY_KEY, (_json(keys),))}


def by_id(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return the number of each known id."""
    numbers = [number for text in ids if (number := data_row_number(text)) is not None]
    known = db.execute(SQL_BY_NUMBER, (_json(numbers),))
    return {data_row_id(row["number"]): row["number"] for row in known}


def members(db: sqlite3.Connection, project: int, numbers: Iterable[int]) -> set[int]:
    """Return those of the data rows that are in a batch of the project."""
    rows = db.execute(SQL_MEMBERS, (_json(numbers), project))
    return {row["number"] for row in rows}


def _json(values: Iterable[str] | Iterable[int]) -> str:
    return orjson.dumps(list(values)).decode()
