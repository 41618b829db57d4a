"""Signed addresses, as older clients ask for: a place to put a file before it is named."""

import sqlite3
from typing import Final

from bulkimport.sandbox.files import Draft, Files
from bulkimport.sandbox.labellerr.jobs import Answers, Wanted
from bulkimport.sandbox.labellerr.refusals import Refused, malformed, missing

PURPOSE: Final = "pre-annotations"
# Seconds in which a file may be put there.
LIFETIME: Final = 3600.0


def open_slot(db: sqlite3.Connection, draft: Draft, *, path: str, purpose: str, now: float) -> str:
    """Keep a place for the file at `path` and return its token."""
    if purpose != PURPOSE:
        raise malformed(f"purpose {purpose!r} is not {PURPOSE}")
    if not path:
        raise malformed("file_name is missing")
    db.execute(
        "INSERT INTO labellerr_slot (token, path, created_at) VALUES (?, ?, ?)",
        (draft.token, path, now),
    )
    return draft.token


def check_slot(db: sqlite3.Connection, token: str, *, now: float) -> None:
    """Return when a file may be put there; raises Refused."""
    row = db.execute("SELECT created_at FROM labellerr_slot WHERE token = ?", (token,)).fetchone()
    if row is None or now >= row["created_at"] + LIFETIME:
        raise Refused(403, "SIGNATURE", "The signed address is unknown or has expired")


def fill_slot(
    db: sqlite3.Connection, files: Files, token: str, *, size: int, digest: str, now: float
) -> None:
    """Say that the file of a slot has come; a second one takes the place of the first."""
    if files.find(db, token, now) is None:
        draft = Draft(token=token, path=files.path(token))
        files.keep(db, draft, now=now, expires=False)
    db.execute(
        "UPDATE labellerr_slot SET size = ?, digest = ? WHERE token = ?", (size, digest, token)
    )


def find_answers(db: sqlite3.Connection, wanted: Wanted, path: str) -> Answers:
    """Return the newest file that was put at `path`; raises Refused."""
    start = f"{wanted.project}/{wanted.answer_format}-"
    if not path.startswith(start):
        raise malformed(f"gcs_path must begin with {start}")
    row = db.execute(
        "SELECT * FROM labellerr_slot WHERE path = ? AND size IS NOT NULL"
        " ORDER BY created_at DESC LIMIT 1",
        (path,),
    ).fetchone()
    if row is None:
        raise missing("file at gcs_path", path)
    told = {name: row[name] for name in ("token", "size", "digest")}
    return Answers(name=path.removeprefix(start), **told)
