"""What the clerk is asked for is done, in order, even when nobody waits for it any more."""

import asyncio
import threading

import pytest

from bulkimport.engine.clerk import Clerk


async def test_calls_are_made_one_after_another_off_the_loop() -> None:
    """In the order in which they were asked for, all in one thread."""
    clerk = Clerk()
    done: list[tuple[int, int]] = []

    def note(number: int, *, more: int) -> int:
        done.append((number, threading.get_ident()))
        return number + more

    results = await asyncio.gather(*(clerk(note, number, more=100) for number in range(50)))

    clerk.close()
    assert results == [number + 100 for number in range(50)]
    assert [number for number, _ in done] == list(range(50))
    assert {thread for _, thread in done}.isdisjoint({threading.get_ident()})
    assert len({thread for _, thread in done}) == 1


async def test_an_error_reaches_who_asked() -> None:
    """And the clerk goes on."""
    clerk = Clerk()

    def fail() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await clerk(fail)
    assert await clerk(int, "7") == 7
    clerk.close()


async def test_who_is_cancelled_only_stops_waiting() -> None:
    """A change that was begun is on record, or the ledger would not know of it."""
    clerk, begin, done = Clerk(), threading.Event(), threading.Event()
    entered = asyncio.Event()
    loop = asyncio.get_running_loop()

    def change() -> None:
        loop.call_soon_threadsafe(entered.set)
        begin.wait()
        done.set()

    waiting = asyncio.create_task(clerk(change))
    queued = asyncio.create_task(clerk(done.is_set))
    await entered.wait()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not done.is_set()
    begin.set()

    assert await queued
    clerk.close()


async def test_closing_waits_for_what_was_asked() -> None:
    """Also for what is still in the queue."""
    clerk = Clerk()
    done: list[int] = []
    tasks = [asyncio.create_task(clerk(done.append, number)) for number in range(100)]
    await asyncio.sleep(0)

    await asyncio.to_thread(clerk.close)

    assert done == list(range(100))
    await asyncio.gather(*tasks)
