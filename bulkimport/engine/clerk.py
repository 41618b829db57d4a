"""The one thread that writes the ledger and the result files, in the order asked."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Clerk:
    """Runs calls one at a time, off the loop; a call that was asked for is always finished."""

    def __init__(self) -> None:
        """Start no thread before the first call."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")

    async def __call__(
        self, call: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Run `call` in the thread and give its result; cancelling only stops the waiting."""
        future = self._thread.submit(call, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(future))

    def close(self) -> None:
        """Wait for what was asked and end the thread."""
        self._thread.shutdown(wait=True)
