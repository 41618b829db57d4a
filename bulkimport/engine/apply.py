"""Carry out a plan: producer, consumers and settler side by side, until done or asked to stop."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from bulkimport.engine.consumer import Consumer, Handed
from bulkimport.engine.producer import Producer
from bulkimport.engine.settler import Settler
from bulkimport.engine.work import Work
from bulkimport.errors import BudgetReached
from bulkimport.events import Stopping
from bulkimport.uploads.settle import Watch


async def apply(work: Work) -> None:
    """Bring every shard within the limits to its fate.

    Returns early when `work.stop` is asked: bodies in flight are given the grace, imports are
    not waited for. Raises what ended the run, such as DestinationAway; the ledger is sound then.
    """
    queue: asyncio.Queue[Handed] = asyncio.Queue(maxsize=1)
    watching = Watch(destination=work.tools.destination, pace=work.pace)
    failed = (await work.clerk(work.ledger.tally)).account.failed
    settler = Settler(work, watching, failed_rows=failed)
    consumers = [Consumer(work, queue, settler) for _ in range(work.tools.settings.max_in_flight)]
    producing = asyncio.create_task(Producer(work, queue, settler).run())
    settling = asyncio.create_task(settler.run())
    consuming = {asyncio.create_task(consumer.run()): consumer for consumer in consumers}
    stopping = asyncio.create_task(_stop(work))
    tasks = [producing, settling, *consuming, stopping]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done() and not producing.done():
            idle = [task for task, consumer in consuming.items() if consumer.idle.is_set()]
            await _cancel([producing, settling, *idle])
            await _drain(work, consumers)
        _raise_first(task for task in tasks if task.done())
    finally:
        await _cancel(tasks)


async def _stop(work: Work) -> None:
    """Wait for somebody to ask, or for the time that the run may take."""
    duration = work.tools.settings.max_duration
    if duration is None:
        await work.stop.wait()
        return
    asked = asyncio.create_task(work.stop.wait())
    over = asyncio.create_task(work.tools.clock.sleep(duration))
    await asyncio.wait((asked, over), return_when=asyncio.FIRST_COMPLETED)
    await _cancel((asked, over))
    if not work.stop.asked:
        remedy = "run the same command again to go on"
        work.stop.because(BudgetReached(f"the time of {duration:.0f} s is over", remedy=remedy))


async def _drain(work: Work, consumers: list[Consumer]) -> None:
    """Let what is on the wire finish, within the grace or until somebody presses."""
    grace = work.tools.settings.grace
    work.tools.listener(Stopping(work.stop.reason, grace))
    waits = [
        asyncio.create_task(work.tools.clock.sleep(grace)),
        asyncio.create_task(work.stop.wait_pressed()),
        asyncio.create_task(_until_idle(consumers)),
    ]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    await _cancel(waits)


async def _until_idle(consumers: list[Consumer]) -> None:
    for consumer in consumers:
        await consumer.idle.wait()


def _raise_first(ended: Iterable[asyncio.Task[None]]) -> None:
    for task in ended:
        if not task.cancelled() and (error := task.exception()):
            raise error


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
