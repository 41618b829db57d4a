"""How Labellerr says no: a status, a code for programs, words for people.

The service's own words are not known; the sandbox says plainly what is wrong.
"""

from typing import Any

from aiohttp import web

from bulkimport.sandbox import replies


class Refused(Exception):
    """A call that is answered with an error; nothing it changed is kept."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def reply(self) -> web.Response:
        """Answer with it."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        return replies.as_json({"error": error}, status=self.status)


def malformed(message: str) -> Refused:
    """Say that a call contradicts itself."""
    return Refused(400, "BAD_REQUEST", message)


def missing(what: str, identity: object) -> Refused:
    """Say that something asked for by id is not there."""
    return Refused(404, "NOT_FOUND", f"There is no {what} {identity}")


def forbidden(message: str) -> Refused:
    """Say that the caller is known, and may not."""
    return Refused(403, "FORBIDDEN", message)
