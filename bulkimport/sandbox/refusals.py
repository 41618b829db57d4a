"""How the platform says no: a message for people and a code for programs."""

from typing import Final

from graphql import GraphQLError

AUTHENTICATION: Final = "AUTHENTICATION_ERROR"
NOT_FOUND: Final = "RESOURCE_NOT_FOUND"
CONFLICT: Final = "RESOURCE_CONFLICT"
MALFORMED: Final = "MALFORMED_REQUEST"
PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
NOT_ALLOWED: Final = "OPERATION_NOT_ALLOWED"
INTERNAL: Final = "INTERNAL_SERVER_ERROR"


class Refusal(GraphQLError):
    """A request that is answered with an error; nothing it changed is kept."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is one of this file's names; the SDK picks its exception by it."""
        super().__init__(message, extensions={"code": code})


def missing(kind: str, identity: object) -> Refusal:
    """Say that something asked for by id or name is not there."""
    return Refusal(NOT_FOUND, f"Resource '{kind}' not found for params: {identity!r}")


def malformed(message: str) -> Refusal:
    """Say that a request contradicts itself."""
    return Refusal(MALFORMED, message)
