"""Sleeping on an injected clock until something happens."""

import asyncio

from bulkimport.clock import Clock


async def sleep_unless(happened: asyncio.Event, seconds: float, *, clock: Clock) -> None:
    """Let `seconds` pass, or less when `happened` is set meanwhile."""
    if happened.is_set() or seconds <= 0:
        return
    sleeping = asyncio.ensure_future(clock.sleep(seconds))
    waiting = asyncio.ensure_future(happened.wait())
    try:
        await asyncio.wait((sleeping, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeping.cancel()
        waiting.cancel()
