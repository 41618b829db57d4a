"""Stopping early: why, and how soon.

The first SIGINT, SIGTERM or SIGHUP asks for a drain: start nothing new, let bodies in flight
finish within the grace, do not wait to settle. The second stops at once. The ledger is sound
either way.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from bulkimport.errors import BulkimportError

# A closed terminal counts as SIGTERM: exit codes know only the two.
SIGNALS = {
    signal.SIGINT: signal.SIGINT,
    signal.SIGTERM: signal.SIGTERM,
    signal.SIGHUP: signal.SIGTERM,
}


class Stop:
    """A request to end the run early; the first cause wins."""

    def __init__(self) -> None:
        """Begin unasked."""
        self._asked = asyncio.Event()
        self._pressed = asyncio.Event()
        self.error: BulkimportError | None = None
        self.signal: int | None = None
        self.reason = ""

    @property
    def asked(self) -> bool:
        """Whether anybody asked to stop."""
        return self._asked.is_set()

    async def wait(self) -> None:
        """Wait until somebody asks."""
        await self._asked.wait()

    async def wait_pressed(self) -> None:
        """Wait until somebody asks a second time."""
        await self._pressed.wait()

    def because(self, error: BulkimportError) -> None:
        """Ask to stop because of an error that every other shard would meet too."""
        if not self.asked:
            self.error, self.reason = error, str(error)
        self._asked.set()

    def by_signal(self, number: signal.Signals) -> None:
        """Ask to stop because of a signal; the second one presses."""
        if self.asked:
            self._pressed.set()
            return
        self.signal, self.reason = int(SIGNALS[number]), f"stopped by {number.name}"
        self._asked.set()


@contextmanager
def signals_stop(stop: Stop) -> Iterator[None]:
    """While inside, signals ask `stop` instead of killing the process."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.by_signal, number)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
