"""The HTTP side of a sandbox: who may ask, what goes wrong on purpose, what is downloaded."""

import asyncio
import hmac
from math import ceil
from typing import Any, Final

import orjson
from aiohttp import web

from bulkimport.clock import Clock
from bulkimport.errors import UsageError
from bulkimport.sandbox import replies
from bulkimport.sandbox.faults import AFTER
from bulkimport.sandbox.files import NDJSON
from bulkimport.sandbox.graphql import NotUnderstood, Operation
from bulkimport.sandbox.mishaps import Mishaps, Struck
from bulkimport.sandbox.refusals import AUTHENTICATION, Refusal
from bulkimport.sandbox.service import Service
from bulkimport.sandbox.tiers import Turnstile
from bulkimport.sandbox.uploads import Asked, open_request, read_files

BEARER: Final = "Bearer "
DOWNLOAD: Final = "download"
DEFAULT_RATE: Final = 1 << 16


class Gateway:
    """Turns requests into calls of the service and its answers into responses."""

    def __init__(
        self,
        service: Service,
        key: str,
        *,
        mishaps: Mishaps,
        clock: Clock,
        requests_per_minute: int | None = None,
    ) -> None:
        """Answer for `service`; only requests with the key reach it."""
        self._turnstile = Turnstile(requests_per_minute)
        self._service = service
        self._expected = (BEARER + key).encode()
        self._mishaps = mishaps
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return what is served where."""
        return [
            web.post("/graphql", self.graphql),
            web.post("/_gql", self.graphql),
            web.get("/files/{token}", self.download),
            web.get("/_sandbox/faults", self.show_faults),
            web.post("/_sandbox/faults", self.set_faults),
        ]

    # --- GraphQL ---------------------------------------------------------------------------------

    async def graphql(self, request: web.Request) -> web.StreamResponse:
        """Answer one GraphQL request; what it says wrong is said with status 200."""
        try:
            return await self._graphql(request)
        except (ConnectionError, web.RequestPayloadError):
            # The caller went away before the end of its request: nothing is done, nobody listens.
            return web.Response()

    async def _graphql(self, request: web.Request) -> web.StreamResponse:
        turned_away = self._turned_away(request)
        if turned_away is not None:
            return await replies.rest(request, turned_away)
        try:
            asked = await open_request(request)
            operation = self._service.api.read(asked.query)
        except NotUnderstood as error:
            return await replies.rest(
                request, replies.as_json({"errors": error.errors, "data": None})
            )
        except Refusal as error:
            return await replies.rest(request, _refused(error))
        struck = self._mishaps.draw(operation.fields[0], request.content_length or 0)
        stopped = await self._mishaps.before(request, struck)
        if stopped is not None:
            return stopped
        try:
            await self._read_files(asked, struck)
        except Refusal as error:
            return await replies.rest(request, _refused(error))
        return await self._answer(request, operation, asked, struck=struck)

    def _turned_away(self, request: web.Request) -> web.Response | None:
        if not self._knows(request):
            return replies.refused("Invalid API key", AUTHENTICATION)
        wait = self._turnstile.wait(self._clock.now())
        return replies.throttled({"retry_after": ceil(wait)}, self._clock.now()) if wait else None

    async def _read_files(self, asked: Asked, struck: Struck) -> None:
        slow = struck.get("slow-body")
        rate = slow.get("bytes_per_second", DEFAULT_RATE) if slow is not None else None
        try:
            await read_files(asked, self._service.files, self._clock, bytes_per_second=rate)
        except BaseException:
            asked.discard()
            raise

    async def _answer(
        self, request: web.Request, operation: Operation, asked: Asked, *, struck: Struck
    ) -> web.StreamResponse:
        base = f"{request.scheme}://{request.host}"
        if "late-commit" in struck:
            self._mishaps.later(
                struck["late-commit"],
                lambda: self._run(operation, asked, base=base, struck=struck),
                asked.discard,
            )
            replies.reset(request)
            return web.Response()
        content = await self._run(operation, asked, base=base, struck=struck)
        return await self._mishaps.after(request, replies.as_json(content), struck)

    async def _run(
        self, operation: Operation, asked: Asked, *, base: str, struck: Struck
    ) -> dict[str, Any]:
        content = await asyncio.to_thread(
            self._service.answer, operation, asked, base=base, faults=struck
        )
        if operation.changes:
            self._service.importer.wake()
        return content

    # --- faults ----------------------------------------------------------------------------------

    async def show_faults(self, request: web.Request) -> web.StreamResponse:
        """Answer the plan in force and what was injected."""
        if not self._knows(request):
            return replies.refused("Invalid API key", AUTHENTICATION)
        return replies.as_json(self._mishaps.told())

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        """Put a new plan in force, with its counts at zero."""
        if not self._knows(request):
            return replies.refused("Invalid API key", AUTHENTICATION)
        try:
            self._mishaps.replace(orjson.loads(await request.read()))
        except (UsageError, orjson.JSONDecodeError) as error:
            return replies.as_json({"message": str(error)}, status=400)
        return replies.as_json(self._mishaps.told())

    # --- downloads -------------------------------------------------------------------------------

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Answer a file to whoever knows its token: 404 for none, 403 once its time is over."""
        served = await asyncio.to_thread(self._find, request.match_info["token"])
        struck = self._mishaps.draw(f"{DOWNLOAD}:{served.name}" if served else DOWNLOAD)
        stopped = await self._mishaps.before(request, struck)
        if stopped is not None:
            return stopped
        if served is None:
            return web.Response(status=404, text="no such file")
        if served.expired:
            return web.Response(status=403, text="the file has expired")
        kind = f"{NDJSON}; charset=utf-8" if served.content_type == NDJSON else served.content_type
        if struck.keys() & AFTER:
            body = await asyncio.to_thread(served.path.read_bytes)
            whole = web.Response(body=body, headers={"Content-Type": kind})
            return await self._mishaps.after(request, whole, struck)
        return web.FileResponse(served.path, headers={"Content-Type": kind})

    def _find(self, token: str) -> Any:  # noqa: ANN401 - Served or None
        with self._service.store.reading() as db:
            return self._service.files.find(db, token, self._clock.now())

    def _knows(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._expected)


def _refused(error: Refusal) -> web.Response:
    return replies.refused(error.message, (error.extensions or {})["code"])
