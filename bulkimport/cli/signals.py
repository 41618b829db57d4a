"""Signals at the command line: the first stops in order, the second at once."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from bulkimport.cli.output import say
from bulkimport.engine.shutdown import Stop, signals_stop
from bulkimport.errors import BudgetReached
from bulkimport.report.tally import SIGNAL_BASE

# A run under way ends by itself sooner than this when it is pressed.
SECONDS_TO_END = 3.0


@asynccontextmanager
async def stopped_by_signals() -> AsyncIterator[Stop]:
    """Give a stop that listens to signals.

    What a signal stopped before there was a run to report exits with the signal's code. What does
    not end when pressed, such as a read of a stream on which nothing comes, ends with the process:
    nothing on disk needs a good-bye.
    """
    stop = Stop()
    leaving = asyncio.create_task(_leave(stop))
    try:
        with signals_stop(stop):
            yield stop
    except BudgetReached as error:
        if stop.signal is None:
            raise
        say(f"{stop.reason}: {error}")
        raise typer.Exit(SIGNAL_BASE + stop.signal) from error
    finally:
        leaving.cancel()


async def _leave(stop: Stop) -> None:
    await stop.wait()
    if stop.signal is not None:
        say(f"{stop.reason}; once more stops at once")
    await stop.wait_pressed()
    await asyncio.sleep(SECONDS_TO_END)
    say(f"{stop.reason}, at once")
    os._exit(SIGNAL_BASE + (stop.signal or 0))
