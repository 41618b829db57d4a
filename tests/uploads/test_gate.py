"""The gate: who passes when, what closes it and what opens it."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from support.virtual import VirtualClock, virtual

from bulkimport.errors import DestinationAway
from bulkimport.events import Event, OutageBegan, OutageEnded
from bulkimport.settings import Settings
from bulkimport.uploads.gate import FAILURES_IN_A_ROW, Gate

PATIENCE = 900.0


def gate_of(told: Callable[[Event], None] = lambda _: None) -> Gate:
    """A gate with half chances."""
    settings = Settings(outage_patience=PATIENCE, backoff_base=1.0, backoff_most=60.0)
    return Gate(settings=settings, clock=VirtualClock(), chance=lambda: 0.5, listener=told)


def now() -> float:
    """Virtual seconds."""
    return asyncio.get_running_loop().time()


def closed(gate: Gate) -> Gate:
    """Let just enough fail."""
    for _ in range(FAILURES_IN_A_ROW):
        gate.failed("down")
    return gate


async def passes(gate: Gate, passed: list[tuple[float, bool]]) -> None:
    """Pass once and note when, and whether as a probe."""
    async with gate.passage() as probing:
        passed.append((now(), probing))


@virtual
async def test_an_open_gate_lets_everybody_through_at_once() -> None:
    """Nobody is a probe and no time passes."""
    passed: list[tuple[float, bool]] = []
    gate = gate_of()

    await asyncio.gather(*(passes(gate, passed) for _ in range(10)))

    assert passed == [(0.0, False)] * 10


@virtual
async def test_failures_in_a_row_close_it_and_one_success_between_does_not() -> None:
    """A success begins the count again."""
    gate = gate_of()
    for _ in range(FAILURES_IN_A_ROW - 1):
        gate.failed("down")
    gate.succeeded()
    for _ in range(FAILURES_IN_A_ROW - 1):
        gate.failed("down")
    assert gate.is_clear()

    gate.failed("down")

    assert not gate.is_clear()


@virtual
async def test_pushback_alone_does_not_close_it() -> None:
    """Who pushes back is there."""
    gate = gate_of()

    for _ in range(100):
        gate.failed("busy", pushback=True)

    assert gate.is_clear()


@virtual
async def test_a_closed_gate_lets_one_probe_through_at_a_time() -> None:
    """The second waits until the first has come back, and another gap."""
    passed: list[tuple[float, bool]] = []
    gate = closed(gate_of())

    async def probe() -> None:
        async with gate.passage() as probing:
            passed.append((now(), probing))
            await asyncio.sleep(10)
            gate.failed("still down")

    await asyncio.gather(*(probe() for _ in range(3)))

    assert passed == [(0.75, True), (11.875, True), (23.5625, True)]


@virtual
async def test_gaps_between_probes_grow_to_their_most() -> None:
    """In a long outage the service sees about a probe every three quarters of a minute."""
    passed: list[tuple[float, bool]] = []
    gate = closed(gate_of())
    for _ in range(16):
        await passes(gate, passed)
        gate.failed("still down")

    times = [at for at, _ in passed]
    gaps = [later - earlier for earlier, later in pairwise(times)]

    assert gaps == pytest.approx([min(0.75 * 1.5**number, 45.0) for number in range(1, 16)])


@virtual
async def test_late_failures_of_what_was_in_flight_do_not_put_the_probe_off() -> None:
    """They are no probes."""
    passed: list[tuple[float, bool]] = []
    gate = closed(gate_of())
    for _ in range(20):
        gate.failed("down")

    await passes(gate, passed)

    assert passed == [(0.75, True)]


@virtual
async def test_a_success_opens_it_for_all_who_wait() -> None:
    """Also for those who were to wait for the probe, and while the probe is still out."""
    passed: list[tuple[float, bool]] = []
    events: list[Event] = []
    gate = closed(gate_of(events.append))
    probe_is_out = asyncio.Event()

    async def slow_probe() -> None:
        async with gate.passage():
            probe_is_out.set()
            await asyncio.sleep(100)

    slow = asyncio.create_task(slow_probe())
    await probe_is_out.wait()
    parked = asyncio.gather(*(passes(gate, passed) for _ in range(5)))
    await asyncio.sleep(10)
    assert passed == []

    assert gate.succeeded()
    await parked

    assert passed == [(10.75, False)] * 5
    assert events == [OutageBegan("down"), OutageEnded(seconds=10.75, probes=1)]
    await slow


@virtual
async def test_a_probe_that_is_cancelled_hands_over_to_the_next() -> None:
    """Nothing was learned, so the next goes at once."""
    passed: list[tuple[float, bool]] = []
    gate = closed(gate_of())

    async def hang() -> None:
        async with gate.passage():
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await asyncio.sleep(5)
    waiting = asyncio.create_task(passes(gate, passed))
    await asyncio.sleep(5)
    hanging.cancel()
    await waiting

    assert passed == [(10.0, True)]


@virtual
async def test_the_gate_can_be_closed_by_hand_and_only_once() -> None:
    """By an empty budget, say; OutageBegan is told once."""
    events: list[Event] = []
    gate = gate_of(events.append)

    gate.close("budget empty")
    gate.close("budget empty")
    closed(gate)

    assert events == [OutageBegan("budget empty")]


@virtual
async def test_the_service_is_waited_for_as_long_as_it_asks() -> None:
    """By everybody, and by the longest of several wishes."""
    passed: list[tuple[float, bool]] = []
    gate = gate_of()
    gate.failed("busy", pushback=True, retry_after=10.0)
    waiting = asyncio.create_task(passes(gate, passed))
    await asyncio.sleep(4)
    gate.failed("busy", pushback=True, retry_after=20.0)
    gate.succeeded()

    await waiting

    assert passed == [(24.0, False)]


@virtual
async def test_probes_too_come_no_earlier_than_asked() -> None:
    """A closed gate keeps Retry-After."""
    passed: list[tuple[float, bool]] = []
    gate = closed(gate_of())
    gate.failed("busy", retry_after=30.0)

    await passes(gate, passed)

    assert passed == [(30.0, True)]


@virtual
async def test_patience_ends_for_all_who_wait() -> None:
    """Nine hundred seconds after the first failure, though probes went all the time."""
    gate = closed(gate_of())

    async def try_for_ever() -> None:
        while True:
            async with gate.passage():
                gate.failed("still down")

    results = await asyncio.gather(*(try_for_ever() for _ in range(4)), return_exceptions=True)

    assert [type(result) for result in results] == [DestinationAway] * 4
    assert now() == pytest.approx(PATIENCE)


@virtual
async def test_a_wish_longer_than_the_patience_is_not_waited_for() -> None:
    """Better to stop now, resumable, than after a quarter of an hour for nothing."""
    gate = gate_of()
    gate.failed("busy", pushback=True, retry_after=3600.0)

    with pytest.raises(DestinationAway, match="nothing succeeded for 900 s: busy"):
        await passes(gate, [])

    assert now() == 0.0
