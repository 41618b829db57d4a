"""Time as an argument: nothing above the native core reads a clock or sleeps on its own."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What time it is, and a way to let some pass."""

    def now(self) -> float:
        """Return seconds since the epoch: for records that people read and for HTTP dates."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back: for intervals."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; zero or less only gives way to others."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep without blocking the loop."""
        await asyncio.sleep(max(0.0, seconds))
