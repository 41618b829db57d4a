"""What the sandbox remembers: one SQLite file that survives a kill at any moment.

    document            everything there is little of: projects, ontologies, batches, tasks; as JSON
    data_row            assets by number; `ids.data_row_id` turns the number into the id
    membership          which data rows a project has, and by which batch
    annotation_import   imports of both kinds, from RUNNING to their end
    label_part          the rows of one data row that one stretch of one import brought
    file                what may be downloaded, by an unguessable token
    task_row            what became of each data row of an upsert task
    labellerr_file      the files of Labellerr's datasets, by name
    labellerr_slot      signed addresses that a file may be put to
    labellerr_job       uploads of pre-annotations, from processing to their end
    labellerr_answer    the annotations of one image that one upload brought

A label is the `label_part`s of one data row in one FINISHED import; parts of an import that still
runs are seen by nobody, so an import is committed by one UPDATE of its state. The number of a
deleted import is not given again, since it may still be running.

Other processes (audit, seed) open the file beside the server; a rollback journal lets them wait for
each other.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NAME: Final = "sandbox.sqlite"
PATIENCE: Final = 60.0
TABLES: Final = """
CREATE TABLE IF NOT EXISTS document (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS document_kind ON document (kind);
CREATE TABLE IF NOT EXISTS data_row (
    number INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, global_key TEXT COLLATE NOCASE UNIQUE,
    external_id TEXT, row_data TEXT, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS membership (
    project INTEGER NOT NULL, data_row INTEGER NOT NULL, batch INTEGER NOT NULL,
    PRIMARY KEY (project, data_row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS annotation_import (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, project INTEGER NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, progress INTEGER NOT NULL,
    source_url TEXT, input_file TEXT, status_file TEXT, error_file TEXT, faults TEXT NOT NULL,
    received INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS import_name ON annotation_import (project, kind, name);
CREATE INDEX IF NOT EXISTS import_state ON annotation_import (state);
CREATE TABLE IF NOT EXISTS label_part (
    number INTEGER PRIMARY KEY, import INTEGER NOT NULL, data_row INTEGER NOT NULL,
    size INTEGER NOT NULL, annotations BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS part_label ON label_part (import, data_row);
CREATE INDEX IF NOT EXISTS part_data_row ON label_part (data_row);
CREATE TABLE IF NOT EXISTS file (
    token TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL,
    created_at REAL NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS task_row (
    task INTEGER NOT NULL, ordinal INTEGER NOT NULL, failed INTEGER NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (task, ordinal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS labellerr_file (
    number INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, name TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS labellerr_file_name ON labellerr_file (dataset, name);
CREATE TABLE IF NOT EXISTS labellerr_slot (
    token TEXT PRIMARY KEY, path TEXT NOT NULL, created_at REAL NOT NULL, size INTEGER,
    digest TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS labellerr_slot_path ON labellerr_slot (path);
CREATE TABLE IF NOT EXISTS labellerr_job (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, project INTEGER NOT NULL,
    request TEXT, answer_format TEXT NOT NULL, conf_bucket TEXT, token TEXT NOT NULL,
    file_name TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL, ready_at REAL NOT NULL,
    faults TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS labellerr_job_status ON labellerr_job (status);
CREATE TABLE IF NOT EXISTS labellerr_answer (
    number INTEGER PRIMARY KEY, job INTEGER NOT NULL, file INTEGER NOT NULL,
    size INTEGER NOT NULL, annotations BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS labellerr_answer_file ON labellerr_answer (file);
CREATE INDEX IF NOT EXISTS labellerr_answer_job ON labellerr_answer (job);
"""


class Store:
    """One connection to the SQLite file, shared by threads one transaction at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`, making both when they are missing."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._turn = threading.Lock()
        self._db = sqlite3.connect(
            folder / NAME, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA cache_size = -65536")
        self._db.executescript(TABLES)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the file for one change: all of it happens, or on an exception nothing."""
        with self._turn, self._whole("BEGIN IMMEDIATE"):
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """See one unchanging state."""
        with self._turn, self._whole("BEGIN"):
            yield self._db

    @contextmanager
    def _whole(self, begin: str) -> Iterator[None]:
        self._db.execute(begin)
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file; whoever still waits for a turn is refused by SQLite."""
        with self._turn:
            self._db.close()
