"""Work done ahead in threads, its results taken in order by one."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


class Ahead(Generic[Given, Made]):
    """Does `work` on all that it is given in so many `threads`, and hands each result to `take`.

    `take` is called by whoever gives, in the order of giving, and while others work. What raises,
    raises there, and ends it all. Memory: one more given and made than there are threads.
    """

    def __init__(
        self,
        work: Callable[[Given], Made],
        take: Callable[[Given, Made], None],
        *,
        threads: int,
    ) -> None:
        """Start no thread before there is something to do."""
        self._work = work
        self._take = take
        self._most = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ahead")
        self._waiting: deque[tuple[Given, Future[Made]]] = deque()

    def __enter__(self) -> Self:
        """Be given something."""
        return self

    def give(self, one: Given) -> None:
        """Let work on `one` begin; when all threads are busy, take the first result before."""
        while len(self._waiting) > self._most:
            self._take_first()
        self._waiting.append((one, self._pool.submit(self._work, one)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take what is left, unless something was raised; no thread works on afterwards."""
        try:
            while error is None and self._waiting:
                self._take_first()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def _take_first(self) -> None:
        given, made = self._waiting.popleft()
        self._take(given, made.result())
