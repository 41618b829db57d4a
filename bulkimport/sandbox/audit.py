"""Says what a sandbox holds, from the stored labels alone, to be compared with what was sent.

A digest is the sum, modulo 2**128, of one BLAKE2b digest a row, so it counts equal rows and does
not care for their order. A row is digested as JSON with sorted keys and no spaces. Numbers stay as
they were parsed: 1 and 1.0 differ, because an importer has no business rewriting a number. Rows of
masks have a digest of their own, without uuids and with the bytes of their pictures wherever these
lie.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson

from bulkimport.sandbox.documents import PROJECT, each
from bulkimport.sandbox.files import FILES
from bulkimport.sandbox.labels import LABELS, PRELABELS
from bulkimport.sandbox.pictures import Pictures
from bulkimport.sandbox.store import Store
from bulkimport.sandbox.stretches import Row, stretches

WIDTH: Final = 16
MODULUS: Final = 1 << (8 * WIDTH)
PAGE: Final = 1000
SQL_FINISHED: Final = """
    SELECT number FROM annotation_import
    WHERE project = ? AND kind = ? AND state = 'FINISHED' ORDER BY number"""
SQL_PARTS: Final = """
    SELECT data_row, number, annotations FROM label_part
    WHERE import = ? AND (data_row, number) > (?, ?) ORDER BY data_row, number LIMIT ?"""
SQL_LABELS: Final = """
    SELECT labels, count(*) AS data_rows
    FROM (SELECT count(DISTINCT import) AS labels FROM label_part
          WHERE import IN (SELECT number FROM annotation_import
                           WHERE project = ? AND kind = ? AND state = 'FINISHED')
          GROUP BY data_row)
    GROUP BY labels"""

SQL_SHOWN: Final = """
    WITH had (kind, data_row) AS (
      SELECT DISTINCT kind, data_row FROM annotation_import
      JOIN label_part ON label_part.import = annotation_import.number
      WHERE project = :project AND state = 'FINISHED')
    SELECT count(*) FROM (SELECT data_row FROM had WHERE kind = 'prelabels'
                          EXCEPT SELECT data_row FROM had WHERE kind = 'labels')"""


@dataclass
class Digests:
    """Multiset digests: of whole rows, of rows without their uuid, of masks by their pictures."""

    rows: int = 0
    whole: int = 0
    without_uuid: int = 0
    mask_rows: int = 0
    masks: int = 0
    pictures: Pictures = field(default_factory=Pictures)

    def add(self, row: Row) -> None:
        """Count one row; its `uuid` is taken out of it."""
        self.rows += 1
        self.whole = (self.whole + digest(row)) % MODULUS
        row.pop("uuid", None)
        self.without_uuid = (self.without_uuid + digest(row)) % MODULUS
        resolved = self.pictures.resolved(row)
        if resolved is not None:
            self.mask_rows += 1
            self.masks = (self.masks + digest(resolved)) % MODULUS

    def told(self) -> dict[str, Any]:
        """Write them as hexadecimal digits."""
        digits = 2 * WIDTH
        return {
            "rows": self.rows,
            "digest": f"{self.whole:0{digits}x}",
            "digest_without_uuid": f"{self.without_uuid:0{digits}x}",
            "masks": {
                "rows": self.mask_rows,
                "digest": f"{self.masks:0{digits}x}",
                **self.pictures.told(),
            },
        }


def digest(row: Mapping[str, Any]) -> int:
    """Return a row's digest as a number."""
    text = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(blake2b(text, digest_size=WIDTH).digest(), "big")


def audit_file(path: Path) -> dict[str, Any]:
    """Digest the rows of an NDJSON file, and count the data rows they name."""
    digests = Digests()
    named: set[tuple[str, str]] = set()
    for stretch in stretches(path):
        for row in stretch.rows:
            reference = row.get("dataRow")
            if isinstance(reference, dict):
                named.update((way, str(text)) for way, text in reference.items())
            digests.add(row)
    return {**digests.told(), "data_rows": len(named)}


def audit(store: Store) -> dict[str, Any]:
    """Digest and count what every project holds. Reads in pages, so a server may go on writing."""
    with store.reading() as db:
        projects = list(each(db, PROJECT))
    return {
        "projects": {
            project["id"]: {
                "name": project["name"],
                LABELS: _account(store, project["number"], LABELS),
                PRELABELS: {
                    **_account(store, project["number"], PRELABELS),
                    "data_rows_shown": _shown(store, project["number"]),
                },
            }
            for project in projects
        }
    }


def _account(store: Store, project: int, kind: str) -> dict[str, Any]:
    with store.reading() as db:
        imports = _imports(db, project, kind)
        per_data_row = _labels_per_data_row(db, project, kind)
    digests = Digests(pictures=Pictures(store.folder / FILES))
    for row in stored(store, project, kind):
        digests.add(row)
    return {
        **imports,
        **digests.told(),
        "data_rows": sum(per_data_row.values()),
        "labels_per_data_row": {str(count): per_data_row[count] for count in sorted(per_data_row)},
        "data_rows_in_several_imports": sum(
            rows for count, rows in per_data_row.items() if count > 1
        ),
    }


def _shown(store: Store, project: int) -> int:
    """Count the data rows whose pre-labels people see: those without a label."""
    with store.reading() as db:
        (count,) = db.execute(SQL_SHOWN, {"project": project}).fetchone()
    return int(count)


def _imports(db: sqlite3.Connection, project: int, kind: str) -> dict[str, Any]:
    states: Counter[str] = Counter()
    received = accepted = 0
    for row in db.execute(
        "SELECT state, received, accepted FROM annotation_import WHERE project = ? AND kind = ?",
        (project, kind),
    ):
        states[row["state"]] += 1
        received += row["received"]
        accepted += row["accepted"]
    return {
        "imports": dict(sorted(states.items())),
        "rows_received": received,
        "rows_accepted": accepted,
    }


def _labels_per_data_row(db: sqlite3.Connection, project: int, kind: str) -> Counter[int]:
    rows = db.execute(SQL_LABELS, (project, kind))
    return Counter({row["labels"]: row["data_rows"] for row in rows})


def stored(store: Store, project: int, kind: str) -> Iterator[Row]:
    """Yield every stored annotation of a project and kind, label by label."""
    with store.reading() as db:
        imports = db.execute(SQL_FINISHED, (project, kind)).fetchall()
    for each_import in imports:
        place = (0, 0)
        while True:
            with store.reading() as db:
                parts = db.execute(SQL_PARTS, (each_import["number"], *place, PAGE)).fetchall()
            if not parts:
                break
            place = (parts[-1]["data_row"], parts[-1]["number"])
            for part in parts:
                yield from map(orjson.loads, part["annotations"].split(b"\n"))


def every_row(store: Store, project_id: str | None = None) -> Iterator[Row]:
    """Yield every stored annotation of both kinds, of all projects or of one."""
    with store.reading() as db:
        projects = [
            project["number"]
            for project in each(db, PROJECT)
            if project_id in (None, project["id"])
        ]
    for project in projects:
        for kind in (LABELS, PRELABELS):
            yield from stored(store, project, kind)
