"""Whether one data row can be made: its key, its metadata, its medium."""

import mimetypes
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

LONGEST_KEY: Final = 200
KEY: Final = re.compile(r"[A-Za-z0-9!_.*'()&$@=;/:+,?-]+(?: [A-Za-z0-9!_.*'()&$@=;/:+,?-]+)*")
MEDIA: Final = frozenset({"IMAGE", "VIDEO", "AUDIO"})


class Unfit(Exception):
    """One data row cannot be made; the others can."""


def require_fit(payload: Mapping[str, Any]) -> None:
    """Raise Unfit, in the platform's words where they are known."""
    key = payload.get("global_key")
    if key is not None and (len(key) > LONGEST_KEY or not KEY.fullmatch(key)):
        raise Unfit(f"Invalid global key: '{key}'")
    seen: set[str] = set()
    for field in payload.get("metadata_fields") or ():
        identity = field.get("schemaId") or ""
        if identity in seen:
            raise Unfit(f"A schemaId can only be specified once per DataRow : [{identity}]")
        seen.add(identity)
    _require_medium(payload)


def _require_medium(payload: Mapping[str, Any]) -> None:
    """What lies at an address is told by its ending: the sandbox opens nothing outside."""
    media, row_data = payload.get("media_type"), payload.get("row_data")
    if media not in MEDIA or not isinstance(row_data, str) or "://" not in row_data:
        return
    detected, _ = mimetypes.guess_type(urlsplit(row_data).path)
    wanted = media.lower()
    if detected is not None and not detected.startswith(f"{wanted}/"):
        raise Unfit(f"Expected type {wanted}/*, detected: {detected}")
