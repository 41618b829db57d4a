"""The HTTP side of the local Labellerr: paths, who may call, what goes wrong on purpose."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from bulkimport.clock import Clock
from bulkimport.sandbox import replies
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.labellerr import listings
from bulkimport.sandbox.labellerr.access import admit
from bulkimport.sandbox.labellerr.refusals import Refused
from bulkimport.sandbox.labellerr.runner import Runner
from bulkimport.sandbox.labellerr.submissions import SIGNED, Submissions
from bulkimport.sandbox.labellerr.work import Work
from bulkimport.sandbox.mishaps import Mishaps, Struck
from bulkimport.sandbox.settings import LabellerrSettings
from bulkimport.sandbox.store import Store

# Operations of a plan of faults are `labellerr:` and the name of a call.
OPERATION: Final = "labellerr:"

Call = Callable[[web.Request, Struck], Awaitable[Work]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LabellerrGateway:
    """Turns requests into calls and what they do into responses."""

    def __init__(
        self,
        store: Store,
        files: Files,
        settings: LabellerrSettings | None,
        *,
        mishaps: Mishaps,
        clock: Clock,
    ) -> None:
        """Answer from a store; only requests with the settings' keys reach it."""
        self.runner = Runner(store, files)
        self._store = store
        self._settings = settings
        self._mishaps = mishaps
        seconds = settings.processing_seconds if settings else 0.0
        self._submissions = Submissions(files, clock, processing_seconds=seconds)

    def routes(self) -> list[web.RouteDef]:
        """Return what is served where."""
        calls = self._submissions
        known: list[tuple[str, str, str, Call]] = [
            ("GET", "/projects/project/{project}", "project", listings.project),
            ("POST", "/actions/upload_answers", "upload_answers", calls.upload),
            ("GET", "/actions/upload_answers_status", "upload_answers_status", calls.status),
            ("GET", "/connectors/direct-upload-url", "direct-upload-url", calls.open_slot),
            ("POST", "/search/project_files", "project_files", listings.project_files),
            ("GET", "/search/files/all", "files", listings.files),
            ("GET", "/datasets/{dataset}", "dataset", listings.dataset),
            ("GET", "/data/file_data", "file_data", listings.file),
        ]
        return [
            *(
                web.route(method, path, self._known(name, call))
                for method, path, name, call in known
            ),
            web.put(f"{SIGNED}{{token}}", self._signed("upload-url", calls.fill_slot)),
        ]

    def _known(self, name: str, call: Call) -> Handler:
        """Serve a call to whoever gives the right keys."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                admit(request, self._settings)
            except Refused as error:
                return await replies.rest(request, error.reply())
            return await self._serve(request, OPERATION + name, call)

        return handle

    def _signed(self, name: str, call: Call) -> Handler:
        """Serve a call to whoever knows its address."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, OPERATION + name, call)

        return handle

    async def _serve(self, request: web.Request, operation: str, call: Call) -> web.StreamResponse:
        struck = self._mishaps.draw(operation, request.content_length or 0)
        try:
            stopped = await self._mishaps.before(request, struck)
            if stopped is not None:
                return stopped
            return await self._answer(request, await call(request, struck), struck)
        except Refused as error:
            return await replies.rest(request, error.reply())
        except (ConnectionError, web.RequestPayloadError):
            # The caller went away before the end of its request: nothing is done, nobody listens.
            return web.Response()

    async def _answer(self, request: web.Request, work: Work, struck: Struck) -> web.StreamResponse:
        if "late-commit" in struck:
            self._mishaps.later(struck["late-commit"], lambda: self._quietly(work), work.discard)
            replies.reset(request)
            return web.Response()
        content = await self._perform(work)
        return await self._mishaps.after(request, replies.as_json(content), struck)

    async def _perform(self, work: Work) -> Mapping[str, Any]:
        content = await asyncio.to_thread(work.perform, self._store)
        if work.changes:
            self.runner.wake()
        return content

    async def _quietly(self, work: Work) -> None:
        """Do late work; a refusal has nobody left to hear it."""
        with contextlib.suppress(Refused):
            await self._perform(work)
