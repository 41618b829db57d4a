"""From an asset to the element of an upload that makes it a data row, or to what is wrong with it.

An element is one line, `{"id": {"type", "value"}, "payload": {"global_key", "dataset_id", …}}`,
the key first in its payload, so that keys are found again without parsing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from bulkimport.formats.assets import COLUMNS, SPELLINGS
from bulkimport.formats.keys import KeyTemplate

LARGEST: Final = 8_000_000
LONGEST_KEY: Final = 200
FOUND_CHARACTERS: Final = 80
SPACED: Final = re.compile(r"^\s|\s$|\s\s")
KEY: Final = re.compile(r"[A-Za-z0-9!_.*'()&$@=;/:+,?-]+(?: [A-Za-z0-9!_.*'()&$@=;/:+,?-]+)*")
KEYS: Final = re.compile(rb'^\{"id":\{[^}]*\},"payload":\{"global_key":"([^"]*)"', re.MULTILINE)
MEDIA_TYPES: Final = frozenset(
    (
        *("AUDIO", "CONVERSATIONAL", "PDF", "TMS_GEO", "HTML", "IMAGE", "TMS_SIMPLE", "TEXT"),
        *("VIDEO", "POINT_CLOUD", "LLM"),
    )
)
ATTACHMENTS: Final = frozenset(
    (
        *("AUDIO", "VIDEO", "IMAGE", "IMAGE_OVERLAY", "HTML", "RAW_TEXT", "TEXT_URL", "PDF_URL"),
        "CAMERA_IMAGE",
    )
)
_KNOWN: Final = frozenset(COLUMNS)
_NO_TEXT: Final = ("", None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps an asset from becoming a data row: rule, JSON path, what stands there."""

    slug: str
    path: str
    found: object = ""

    def quoted(self) -> str:
        """What stands there, short enough to be shown."""
        text = self.found if isinstance(self.found, str) else orjson.dumps(self.found).decode()
        return text[:FOUND_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes elements for one dataset; `updating` ones change the data row that has their key."""

    dataset: str
    template: KeyTemplate | None = None
    updating: bool = False

    def make(self, fields: dict[str, Any]) -> tuple[str, bytes] | Fault:
        """Give key and element. Costs some microseconds, most of them JSON."""
        if not fields.keys() <= _KNOWN:
            fields = {SPELLINGS.get(name, name): value for name, value in fields.items()}
            if unknown := sorted(fields.keys() - _KNOWN):
                return Fault("R-ASSET-12", f"$.{unknown[0]}", unknown[0])
        row_data = fields.get("row_data")
        if row_data in _NO_TEXT:
            return Fault("R-ASSET-1", "$.row_data")
        key = fields.get("global_key")
        if key in _NO_TEXT and self.template is not None:
            key = self.template.apply(_named(fields))
        if not isinstance(key, str) or len(key) > LONGEST_KEY or not KEY.fullmatch(key):
            return _key_fault(key)
        payload: dict[str, Any] = {"global_key": key, "dataset_id": self.dataset}
        payload["row_data"] = row_data
        fault = _add_rest(payload, fields)
        if fault is not None:
            return fault
        identity = b'"GKEY","value":"%b"' % key.encode() if self.updating else b'"AUTO","value":""'
        element = b'{"id":{"type":%b},"payload":%b}' % (identity, orjson.dumps(payload))
        if len(element) > LARGEST:
            return Fault("R-ASSET-11", "$", f"{len(element):,} bytes")
        return key, element


def keys_of(elements: bytes) -> list[str]:
    """The global keys of elements, one a line, in their order."""
    return [key.decode() for key in KEYS.findall(elements)]


def asset_of(element: bytes) -> bytes:
    """The asset that an element was made of, as a line that can be imported again."""
    payload = orjson.loads(element)["payload"]
    payload.pop("dataset_id")
    fields = payload.pop("metadata_fields", None)
    return orjson.dumps(payload if fields is None else {**payload, "metadata": fields})


def _named(fields: Mapping[str, Any]) -> str:
    """What a template takes apart: the external id, else the address without what signs it."""
    external = fields.get("external_id")
    if isinstance(external, str) and external:
        return external
    row_data = fields["row_data"]
    if not isinstance(row_data, str):
        return ""
    return urlsplit(row_data)._replace(query="", fragment="").geturl()


def _key_fault(key: object) -> Fault:
    """Say what is wrong with a key, for people in this order."""
    path = "$.global_key"
    if key in _NO_TEXT:
        return Fault("R-ASSET-2", path)
    if not isinstance(key, str):
        return Fault("R-ASSET-7", path, key)
    if len(key) > LONGEST_KEY:
        return Fault("R-ASSET-3", path, key)
    return Fault("R-ASSET-5" if SPACED.search(key) else "R-ASSET-4", path, key)


def _add_rest(payload: dict[str, Any], fields: Mapping[str, Any]) -> Fault | None:
    row_data = payload["row_data"]
    if not isinstance(row_data, str | dict):
        return Fault("R-ASSET-7", "$.row_data", row_data)
    external = fields.get("external_id")
    if external not in _NO_TEXT:
        if not isinstance(external, str):
            return Fault("R-ASSET-7", "$.external_id", external)
        payload["external_id"] = external
    media = fields.get("media_type")
    if media not in _NO_TEXT:
        if not isinstance(media, str) or media not in MEDIA_TYPES:
            return Fault("R-ASSET-8", "$.media_type", media)
        payload["media_type"] = media
    return _add_metadata(payload, fields) or _add_attachments(payload, fields)


def _add_metadata(payload: dict[str, Any], fields: Mapping[str, Any]) -> Fault | None:
    metadata = fields.get("metadata")
    if not metadata:
        return None
    if isinstance(metadata, dict):
        metadata = [{"name": name, "value": value} for name, value in metadata.items()]
    if not isinstance(metadata, list):
        return Fault("R-ASSET-10", "$.metadata", metadata)
    first = metadata[0]
    by = "schemaId" if isinstance(first, dict) and "schemaId" in first else "name"
    names = set()
    for one in metadata:
        name = one.get(by) if isinstance(one, dict) else None
        if not isinstance(name, str) or not name or name in names or "value" not in one:
            return Fault("R-ASSET-10", "$.metadata", metadata)
        names.add(name)
    payload["metadata_fields" if by == "schemaId" else "metadata"] = metadata
    return None


def _add_attachments(payload: dict[str, Any], fields: Mapping[str, Any]) -> Fault | None:
    attachments = fields.get("attachments")
    if not attachments:
        return None
    if not isinstance(attachments, list):
        return Fault("R-ASSET-7", "$.attachments", attachments)
    for number, one in enumerate(attachments):
        if not _is_attachment(one):
            return Fault("R-ASSET-9", f"$.attachments[{number}]", one)
    payload["attachments"] = attachments
    return None


def _is_attachment(one: object) -> bool:
    if not isinstance(one, dict) or not one.keys() <= {"type", "value", "name"}:
        return False
    kind, value = one.get("type"), one.get("value")
    return isinstance(kind, str) and kind in ATTACHMENTS and isinstance(value, str) and bool(value)
