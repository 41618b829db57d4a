"""An ontology made ready for look-ups: from a name or a schema id to what it stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Names = dict[str, "Feature"]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A tool, a question or an option; `kind` is the ontology's own word for its type.

    `options` are the answers of a question, `children` the questions below this feature, both by
    name and by schema id. The children of a question are those of all its options.
    """

    kind: str
    options: Names = field(default_factory=dict)
    children: Names = field(default_factory=dict)


def features(normalized: Mapping[str, Any]) -> Names:
    """Return the top of an ontology, tools before questions of the same name."""
    tools = normalized.get("tools") or []
    questions = normalized.get("classifications") or []
    return _named([*((node, _tool(node)) for node in tools), *map(_with_node, questions)])


def find(names: Names, node: Mapping[str, Any]) -> Feature | None:
    """Return what a row means by its `schemaId` or `name`; given both, they must agree."""
    name, schema = node.get("name"), node.get("schemaId", node.get("featureSchemaId"))
    by_name = names.get(name) if isinstance(name, str) else None
    if schema is None:
        return by_name
    by_schema = names.get(schema) if isinstance(schema, str) else None
    return by_schema if name is None or by_name is by_schema else None


def _tool(node: Mapping[str, Any]) -> Feature:
    return Feature(kind=node["tool"], children=_questions(node.get("classifications")))


def _question(node: Mapping[str, Any]) -> Feature:
    options = node.get("options") or []
    # A question below a text stands among the options, without a label or value of its own.
    below = [each for each in options if "type" in each] + (node.get("classifications") or [])
    answers = [(each, _option(each)) for each in options if "type" not in each]
    children = _questions(below)
    for _, answer in answers:
        children = {**answer.children, **children}
    return Feature(kind=node["type"], options=_named(answers), children=children)


def _option(node: Mapping[str, Any]) -> Feature:
    return Feature(kind="option", children=_questions(node.get("options")))


def _questions(nodes: Iterable[Mapping[str, Any]] | None) -> Names:
    return _named(_with_node(node) for node in nodes or ())


def _with_node(node: Mapping[str, Any]) -> tuple[Mapping[str, Any], Feature]:
    return node, _question(node)


def _named(found: Iterable[tuple[Mapping[str, Any], Feature]]) -> Names:
    """Put features under all they may be called; the first of a name keeps it.

    An option answers to its label and to its value: the platform was seen to take either.
    """
    names: Names = {}
    for node, feature in found:
        for called in ("featureSchemaId", "name", "label", "value"):
            if node.get(called) is not None:
                names.setdefault(str(node[called]), feature)
    return names
