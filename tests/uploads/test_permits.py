"""Permits: the limit holds, shrinks and grows, and cancelling loses none."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from support.virtual import run_virtual, virtual

from bulkimport.uploads.permits import Permits, PermitStatistics


async def settled() -> None:
    """Let everybody go as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def holders(permits: Permits, count: int) -> list[asyncio.Task[None]]:
    """Start tasks that want a permit and keep it."""
    tasks = [asyncio.create_task(permits.acquire()) for _ in range(count)]
    await settled()
    return tasks


@virtual
async def test_no_more_than_the_limit_come_in() -> None:
    """The third waits until one of the two leaves."""
    permits = Permits(2)
    tasks = await holders(permits, 3)
    assert permits.statistics() == PermitStatistics(limit=2, in_flight=2, waiting=1, peak=2)

    permits.release()
    await settled()

    assert all(task.done() for task in tasks)
    assert permits.statistics() == PermitStatistics(limit=2, in_flight=2, waiting=0, peak=2)


@virtual
async def test_growing_lets_in_who_waits() -> None:
    """At once, as many as fit."""
    permits = Permits(1)
    await holders(permits, 5)

    permits.set_limit(4)
    await settled()

    assert permits.statistics() == PermitStatistics(limit=4, in_flight=4, waiting=1, peak=4)
    permits.release()


@virtual
async def test_shrinking_takes_nothing_away_and_lets_nobody_in() -> None:
    """Those in flight end; the next comes in when fewer than the new limit are left."""
    permits = Permits(3)
    await holders(permits, 4)
    permits.set_limit(1)

    seen = []
    for _ in range(3):
        permits.release()
        await settled()
        seen.append(permits.statistics().in_flight)

    assert seen == [2, 1, 1]
    assert permits.statistics().waiting == 0


@virtual
async def test_who_is_cancelled_while_waiting_leaves_the_queue() -> None:
    """The permit goes to the next."""
    permits = Permits(1)
    _, second, third = await holders(permits, 3)
    second.cancel()
    await settled()
    assert permits.statistics().waiting == 1

    permits.release()
    await settled()

    assert third.done()
    assert permits.statistics() == PermitStatistics(limit=1, in_flight=1, waiting=0, peak=1)


@virtual
async def test_a_permit_given_in_the_moment_of_cancelling_is_passed_on() -> None:
    """Granted and cancelled between two turns of the loop."""
    permits = Permits(1)
    _, second, third = await holders(permits, 3)

    permits.release()
    second.cancel()
    await settled()

    assert (second.cancelled(), third.done()) == (True, True)
    assert permits.statistics().in_flight == 1


STEPS = st.lists(
    st.tuples(st.sampled_from(["acquire", "release", "cancel", "limit"]), st.integers(1, 6)),
    max_size=40,
)


@given(STEPS)
def test_whatever_happens_the_count_is_right(steps: list[tuple[str, int]]) -> None:
    """Holders and count agree, nobody waits while there is room, and all can come in at the end."""

    async def story() -> None:
        permits = Permits(1)
        tasks: list[asyncio.Task[None]] = []
        released = 0
        for step, number in steps:
            if step == "acquire":
                tasks.append(asyncio.create_task(permits.acquire()))
            elif step == "limit":
                permits.set_limit(number)
            elif step == "cancel" and tasks:
                tasks[number % len(tasks)].cancel()
            elif step == "release" and permits.statistics().in_flight:
                permits.release()
                released += 1
            await asyncio.sleep(0)
        await settled()

        now = permits.statistics()
        came_in = sum(task.done() and not task.cancelled() for task in tasks)
        assert now.in_flight == came_in - released
        assert now.waiting == 0 or now.in_flight >= now.limit
        permits.set_limit(len(tasks) + 1)
        await settled()
        assert all(task.done() for task in tasks)

    run_virtual(story())
