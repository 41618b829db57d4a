"""The ontology that rows made of COCO are bound to, in the platform's normalized form."""

import hashlib
from collections.abc import Iterable
from typing import Any


def ontology_of(tools: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """An ontology of these features, each a type and a name; colours follow from the names."""
    return {"tools": [_tool(kind, name) for kind, name in tools], "classifications": []}


def _tool(kind: str, name: str) -> dict[str, Any]:
    colour = hashlib.blake2b(f"{kind} {name}".encode(), digest_size=3).hexdigest()
    return {
        "tool": kind,
        "name": name,
        "required": False,
        "color": f"#{colour}",
        "classifications": [],
    }
