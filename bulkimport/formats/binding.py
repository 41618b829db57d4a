"""How a row names its feature: by name, or by the new schema id that a map has for the old one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.shape import JSON, Malformed

NOTHING: Mapping[str, str] = MappingProxyType({})


class Binding:
    """Names features. Schema ids differ between projects, so without a map names bind."""

    def __init__(self, losses: Losses, schema_ids: Mapping[str, str] = NOTHING) -> None:
        """`schema_ids` leads from an old feature schema id to the new one."""
        self._losses = losses
        self._schema_ids = schema_ids

    def bind(self, feature: JSON) -> JSON:
        """The member that names a feature, question or option in a row."""
        old = feature.get("feature_schema_id")
        new = self._schema_ids.get(old) if isinstance(old, str) else None
        return self._by_name(feature, old) if new is None else {"schemaId": new}

    def bind_named(self, feature: JSON, *, member: str = "schemaId") -> JSON:
        """As `bind`, for rows that must have a name, too; `member` is their word for the id."""
        bound = self.bind(feature)
        new = bound.get("schemaId")
        return bound if new is None else {"name": feature.get("name"), member: new}

    def _by_name(self, feature: JSON, old: Any) -> JSON:  # noqa: ANN401 - any JSON
        self._losses.add(Loss.SCHEMA_IDS, 0 if old is None else 1)
        name = feature.get("name")
        if name is None:
            raise Malformed("name", expected="a feature's name", found=None)
        return {"name": name}
