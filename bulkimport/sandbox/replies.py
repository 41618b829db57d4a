"""Answers on the wire, and the ways in which a connection can end without one."""

import socket
import struct
from email.utils import formatdate
from typing import Any, Final

import orjson
from aiohttp import web

from bulkimport.sandbox.session import Fault

# SO_LINGER switched on with no time to linger: closing sends a reset instead of an end.
RESET: Final = struct.pack("ii", 1, 0)
EXCEEDED: Final = "You have exceeded your request limit (injected)"


def as_json(content: Any, status: int = 200) -> web.Response:  # noqa: ANN401 - any JSON
    """Answer with JSON."""
    return web.Response(
        body=orjson.dumps(content), status=status, content_type="application/json", charset="utf-8"
    )


def refused(message: str, code: str) -> web.Response:
    """Answer with one GraphQL error; the status is 200, as the platform has it."""
    error = {"message": message, "extensions": {"code": code}}
    return as_json({"errors": [error], "data": None})


def throttled(fault: Fault, now: float) -> web.Response:
    """Answer 429, with `Retry-After` in seconds, as a date, or not at all."""
    response = as_json({"message": EXCEEDED}, status=429)
    after = fault.get("retry_after")
    if after == "date":
        response.headers["Retry-After"] = formatdate(now + fault.get("seconds", 1), usegmt=True)
    elif after is not None:
        response.headers["Retry-After"] = str(after)
    return response


def broken(fault: Fault, status: int) -> web.Response:
    """Answer 5xx the way a gateway does: not in JSON."""
    return web.Response(status=fault.get("status", status), text="Bad gateway (injected)")


def reset(request: web.Request) -> None:
    """End the connection with a reset."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    transport.abort()


async def truncated(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Promise the whole answer, send half of it, end the connection."""
    body = bytes(whole.body) if isinstance(whole.body, bytes) else b""
    response = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.content_type})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def rest(request: web.Request, reply: web.Response) -> web.Response:
    """Read what is left of a request, so that its sender gets to read the reply."""
    await request.release()
    return reply


def too_large() -> web.Response:
    """Answer 413 as a gateway does."""
    return web.Response(status=413, text="Request entity too large (injected)")
