"""Takes the bytes of an upload: a form of one file, or a file put to a signed address."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import BodyPartReader, web

from bulkimport.clock import Clock
from bulkimport.sandbox.files import Draft
from bulkimport.sandbox.labellerr.jobs import MOST_BYTES, Answers
from bulkimport.sandbox.labellerr.refusals import Refused, malformed
from bulkimport.sandbox.refusals import Refusal
from bulkimport.sandbox.uploads import CHUNK, FORM, well_formed

PART: Final = "file"
DIGEST_BYTES: Final = 16


@dataclass(frozen=True)
class Pace:
    """How fast bytes are read; without a rate as fast as they come."""

    clock: Clock
    bytes_per_second: float | None = None

    async def keep(self, size: int) -> None:
        """Let the time pass that so many bytes are to take."""
        if self.bytes_per_second:
            await self.clock.sleep(size / self.bytes_per_second)


async def read_form(request: web.Request, draft: Draft, pace: Pace) -> Answers:
    """Stream the one file of a form into a draft; raises Refused."""
    if request.content_type != FORM:
        raise malformed(f"The call must carry a {FORM} with one file")
    try:
        with well_formed():
            return await _read_form(request, draft, pace)
    except Refusal as error:
        raise malformed(error.message) from error


async def _read_form(request: web.Request, draft: Draft, pace: Pace) -> Answers:
    form = await request.multipart()
    part = await form.next()
    if not isinstance(part, BodyPartReader) or part.name != PART or not part.filename:
        raise malformed(f"The form must hold one file named {PART}")
    size, digest = await _stream(lambda: part.read_chunk(CHUNK), draft, pace, limit=MOST_BYTES)
    if await form.next() is not None:
        raise malformed("The form must hold one file and nothing else")
    return Answers(token=draft.token, name=part.filename, size=size, digest=digest)


async def read_body(request: web.Request, draft: Draft, pace: Pace) -> tuple[int, str]:
    """Stream a whole body into a draft; return its size in bytes and its digest."""
    return await _stream(lambda: request.content.read(CHUNK), draft, pace)


async def _stream(
    read: Callable[[], Awaitable[bytes]], draft: Draft, pace: Pace, *, limit: int | None = None
) -> tuple[int, str]:
    size, digest = 0, hashlib.blake2b(digest_size=DIGEST_BYTES)
    with draft.path.open("wb") as file:
        while chunk := await read():
            size += len(chunk)
            check_size(size, limit)
            await asyncio.to_thread(file.write, chunk)
            digest.update(chunk)
            await pace.keep(len(chunk))
    return size, digest.hexdigest()


def check_size(size: int, limit: int | None = MOST_BYTES) -> None:
    """Return when a file is not too large; raises Refused."""
    if limit is not None and size > limit:
        raise Refused(413, "FILE_TOO_LARGE", f"The file has more than {limit:,} bytes")
