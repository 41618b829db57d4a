"""Runs one GraphQL document against the sandbox's fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.validation import (
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    NoFragmentCyclesRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
)

from bulkimport.sandbox.refusals import INTERNAL, PARSE_FAILED, VALIDATION_FAILED
from bulkimport.sandbox.session import Field, Session

REMEMBERED: Final = 256
# The rules about variables are left out on purpose: the official SDK breaks them.
RULES: Final = (
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    NoFragmentCyclesRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
)


class NotUnderstood(Exception):
    """The document is not GraphQL, or asks for what the schema does not have."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("document not understood")
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A checked document: its root fields, in order, and whether it may change anything."""

    document: DocumentNode
    fields: tuple[str, ...]
    changes: bool


class Api:
    """The schema and the functions behind its root fields."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        """`fields` answers every root field of queries and mutations by its name."""
        self._schema = load_schema()
        self._fields = fields
        # Clients send the same few documents; reading one costs more than answering it.
        self._read = lru_cache(REMEMBERED)(self._read_anew)

    def read(self, text: object) -> Operation:
        """Parse and check a document; raises NotUnderstood."""
        return self._read(text if isinstance(text, str) else "")

    def _read_anew(self, text: str) -> Operation:
        try:
            document = parse(text)
        except GraphQLError as error:
            raise NotUnderstood([refusal(error, PARSE_FAILED)]) from error
        errors = validate(self._schema, document, RULES)
        if errors:
            raise NotUnderstood([refusal(error, VALIDATION_FAILED) for error in errors])
        return operation(document)

    def run(
        self, asked: Operation, variables: Mapping[str, Any] | None, session: Session
    ) -> ExecutionResult:
        """Answer every field of a checked document."""
        return execute_sync(
            self._schema,
            asked.document,
            root_value=self._fields,
            context_value=session,
            variable_values=dict(variables or {}),
            field_resolver=resolve,
        )


def load_schema() -> GraphQLSchema:
    """Read the schema that is shipped with the package."""
    text = files("bulkimport.sandbox").joinpath("schema.graphql").read_text(encoding="utf-8")
    return build_schema(text)


def resolve(
    source: Mapping[str, Any], info: "GraphQLResolveInfo[Session]", **arguments: object
) -> object:
    """Take a field out of what is above it; a function there is asked with the arguments."""
    value = source.get(info.field_name)
    return value(info.context, arguments) if callable(value) else value


def operation(document: DocumentNode) -> Operation:
    """Say what a document asks for; the SDK sends one operation a document."""
    definition = next(
        (node for node in document.definitions if isinstance(node, OperationDefinitionNode)), None
    )
    if definition is None:
        raise NotUnderstood([answer("the document holds no operation", PARSE_FAILED)])
    names = (
        node.name.value
        for node in definition.selection_set.selections
        if isinstance(node, FieldNode)
    )
    changes = definition.operation is OperationType.MUTATION
    return Operation(document=document, fields=tuple(names), changes=changes)


def payload(result: ExecutionResult) -> dict[str, Any]:
    """Turn a result into the answer's JSON; `errors` is there only when there are some."""
    if not result.errors:
        return {"data": result.data}
    errors = [
        refusal(error, INTERNAL if is_surprise(error) else VALIDATION_FAILED)
        for error in result.errors
    ]
    return {"data": result.data, "errors": errors}


def is_surprise(error: GraphQLError) -> bool:
    """Whether an error is our own mistake: neither a refusal nor a value of the wrong type."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)


def refusal(error: GraphQLError, code: str) -> dict[str, Any]:
    """Write an error with the code it carries, or with `code`."""
    carried = (error.extensions or {}).get("code", code)
    return {**answer(error.message, carried), "path": list(error.path or [])}


def answer(message: str, code: str) -> dict[str, Any]:
    """Write an error as the SDK needs it: without a code it breaks."""
    return {"message": message, "extensions": {"code": code}}
