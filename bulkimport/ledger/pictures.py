"""RUN/pictures.sqlite: which pictures a run has left at the service, each by its digest.

It outlives a plan in the making, so that an upload that was interrupted goes on where it was.
"""

from pathlib import Path
from typing import Final

from bulkimport.disk import FILE_MODE, disk_trouble_at
from bulkimport.ledger.store import Store
from bulkimport.model import PictureAt

_CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS picture (
         digest TEXT PRIMARY KEY, address TEXT NOT NULL,
         source INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
       ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS picture_by_address ON picture (address)",
)
_KEEP: Final = (
    "INSERT OR REPLACE INTO picture VALUES (:digest, :address, :source, :offset, :length)"
)
_ALL: Final = "SELECT digest, source, offset, length, address FROM picture WHERE "
_BY_DIGEST: Final = f"{_ALL} digest = :digest"
_BY_ADDRESS: Final = f"{_ALL} address = :address LIMIT 1"


class KeptPictures:
    """The pictures at the service. May be used from any thread, but by one at a time."""

    def __init__(self, store: Store) -> None:
        """Lay out what is not there yet."""
        self._store = store
        with store.transaction():
            for statement in _CREATE:
                store.rows(statement, {})

    @classmethod
    def open(cls, path: Path) -> "KeptPictures":
        """Open the record at `path`, or begin it. Raises DiskTrouble."""
        with disk_trouble_at(path):
            path.touch(mode=FILE_MODE)
        return cls(Store.open(path))

    def find(self, digest: str) -> tuple[PictureAt, str] | None:
        """Where a picture was seen, and its address; None while the service does not have it."""
        for *at, address in self._store.rows(_BY_DIGEST, {"digest": digest}):
            return PictureAt(*at), str(address)
        return None

    def address(self, digest: str) -> str | None:
        """The address of a picture; None while the service does not have it."""
        found = self.find(digest)
        return found[1] if found else None

    def place(self, address: str) -> PictureAt | None:
        """Where the picture behind an address stands in the sources; None for a foreign one."""
        for *at, _ in self._store.rows(_BY_ADDRESS, {"address": address}):
            return PictureAt(*at)
        return None

    def keep(self, kept: list[tuple[PictureAt, str]]) -> None:
        """Make durable that the service has these pictures at these addresses."""
        with self._store.transaction():
            for at, address in kept:
                self._store.rows(
                    _KEEP,
                    {
                        "digest": at.digest,
                        "address": address,
                        "source": at.source,
                        "offset": at.offset,
                        "length": at.length,
                    },
                )

    def close(self) -> None:
        """Give back the file."""
        self._store.close()
