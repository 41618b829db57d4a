"""Ontologies and feature schemas: what may be annotated."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.conditions import cursor_page
from bulkimport.sandbox.documents import FEATURE, ONTOLOGY, PROJECT, Document
from bulkimport.sandbox.features import features
from bulkimport.sandbox.ids import new_id
from bulkimport.sandbox.refusals import NOT_ALLOWED, Refusal, malformed, missing
from bulkimport.sandbox.session import Arguments, Field, Session

PARTS: Final = ("tools", "classifications", "options", "relationships")
NEW_FEATURE: Final = "new_feature_schema_id"


def with_ids(node: Mapping[str, Any], identity: Callable[[], str]) -> dict[str, Any]:
    """Return a node of an ontology with an id wherever one is missing, all the way down."""
    filled = {
        name: [with_ids(part, identity) for part in value]
        if name in PARTS and isinstance(value, list)
        else value
        for name, value in node.items()
    }
    if not {"tool", "type", "label", "value"} & node.keys():
        return filled
    ids = {name: node.get(name) or identity() for name in ("schemaNodeId", "featureSchemaId")}
    return {**filled, **ids}


def parse_normalized(text: str) -> dict[str, Any]:
    """Read the JSON that the SDK sends as a string."""
    try:
        normalized = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise malformed(f"normalized is not JSON: {error}") from error
    if not isinstance(normalized, dict):
        raise malformed("normalized must be an object")
    return normalized


def add_ontology(session: Session, data: Mapping[str, Any]) -> Document:
    """Make an ontology of a name, a `normalized` and a media type."""
    normalized = parse_normalized(data["normalized"])
    try:
        filled = with_ids({"tools": [], "classifications": [], **normalized}, new_id)
        features(filled)
    except (KeyError, TypeError, AttributeError) as error:
        raise malformed(f"normalized is no ontology: {error!r}") from error
    body = {
        "name": data["name"],
        "description": "",
        "createdAt": session.stamp,
        "updatedAt": session.stamp,
        "mediaType": data.get("mediaType"),
        "normalized": filled,
        "objectSchemaCount": len(filled["tools"]),
        "classificationSchemaCount": len(filled["classifications"]),
    }
    return documents.add(session.db, ONTOLOGY, body)


def upsert_ontology(session: Session, arguments: Arguments) -> Document:
    """Answer createOntology: a new one each time."""
    most = session.limits.ontologies
    if most is not None and sum(1 for _ in documents.each(session.db, ONTOLOGY)) >= most:
        raise Refusal(NOT_ALLOWED, f"The plan of this account takes {most} ontologies")
    return add_ontology(session, arguments["data"])


def ontology(session: Session, arguments: Arguments) -> Document:
    """Answer an ontology by its id."""
    identity = arguments["where"]["id"]
    found = documents.find(session.db, ONTOLOGY, identity)
    if found is None:
        raise missing("Ontology", identity)
    return found


def ontologies(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a page of the ontologies whose name contains the text searched for."""
    return _search(session, arguments, ONTOLOGY)


def upsert_feature_schema(session: Session, arguments: Arguments) -> Document:
    """Answer createFeatureSchema."""
    filled = with_ids(parse_normalized(arguments["data"]["normalized"]), new_id)
    body = {
        "id": filled["featureSchemaId"],
        "name": filled.get("name") or filled.get("title"),
        "normalized": filled,
    }
    return documents.add(session.db, FEATURE, body)


def feature_schema(session: Session, arguments: Arguments) -> Document:
    """Answer a feature schema: one made by itself, or one of an ontology's."""
    identity = arguments["where"]["featureSchemaId"]
    found = documents.find(session.db, FEATURE, identity)
    return found or _of_an_ontology(session, identity)


def feature_schemas(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer a page of the feature schemas whose name contains the text searched for."""
    return _search(session, arguments, FEATURE)


def put_feature(session: Session, identity: str, normalized: str) -> str:
    """Make a feature schema, or change it wherever it is used; returns its id."""
    node = parse_normalized(normalized)
    if identity == NEW_FEATURE:
        made: str = upsert_feature_schema(session, {"data": {"normalized": normalized}})["id"]
        return made
    filled = with_ids({**node, "featureSchemaId": identity}, new_id)
    users = [each for each in documents.each(session.db, ONTOLOGY) if _has(each, identity)]
    alone = documents.find(session.db, FEATURE, identity)
    if not users and alone is None:
        raise missing("FeatureSchema", identity)
    for each in users:
        _keep(session, each, [filled if _is(own, identity) else own for own in _nodes(each)])
    if alone is not None:
        name = filled.get("name") or filled.get("title")
        documents.change(session.db, alone, name=name, normalized=filled)
    return identity


def insert_feature(session: Session, ontology_id: str, identity: str, *, position: int) -> None:
    """Put a feature schema into an ontology, or move it there, among those of its group."""
    found = ontology(session, {"where": {"id": ontology_id}})
    node = feature_schema(session, {"where": {"featureSchemaId": identity}})["normalized"]
    others = [own for own in _nodes(found) if not _is(own, identity)]
    group = [own for own in others if ("tool" in own) == ("tool" in node)]
    group.insert(position, node)
    _keep(session, found, [*group, *(own for own in others if ("tool" in own) != ("tool" in node))])


def delete_ontology(session: Session, identity: str) -> None:
    """Delete an ontology that no project has."""
    found = ontology(session, {"where": {"id": identity}})
    users = [
        project["name"]
        for project in documents.each(session.db, PROJECT)
        if project["ontology"] == identity and not project["deleted"]
    ]
    if users:
        raise malformed(
            "Cannot delete an ontology connected to a project. The ontology is connected to"
            f" projects: {', '.join(users)}"
        )
    documents.remove(session.db, found)


def _nodes(found: Document) -> list[dict[str, Any]]:
    return [*found["normalized"]["tools"], *found["normalized"]["classifications"]]


def _is(node: Mapping[str, Any], identity: str) -> bool:
    return bool(node["featureSchemaId"] == identity)


def _has(found: Document, identity: str) -> bool:
    return any(_is(node, identity) for node in _nodes(found))


def _keep(session: Session, found: Document, nodes: list[dict[str, Any]]) -> None:
    tools = [node for node in nodes if "tool" in node]
    classifications = [node for node in nodes if "tool" not in node]
    normalized = {**found["normalized"], "tools": tools, "classifications": classifications}
    documents.change(
        session.db,
        found,
        normalized=normalized,
        objectSchemaCount=len(tools),
        classificationSchemaCount=len(classifications),
        updatedAt=session.stamp,
    )


def _of_an_ontology(session: Session, identity: str) -> Document:
    for each in documents.each(session.db, ONTOLOGY):
        for node in (*each["normalized"]["tools"], *each["normalized"]["classifications"]):
            if node["featureSchemaId"] == identity:
                return {"id": identity, "name": node.get("name"), "normalized": node}
    raise missing("FeatureSchema", identity)


def _search(session: Session, arguments: Arguments, kind: str) -> Mapping[str, Any]:
    text = ((arguments.get("where") or {}).get("search") or "").lower()
    met = [each for each in documents.each(session.db, kind) if text in each["name"].lower()]
    nodes, cursor = cursor_page(met, arguments)
    return {"nodes": nodes, "nextCursor": cursor}


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "upsertOntology": upsert_ontology,
        "ontology": ontology,
        "ontologies": ontologies,
        "upsertRootSchemaNode": upsert_feature_schema,
        "rootSchemaNode": feature_schema,
        "rootSchemaNodes": feature_schemas,
    }
)
