"""An asyncio loop whose time is virtual: a day of waiting takes milliseconds, always the same way.

    @virtual
    async def test_a_day_passes() -> None:
        await VirtualClock().sleep(86_400)

When everybody waits, time jumps to the next timer. When nobody waits for time either, nothing can
ever happen again, and the test fails with Deadlock instead of hanging. Work for other threads is
done at once on the loop, so a simulated engine has one thread only. Real sockets do not work here.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from typing import Any, ParamSpec, TypeVar, TypeVarTuple, Unpack

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Positional = TypeVarTuple("Positional")

EPOCH = 1_750_000_000.0


class Deadlock(Exception):
    """Every task waits for another one, and no timer is set."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose `time` starts at zero and jumps from timer to timer."""

    def __init__(self) -> None:
        """Start at zero."""
        self.virtual_time = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Return virtual seconds since the start."""
        return self.virtual_time

    def run_in_executor(  # type: ignore[override]
        self,
        executor: Executor | None,
        func: Callable[[Unpack[Positional]], Result],
        *args: *Positional,
    ) -> asyncio.Future[Result]:
        """Run at once: another thread would live in real time."""
        future: asyncio.Future[Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - handed to whoever awaits the future
            future.set_exception(error)
        return future


class VirtualClock:
    """The clock of the loop that runs; satisfies `bulkimport.clock.Clock`."""

    def now(self) -> float:
        """Return virtual seconds since 1970, beginning in 2025."""
        return EPOCH + self.monotonic()

    def monotonic(self) -> float:
        """Return virtual seconds since the loop was made."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(max(0.0, seconds))


def run_virtual(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def virtual(
    test: Callable[Arguments, Coroutine[Any, Any, Result]],
) -> Callable[Arguments, Result]:
    """Make an async test a plain one that runs in virtual time; fixtures and cases still work."""

    @functools.wraps(test)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return run_virtual(test(*args, **kwargs))

    return run


class _JumpingSelector(selectors.BaseSelector):
    """Reports what is ready now and, when nothing is, moves the loop's time forward."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if not ready and timeout is None:
            raise Deadlock("every task waits for another one")
        if not ready and timeout is not None:
            self._loop.virtual_time += max(0.0, timeout)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()
