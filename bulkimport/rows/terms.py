"""What medium and ontology ask of rows that only several rows together can keep or break."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from bulkimport.model import Kind
from bulkimport.rows.ruling import Ruling


class Feature(NamedTuple):
    """One feature or option of an ontology; `schema_id` is empty when it has none."""

    name: str
    type: str
    schema_id: str
    required: bool


QUESTIONS = ("text", "radio", "checklist")
Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Terms:
    """Features are named by their numbers in the checker.

    `required` are questions that every label must answer; `pairs` says of an edge which features
    (source, target) it may join, and one that is not there joins all. `documents` says that boxes
    are on documents, `named` that the features are known.
    """

    required: Sequence[int] = ()
    pairs: Mapping[int, Pairs] = field(default_factory=dict)
    documents: bool = False
    named: bool = False


def terms_of(ruling: Ruling, told: Sequence[tuple[str, str, str, bool]]) -> Terms:
    """Read the terms of an ontology that the checker has compiled, by what it tells of it."""
    features = [Feature(*one) for one in told]
    ontology = orjson.loads(ruling.ontology) if ruling.ontology else None
    tools = ontology.get("tools", []) if isinstance(ontology, dict) else []
    return Terms(
        required=_required(features) if ruling.kind is Kind.LABELS else (),
        pairs=dict(filter(None, (_edge(tool, features) for tool in tools))),
        documents=ruling.media == "document",
        named=ontology is not None,
    )


def _required(features: Sequence[Feature]) -> tuple[int, ...]:
    return tuple(
        number
        for number, feature in enumerate(features)
        if feature.required and feature.type in QUESTIONS
    )


def _edge(tool: Mapping[str, object], features: Sequence[Feature]) -> tuple[int, Pairs] | None:
    """An edge and what it may join; nothing when its constraints name features that are unknown."""
    definition = tool.get("definition") or {}
    constraints = definition.get("constraints") if isinstance(definition, dict) else None
    if tool.get("tool") != "edge" or not constraints:
        return None
    numbers = {feature.schema_id: number for number, feature in enumerate(features)}
    pairs = frozenset((numbers.get(source), numbers.get(target)) for source, target in constraints)
    edges = [
        number
        for number, feature in enumerate(features)
        if feature.type == "edge" and feature.name == tool.get("name")
    ]
    known = frozenset((one, other) for one, other in pairs if one and other)
    return (edges[0], known) if edges and len(known) == len(pairs) else None
