"""Whoever asks first says why; the second signal presses."""

import asyncio
import os
import signal

import pytest

from bulkimport.engine.shutdown import Stop, signals_stop
from bulkimport.errors import BudgetReached, QuotaReached


def test_nobody_has_asked_at_first() -> None:
    """Nothing is said yet."""
    stop = Stop()

    assert (stop.asked, stop.error, stop.signal, stop.reason) == (False, None, None, "")


async def test_the_first_cause_wins() -> None:
    """Whatever comes later is its consequence."""
    stop = Stop()
    first = QuotaReached("the account is full")

    stop.because(first)
    stop.because(BudgetReached("too late"))

    assert stop.error is first
    assert stop.reason == "the account is full"
    await stop.wait()


@pytest.mark.parametrize(
    ("number", "counts_as"),
    [
        (signal.SIGINT, signal.SIGINT),
        (signal.SIGTERM, signal.SIGTERM),
        (signal.SIGHUP, signal.SIGTERM),
    ],
)
async def test_a_signal_asks_and_a_second_one_presses(
    number: signal.Signals, counts_as: signal.Signals
) -> None:
    """Sent to this very process. A closed terminal counts as SIGTERM."""
    stop = Stop()
    with signals_stop(stop):
        os.kill(os.getpid(), number)
        await stop.wait()
        pressing = asyncio.create_task(stop.wait_pressed())
        await asyncio.sleep(0)
        assert not pressing.done()

        os.kill(os.getpid(), signal.SIGTERM)
        await pressing

    assert stop.signal == counts_as
    assert stop.reason == f"stopped by {number.name}"
    assert stop.error is None


async def test_a_signal_after_an_error_presses() -> None:
    """The run is stopping already; its error stays the reason."""
    stop = Stop()
    stop.because(QuotaReached("the account is full"))

    stop.by_signal(signal.SIGINT)

    await stop.wait_pressed()
    assert stop.signal is None
    assert stop.reason == "the account is full"


async def test_signals_kill_again_afterwards() -> None:
    """The handlers are taken away, whatever was raised inside."""
    with pytest.raises(LookupError), signals_stop(Stop()):
        raise LookupError

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
