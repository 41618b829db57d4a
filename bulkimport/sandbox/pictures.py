"""Mask rows by what their pictures hold, whether these lie in the row or in a file that it names.

A row that carries a picture and one that names a file of this sandbox with the same bytes are told
as the same, so what was sent with pictures inside can be compared with what is stored without.
Addresses of others stay as they are: nothing is fetched.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any, Final

from bulkimport.sandbox.files import PREFIX, token_of
from bulkimport.sandbox.stretches import Row
from bulkimport.sandbox.urls import host_of, is_loopback

WIDTH: Final = 16

Holder = dict[str, Any]


class Pictures:
    """Replaces pictures by digests of their bytes, and counts those that differ."""

    def __init__(self, files: Path | None = None) -> None:
        """Look for the files of this sandbox in a folder; without one there are none."""
        self._files = files
        self._named: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._missing: set[str] = set()

    def resolved(self, row: Row) -> Row | None:
        """The row of a mask with digests for pictures; None for one without pictures."""
        mask, masks = row.get("mask"), row.get("masks")
        if isinstance(mask, dict) and "counts" not in mask:
            return {**row, "mask": self._resolved(mask)}
        if isinstance(masks, dict) and isinstance(masks.get("frames"), list):
            frames = [self._resolved(one) for one in masks["frames"] if isinstance(one, dict)]
            return {**row, "masks": {**masks, "frames": frames}}
        return None

    def told(self) -> dict[str, int]:
        """How many pictures differ, their bytes, and how many named files are not there."""
        return {
            "pictures": len(self._sizes),
            "picture_bytes": sum(self._sizes.values()),
            "missing_pictures": len(self._missing),
        }

    def _resolved(self, holder: Holder) -> Holder:
        ways = {"imBytes": self._carried, "png": self._carried, "instanceURI": self._kept}
        for member, way in ways.items():
            found = way(holder[member]) if isinstance(holder.get(member), str) else None
            if found is not None:
                rest = {name: value for name, value in holder.items() if name != member}
                return {**rest, "png" if member == "png" else "picture": found}
        return holder

    def _carried(self, text: str) -> str | None:
        try:
            data = b64decode(text)
        except NotBase64:
            return None
        digest = blake2b(data, digest_size=WIDTH).hexdigest()
        self._sizes[digest] = len(data)
        return digest

    def _kept(self, url: str) -> str | None:
        if PREFIX not in url or not is_loopback(host_of(url)) or self._files is None:
            return None
        token = token_of(url)
        if token not in self._named:
            path = self._files / token
            if not path.is_file():
                self._missing.add(token)
                return None
            with path.open("rb") as file:
                digest = file_digest(file, lambda: blake2b(digest_size=WIDTH)).hexdigest()
            self._named[token], self._sizes[digest] = digest, path.stat().st_size
        return self._named[token]
