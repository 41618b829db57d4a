"""Reads a GraphQL request: plain JSON, or a multipart form whose files are streamed to disk.

Files are found by `map`, by whatever name their part has. Names of parts are compared after
undoing what form encoders do to quotes and line ends; a single file left over is taken as it is,
because the official SDK puts the import's name, escaped in one place only, in both.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from bulkimport.clock import Clock
from bulkimport.sandbox.files import Draft, Files
from bulkimport.sandbox.refusals import malformed

CHUNK: Final = 1 << 18
FORM: Final = "multipart/form-data"
NO_TYPE: Final = "application/octet-stream"
ESCAPES: Final = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))


@dataclass(kw_only=True)
class Asked:
    """A request before its files are read."""

    query: object = None
    variables: dict[str, Any] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    form: MultipartReader | None = None
    drafts: list[Draft] = field(default_factory=list)

    def discard(self, kept: Collection[str] = ()) -> None:
        """Remove files that were read for nothing; `kept` are the tokens of those that were not."""
        for draft in self.drafts:
            if draft.token not in kept:
                draft.path.unlink(missing_ok=True)


async def open_request(request: web.Request) -> Asked:
    """Read a request up to its first file; raises Refusal when it is malformed."""
    if request.content_type != FORM:
        return _asked(await request.read())
    with well_formed():
        form = await request.multipart()
        operations = await _part(form, "operations")
        places = await _part(form, "map")
    asked = _asked(operations)
    asked.form = form
    asked.places = _object(places, "map")
    if not all(isinstance(each, list) for each in asked.places.values()):
        raise malformed("map must give a list of places for each file")
    return asked


async def read_files(
    asked: Asked, files: Files, clock: Clock, *, bytes_per_second: float | None = None
) -> None:
    """Stream every file of a request to disk and put its draft where `map` says."""
    if asked.form is None:
        return
    with well_formed():
        await _read_parts(asked, files, clock, bytes_per_second=bytes_per_second)


@contextmanager
def well_formed() -> Iterator[None]:
    """Refuse a form that is cut off, or broken in one of the ways that aiohttp tells apart."""
    try:
        yield
    except (ValueError, BadHttpMessage) as error:
        raise malformed(f"the form is malformed: {error}") from error


async def _read_parts(
    asked: Asked, files: Files, clock: Clock, *, bytes_per_second: float | None
) -> None:
    left = {_plain(name): places for name, places in asked.places.items()}
    strays = []
    form = asked.form
    while form is not None and (part := await form.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise malformed("a form inside the form")
        draft = files.draft(part.filename or "", part.headers.get("Content-Type", NO_TYPE))
        asked.drafts.append(draft)
        await _stream(part, draft, clock, bytes_per_second=bytes_per_second)
        places = left.pop(_plain(part.name or ""), None)
        if places is None:
            strays.append(draft)
        else:
            _put(asked.variables, places, draft)
    if len(strays) == len(left) == 1:
        _put(asked.variables, left.popitem()[1], strays[0])
    elif left:
        raise malformed("a file named in map is missing")


async def _stream(
    part: BodyPartReader, draft: Draft, clock: Clock, *, bytes_per_second: float | None
) -> None:
    with draft.path.open("wb") as file:
        while chunk := await part.read_chunk(CHUNK):
            await asyncio.to_thread(file.write, chunk)
            if bytes_per_second:
                await clock.sleep(len(chunk) / bytes_per_second)


async def _part(form: MultipartReader, name: str) -> bytes:
    part = await form.next()
    if not isinstance(part, BodyPartReader) or part.name != name:
        raise malformed(f"the form must go on with {name}")
    return bytes(await part.read())


def _asked(body: bytes) -> Asked:
    content = _object(body, "the request")
    variables = content.get("variables") or {}
    if not isinstance(variables, dict):
        raise malformed("variables must be an object")
    return Asked(query=content.get("query"), variables=variables)


def _object(body: bytes, what: str) -> dict[str, Any]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise malformed(f"{what} is not JSON") from error
    if not isinstance(content, dict):
        raise malformed(f"{what} is not an object")
    return content


def _plain(name: str) -> str:
    for escaped, plain in ESCAPES:
        name = name.replace(escaped, plain)
    return name


def _put(variables: dict[str, Any], places: list[str], draft: Draft) -> None:
    """Set `variables.a.b` to the draft; a place that does not exist is passed over."""
    for place in places:
        node: Any = variables
        *above, last = place.removeprefix("variables.").split(".")
        for name in above:
            node = node.get(name) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node[last] = draft
