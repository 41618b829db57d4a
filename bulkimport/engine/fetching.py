"""Pictures behind addresses, for those who look at pictures in a thread."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bulkimport.clock import Clock
from bulkimport.destinations.http import NoAnswer
from bulkimport.destinations.pictures import Pictures
from bulkimport.engine.mask_rules import MaskLook
from bulkimport.masks.gallery import Fetch
from bulkimport.masks.pictures import Fault, Trouble
from bulkimport.settings import Settings


@asynccontextmanager
async def fetching(
    look: MaskLook | None, *, settings: Settings, clock: Clock
) -> AsyncIterator[Fetch | None]:
    """Give what fetches a picture, to be called in threads; None unless it is asked for.

    One picture at a time for each caller. Raises UsageError as Pictures does.
    """
    if look is not MaskLook.FETCHED:
        yield None
        return
    pictures, loop = Pictures(settings=settings, clock=clock), asyncio.get_running_loop()

    def fetch(address: str) -> bytes | Fault:
        told = asyncio.run_coroutine_threadsafe(pictures.fetch(address), loop).result()
        return Fault(Trouble.UNREACHABLE, told.reason) if isinstance(told, NoAnswer) else told

    try:
        yield fetch
    finally:
        await pictures.close()
