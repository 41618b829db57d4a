"""What goes wrong on purpose, done to a request: the plan in force and its deeds.

All that the sandbox serves shares one plan, so one account says what was injected.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bulkimport.clock import Clock
from bulkimport.sandbox import replies
from bulkimport.sandbox.faults import Faults
from bulkimport.sandbox.session import Fault

Struck = Mapping[str, Fault]


class Mishaps:
    """The plan of faults in force, and commits that are to come later."""

    def __init__(self, plan: Mapping[str, Any], clock: Clock) -> None:
        """Raises UsageError for a plan that says something unknown."""
        self._faults = Faults(plan)
        self._clock = clock
        self._late: set[asyncio.Task[None]] = set()

    def replace(self, plan: Mapping[str, Any]) -> None:
        """Put a new plan in force, with its counts at zero; raises UsageError."""
        self._faults = Faults(plan)

    def told(self) -> dict[str, Any]:
        """Write the plan in force as JSON, with what was injected."""
        return self._faults.told()

    def draw(self, operation: str, size: int = 0) -> Struck:
        """Return the faults that strike this request of `size` bytes, by name."""
        return self._faults.draw(operation, size)

    async def before(self, request: web.Request, struck: Struck) -> web.StreamResponse | None:
        """Do what goes wrong before anything is done; None when the request goes on."""
        if "delay" in struck:
            await self._clock.sleep(struck["delay"].get("seconds", 1))
        if "reset-before" in struck:
            await _read_some(request, struck["reset-before"].get("bytes", 0))
            replies.reset(request)
            return web.Response()
        if "too-large" in struck:
            return await replies.rest(request, replies.too_large())
        if "throttle" in struck:
            reply = replies.throttled(struck["throttle"], self._clock.now())
            return await replies.rest(request, reply)
        if "refuse" in struck:
            return await replies.rest(request, _refusal(struck["refuse"]))
        if "error-before" in struck:
            return await replies.rest(request, replies.broken(struck["error-before"], 503))
        return None

    async def after(
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

    def later(
        self, fault: Fault, commit: Callable[[], Awaitable[object]], discard: Callable[[], None]
    ) -> None:
        """Commit once the time of a `late-commit` is over; `discard` if the sandbox ends first."""

        async def wait() -> None:
            try:
                await self._clock.sleep(fault.get("seconds", 5))
            except asyncio.CancelledError:
                discard()
                raise
            await commit()

        task = asyncio.create_task(wait())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def close(self) -> None:
        """Give up commits that were to come later."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)


async def _read_some(request: web.Request, size: int) -> None:
    seen = 0
    while seen < size and (chunk := await request.content.readany()):
        seen += len(chunk)


def _refusal(fault: Fault) -> web.Response:
    reply = replies.refused(str(fault.get("message", "Refused (injected)")), fault["code"])
    reply.set_status(fault.get("status", 200))
    return reply
