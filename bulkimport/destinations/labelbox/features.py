"""The features of an ontology: read, compared, and what an update must send. All of it pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bulkimport.errors import UsageError

Node = dict[str, Any]

GROUPS: Final = ("tools", "classifications")
_PARTS: Final = (*GROUPS, "options", "relationships")
_IDS: Final = ("schemaNodeId", "featureSchemaId")
# What the service fills in by itself is no difference.
_SILENT: Final = ("color", "archived", "position")


@dataclass(frozen=True, slots=True)
class Change:
    """One feature to be sent: a new one (`feature_id` empty) for its place, or a changed one."""

    feature: Node
    feature_id: str
    position: int


def read_features(text: str | bytes, *, place: str) -> Node:
    """Read `normalized`: an object with tools and classifications. Raises UsageError."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"is no JSON: {error}", place=place) from error
    content = content.get("normalized", content) if isinstance(content, dict) else content
    groups = [content.get(group, []) for group in GROUPS] if isinstance(content, dict) else [None]
    if not all(isinstance(group, list) for group in groups) or not any(groups):
        raise UsageError(
            "holds no features", place=place, remedy='it must be {"tools": […]} or the like'
        )
    return {"tools": [], "classifications": [], **content}


def without_ids(node: Mapping[str, Any]) -> Node:
    """Return features without any id, for an ontology of its own."""
    return {
        name: [without_ids(part) for part in value]
        if name in _PARTS and isinstance(value, list)
        else value
        for name, value in node.items()
        if name not in _IDS
    }


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Say what makes of the ontology `old` one that has all features of `new` too.

    A feature is known again by its kind and name, an option by its value. What only `old` has
    stays: annotations may be of it.
    """
    return [change for group in GROUPS for change in _changes(old, new, group)]


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], group: str) -> Iterator[Change]:
    known = {_name(each): each for each in old.get(group) or ()}
    place = len(known)
    for feature in new.get(group) or ():
        before = known.get(_name(feature))
        if before is None:
            yield Change(without_ids(feature), "", place)
            place += 1
        elif _meaning(before) != _meaning(_merged(before, feature)):
            position = list(known).index(_name(feature))
            yield Change(_merged(before, feature), str(before["featureSchemaId"]), position)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> Node:
    """Return `new` with the ids of `old` where a part is known again, and what only `old` has."""
    made = {**old, **{name: value for name, value in new.items() if name not in _IDS}}
    for part in _PARTS:
        before = {_name(each): each for each in old.get(part) or ()}
        wanted = {_name(each): each for each in new.get(part) or ()}
        if before or wanted:
            made[part] = [
                _merged(before.get(name, {}), wanted[name]) if name in wanted else before[name]
                for name in before | wanted
            ]
    return made


def _name(node: Mapping[str, Any]) -> tuple[str, str]:
    kind = str(node.get("tool") or node.get("type") or "")
    return kind, str(node.get("name") or node.get("value") or node.get("instructions"))


def _meaning(node: Mapping[str, Any]) -> Node:
    """Leave out ids, colours, and what is empty or missing alike."""
    kept: Node = {}
    for name, value in node.items():
        if name in _IDS or name in _SILENT or not value:
            continue
        parts = name in _PARTS and isinstance(value, list)
        kept[name] = sorted(map(_text, value)) if parts else value
    return kept


def _text(node: Mapping[str, Any]) -> str:
    return orjson.dumps(_meaning(node), option=orjson.OPT_SORT_KEYS).decode()
