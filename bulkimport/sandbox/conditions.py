"""Conditions and pages of lists, as the SDK's ORM writes them."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox.session import Arguments

COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "_not": operator.ne,
        "_lt": operator.lt,
        "_gt": operator.gt,
        "_lte": operator.le,
        "_gte": operator.ge,
    }
)


def holds(condition: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> bool:
    """Whether `fields` meet a condition such as {AND: [{name: "x"}, {createdAt_gt: "y"}]}."""
    return all(
        all(holds(part, fields) for part in value) if name == "AND" else _meets(name, value, fields)
        for name, value in (condition or {}).items()
    )


def _meets(name: str, value: object, fields: Mapping[str, Any]) -> bool:
    for suffix, compare in COMPARISONS.items():
        if name.endswith(suffix):
            return compare(fields.get(name.removesuffix(suffix)), value)
    return bool(fields.get(name) == value)


def page(entries: Iterable[Mapping[str, Any]], arguments: Arguments) -> list[Mapping[str, Any]]:
    """Return the entries that meet `where`, from `skip` on, at most `first`."""
    met = [entry for entry in entries if holds(arguments.get("where"), entry)]
    skip = arguments.get("skip") or 0
    first = arguments.get("first")
    return met[skip:] if first is None else met[skip : skip + first]


def cursor_page(
    entries: Sequence[Mapping[str, Any]], arguments: Arguments
) -> tuple[Sequence[Mapping[str, Any]], str | None]:
    """Return one page from the cursor `after` on, and the cursor of the next page if any."""
    start = int(arguments.get("after") or 0)
    end = start + int(arguments.get("first") or 100)
    return entries[start:end], str(end) if end < len(entries) else None
