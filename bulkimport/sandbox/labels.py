"""Stored labels and pre-labels: what imports left behind, per data row.

A label is all rows of one data row in one FINISHED import; another import makes another label.
Of pre-labels a row with the uuid of an earlier one on the same data row takes its place, and they
show only where there is no label.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final

import orjson

LABELS: Final = "labels"
PRELABELS: Final = "prelabels"
SQL_COUNT: Final = """
    SELECT count(*) FROM (SELECT DISTINCT import, data_row FROM label_part WHERE import IN
      (SELECT number FROM annotation_import
       WHERE project = ? AND kind = 'labels' AND state = 'FINISHED'))"""
SQL_EARLIER: Final = """
    SELECT earlier.number, earlier.data_row, earlier.annotations
    FROM (SELECT DISTINCT data_row FROM label_part WHERE import = ?1) AS own
    CROSS JOIN label_part AS earlier ON earlier.data_row = own.data_row AND earlier.import <> ?1
    CROSS JOIN annotation_import ON annotation_import.number = earlier.import
    WHERE project = ?2 AND kind = 'prelabels' AND state = 'FINISHED'"""


def identity(uuid: object) -> str | None:
    """Return a uuid as 32 lower-case digits, whatever way it is written; None for no text."""
    if not isinstance(uuid, str):
        return None
    return uuid.strip("{}").replace("-", "").lower()


def add_parts(db: sqlite3.Connection, number: int, parts: Mapping[int, list[bytes]]) -> None:
    """Keep the accepted rows of one stretch of an import, by the number of their data row."""
    db.executemany(
        "INSERT INTO label_part (import, data_row, size, annotations) VALUES (?, ?, ?, ?)",
        ((number, data_row, len(rows), b"\n".join(rows)) for data_row, rows in parts.items()),
    )


def drop_parts(db: sqlite3.Connection, number: int) -> None:
    """Forget what an import brought."""
    db.execute("DELETE FROM label_part WHERE import = ?", (number,))


def count_labels(db: sqlite3.Connection, project: int) -> int:
    """Count the labels of a project."""
    (count,) = db.execute(SQL_COUNT, (project,)).fetchone()
    return int(count)


def replace_earlier(
    db: sqlite3.Connection, number: int, *, project: int, uuids: Mapping[int, Iterable[str]]
) -> None:
    """Take away pre-labels of earlier imports whose uuid this import brings again.

    `uuids` are those of this import by the number of their data row.
    """
    parts = db.execute(SQL_EARLIER, (number, project)).fetchall()
    for part in parts:
        taken = set(uuids.get(part["data_row"], ()))
        lines = part["annotations"].split(b"\n")
        left = [line for line in lines if identity(orjson.loads(line).get("uuid")) not in taken]
        if len(left) < len(lines):
            _shrink(db, part["number"], left)


def _shrink(db: sqlite3.Connection, part: int, lines: list[bytes]) -> None:
    if lines:
        db.execute(
            "UPDATE label_part SET size = ?, annotations = ? WHERE number = ?",
            (len(lines), b"\n".join(lines), part),
        )
    else:
        db.execute("DELETE FROM label_part WHERE number = ?", (part,))
