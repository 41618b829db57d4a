"""Why one row is refused: the words of a status line."""

from collections.abc import Mapping
from typing import Any


class Unfit(Exception):
    """One row is refused; `name` is for programs, the message for people."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


def invalid(message: str) -> Unfit:
    """Refuse a row for its shape."""
    return Unfit("ValidationError", message)


def unknown(node: Mapping[str, Any]) -> Unfit:
    """Refuse a row for a name or schema id that the ontology lacks, in the platform's words."""
    if node.get("name") is not None:
        return invalid(f"Ontology does not contain name: {node['name']}")
    schema = node.get("schemaId", node.get("featureSchemaId"))
    if schema is not None:
        return invalid(f"Ontology does not contain schemaId: {schema}")
    return invalid("One of name and schemaId is required")
