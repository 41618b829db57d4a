"""Files that may be downloaded by whoever knows their token; those of imports die after a day."""

import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NDJSON: Final = "application/x-ndjson"
PREFIX: Final = "/files/"
FILES: Final = "files"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Bytes that lie in the folder under their token; nobody can ask for them until `keep`."""

    token: str
    path: Path
    name: str = ""
    content_type: str = NDJSON


@dataclass(frozen=True, kw_only=True)
class Served:
    """A file found by its token, and whether its time is over."""

    path: Path
    name: str
    content_type: str
    expired: bool


class Files:
    """The folder of downloadable files."""

    def __init__(self, folder: Path, lifetime: float) -> None:
        """Keep files in `folder`; those that expire do so `lifetime` seconds after `keep`."""
        self._folder = folder
        self._lifetime = lifetime
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def draft(self, name: str = "", content_type: str = NDJSON) -> Draft:
        """Choose a token for bytes to be written."""
        token = secrets.token_urlsafe(24)
        return Draft(token=token, path=self.path(token), name=name, content_type=content_type)

    def path(self, token: str) -> Path:
        """Return where the bytes of a token lie."""
        return self._folder / token

    def keep(self, db: sqlite3.Connection, draft: Draft, *, now: float, expires: bool) -> str:
        """Let a draft be downloaded and return its token."""
        db.execute(
            "INSERT INTO file (token, name, content_type, created_at, expires)"
            " VALUES (?, ?, ?, ?, ?)",
            (draft.token, draft.name, draft.content_type, now, expires),
        )
        return draft.token

    def find(self, db: sqlite3.Connection, token: str, now: float) -> Served | None:
        """Return the file of a token, None when there never was one."""
        row = db.execute("SELECT * FROM file WHERE token = ?", (token,)).fetchone()
        if row is None:
            return None
        expired = bool(row["expires"]) and now >= row["created_at"] + self._lifetime
        kept = {key: row[key] for key in ("name", "content_type")}
        return Served(path=self.path(token), expired=expired, **kept)

    def sweep(self, db: sqlite3.Connection) -> None:
        """Remove bytes nobody can ask for: drafts that a crash left behind."""
        kept = {row["token"] for row in db.execute("SELECT token FROM file")}
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink()


def token_of(url: str) -> str:
    """Return the token in one of our own URLs, whatever address the sandbox had then."""
    return url.partition(PREFIX)[2].partition("/")[0]
