"""The HTTP side of a sandbox: who may ask, what goes wrong on purpose, what is downloaded."""

import asyncio
import hmac
from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from bulkimport.clock import Clock
from bulkimport.errors import UsageError
from bulkimport.sandbox import replies
from bulkimport.sandbox.faults import AFTER, Faults
from bulkimport.sandbox.files import NDJSON
from bulkimport.sandbox.graphql import NotUnderstood, Operation
from bulkimport.sandbox.refusals import AUTHENTICATION, Refusal
from bulkimport.sandbox.service import Service
from bulkimport.sandbox.session import Fault
from bulkimport.sandbox.settings import SandboxSettings
from bulkimport.sandbox.uploads import Asked, open_request, read_files

BEARER: Final = "Bearer "
DOWNLOAD: Final = "download"
DEFAULT_RATE: Final = 1 << 16

Struck = Mapping[str, Fault]


class Gateway:
    """Turns requests into calls of the service and its answers into responses."""

    def __init__(self, service: Service, settings: SandboxSettings, clock: Clock) -> None:
        """Answer for `service`; only requests with the settings' key reach it."""
        self._service = service
        self._expected = (BEARER + settings.key).encode()
        self._clock = clock
        self._faults = Faults(settings.faults)
        self._late: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Return what is served where."""
        return [
            web.post("/graphql", self.graphql),
            web.post("/_gql", self.graphql),
            web.get("/files/{token}", self.download),
            web.get("/_sandbox/faults", self.show_faults),
            web.post("/_sandbox/faults", self.set_faults),
        ]

    async def close(self) -> None:
        """Give up commits that were to come later."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    # --- GraphQL ---------------------------------------------------------------------------------

    async def graphql(self, request: web.Request) -> web.StreamResponse:
        """Answer one GraphQL request; what it says wrong is said with status 200."""
        try:
            return await self._graphql(request)
        except (ConnectionError, web.RequestPayloadError):
            # The caller went away before the end of its request: nothing is done, nobody listens.
            return web.Response()

    async def _graphql(self, request: web.Request) -> web.StreamResponse:
        if not self._knows(request):
            return await _rest(request, replies.refused("Invalid API key", AUTHENTICATION))
        try:
            asked = await open_request(request)
            operation = self._service.api.read(asked.query)
        except NotUnderstood as error:
            return await _rest(request, replies.as_json({"errors": error.errors, "data": None}))
        except Refusal as error:
            return await _rest(request, _refused(error))
        struck = self._faults.draw(operation.fields[0], request.content_length or 0)
        stopped = await self._before(request, struck)
        if stopped is not None:
            return stopped
        try:
            await self._read_files(asked, struck)
        except Refusal as error:
            return await _rest(request, _refused(error))
        return await self._answer(request, operation, asked, struck=struck)

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
            seconds = struck["late-commit"].get("seconds", 5)
            self._later(seconds, operation, asked, base=base, struck=struck)
            replies.reset(request)
            return web.Response()
        content = await self._run(operation, asked, base=base, struck=struck)
        return await self._after(request, replies.as_json(content), struck)

    async def _run(
        self, operation: Operation, asked: Asked, *, base: str, struck: Struck
    ) -> dict[str, Any]:
        content = await asyncio.to_thread(
            self._service.answer, operation, asked, base=base, faults=struck
        )
        if operation.changes:
            self._service.importer.wake()
        return content

    def _later(
        self, seconds: float, operation: Operation, asked: Asked, *, base: str, struck: Struck
    ) -> None:
        async def commit() -> None:
            try:
                await self._clock.sleep(seconds)
            except asyncio.CancelledError:
                asked.discard()
                raise
            await self._run(operation, asked, base=base, struck=struck)

        task = asyncio.create_task(commit())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    # --- faults ----------------------------------------------------------------------------------

    async def _before(self, request: web.Request, struck: Struck) -> web.StreamResponse | None:
        """Do what goes wrong before anything is done; None when the request goes on."""
        if "delay" in struck:
            await self._clock.sleep(struck["delay"].get("seconds", 1))
        if "reset-before" in struck:
            await _read_some(request, struck["reset-before"].get("bytes", 0))
            replies.reset(request)
            return web.Response()
        if "too-large" in struck:
            return await _rest(request, replies.too_large())
        if "throttle" in struck:
            reply = replies.throttled(struck["throttle"], self._clock.now())
            return await _rest(request, reply)
        if "error-before" in struck:
            return await _rest(request, replies.broken(struck["error-before"], 503))
        return None

    async def _after(
        self, request: web.Request, reply: web.Response, struck: Struck
    ) -> web.StreamResponse:
        """Do what goes wrong after all is done."""
        if "error-after" in struck:
            return replies.broken(struck["error-after"], 502)
        if struck.keys() & {"reset-after", "late-commit"}:
            replies.reset(request)
        if "truncated-reply" in struck:
            return await replies.truncated(request, reply)
        return reply

    async def show_faults(self, request: web.Request) -> web.StreamResponse:
        """Answer the plan in force and what was injected."""
        if not self._knows(request):
            return replies.refused("Invalid API key", AUTHENTICATION)
        return replies.as_json(self._faults.told())

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        """Put a new plan in force, with its counts at zero."""
        if not self._knows(request):
            return replies.refused("Invalid API key", AUTHENTICATION)
        try:
            self._faults = Faults(orjson.loads(await request.read()))
        except (UsageError, orjson.JSONDecodeError) as error:
            return replies.as_json({"message": str(error)}, status=400)
        return replies.as_json(self._faults.told())

    # --- downloads -------------------------------------------------------------------------------

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Answer a file to whoever knows its token: 404 for none, 403 once its time is over."""
        served = await asyncio.to_thread(self._find, request.match_info["token"])
        struck = self._faults.draw(f"{DOWNLOAD}:{served.name}" if served else DOWNLOAD)
        stopped = await self._before(request, struck)
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
            return await self._after(request, whole, struck)
        return web.FileResponse(served.path, headers={"Content-Type": kind})

    def _find(self, token: str) -> Any:  # noqa: ANN401 - Served or None
        with self._service.store.reading() as db:
            return self._service.files.find(db, token, self._clock.now())

    def _knows(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._expected)


def _refused(error: Refusal) -> web.Response:
    return replies.refused(error.message, (error.extensions or {})["code"])


async def _rest(request: web.Request, reply: web.Response) -> web.Response:
    """Read what is left of a request, so that its sender gets to read the reply."""
    await request.release()
    return reply


async def _read_some(request: web.Request, size: int) -> None:
    seen = 0
    while seen < size and (chunk := await request.content.readany()):
        seen += len(chunk)
