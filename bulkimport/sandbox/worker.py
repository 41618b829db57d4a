"""Does jobs in the background, one after another, oldest first."""

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

J = TypeVar("J")


class Worker(ABC, Generic[J]):
    """Takes jobs until closed; what is unfinished goes on at the next start."""

    def __init__(self) -> None:
        """Wait to be run."""
        self._news = asyncio.Event()
        self._closing = False

    def wake(self) -> None:
        """Say that there may be a job."""
        self._news.set()

    def close(self) -> None:
        """Stop as soon as the job in hand lets go."""
        self._closing = True
        self._news.set()

    async def run(self) -> None:
        """Do jobs until closed."""
        while not self._closing:
            self._news.clear()
            job = await asyncio.to_thread(self._next)
            if job is not None:
                await self._run(job)
            else:
                await self._news.wait()

    @abstractmethod
    def _next(self) -> J | None:
        """Return the oldest job that is not done. Blocks."""

    @abstractmethod
    async def _run(self, job: J) -> None:
        """Do one job, so that `_next` does not return it again, or be closing."""
