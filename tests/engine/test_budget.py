"""Bytes are taken in turn, never over the budget but by one that is alone, and all come back."""

import asyncio
import random

import pytest

from bulkimport.engine.budget import Budget


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


def taken(budget: Budget) -> tuple[int, int]:
    """What is taken, and how many wait."""
    statistics = budget.statistics()
    return statistics.taken, statistics.waiting


@pytest.mark.parametrize(
    ("sizes", "through"),
    [
        ([10], 1),
        ([4, 6], 2),
        ([4, 7], 1),
        ([11], 1),
        ([11, 1], 1),
        ([1, 11], 1),
        ([0, 11], 2),
        ([10, 0], 2),
    ],
)
async def test_who_gets_through_at_once(sizes: list[int], through: int) -> None:
    """Of ten bytes; whoever is larger than all of them waits until it is alone."""
    budget = Budget(10)
    tasks = [asyncio.create_task(budget.take(size)) for size in sizes]
    await settle()

    assert [task.done() for task in tasks] == [at < through for at in range(len(sizes))]
    for size in sizes:
        budget.give(size)
        await settle()
    await asyncio.gather(*tasks)
    assert taken(budget) == (0, 0)


async def test_nobody_overtakes() -> None:
    """A small taker behind a large one waits for it; else the large one might wait for ever."""
    budget = Budget(10)
    await budget.take(5)
    order: list[int] = []

    async def take(size: int) -> None:
        await budget.take(size)
        order.append(size)

    tasks = [asyncio.create_task(take(size)) for size in (8, 1, 2)]
    await settle()
    assert (order, taken(budget)) == ([], (5, 3))

    budget.give(5)
    await settle()
    assert (order, taken(budget)) == ([8, 1], (9, 1))
    budget.give(8)
    await asyncio.gather(*tasks)
    assert (order, taken(budget)) == ([8, 1, 2], (3, 0))
    assert budget.statistics().peak == 9


async def test_who_stops_waiting_lets_the_next_one_through() -> None:
    """At once, not at the next giving."""
    budget = Budget(10)
    await budget.take(5)
    large, small = (asyncio.create_task(budget.take(size)) for size in (8, 1))
    await settle()

    large.cancel()
    await settle()

    assert small.done()
    assert taken(budget) == (6, 0)


async def test_who_is_cancelled_in_the_very_moment_of_a_giving_takes_nothing() -> None:
    """Cancelled, but not yet told: nothing may be given to it, and the giver must not fail."""
    budget = Budget(10)
    await budget.take(10)
    first, second = (asyncio.create_task(budget.take(10)) for _ in range(2))
    await settle()

    first.cancel()
    budget.give(10)
    await settle()

    assert first.cancelled()
    assert second.done()
    assert taken(budget) == (10, 0)


async def test_who_is_cancelled_just_after_its_turn_came_gives_back() -> None:
    """It was given its bytes but never knew."""
    budget = Budget(10)
    await budget.take(10)
    first, second = (asyncio.create_task(budget.take(10)) for _ in range(2))
    await settle()

    budget.give(10)
    first.cancel()
    await settle()

    assert first.cancelled()
    assert second.done()
    assert taken(budget) == (10, 0)


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_the_budget_holds(seed: int) -> None:
    """Takers come, wait, are cancelled, give back in any order; nothing is missing at the end."""
    chance, budget = random.Random(seed), Budget(100)
    holding: list[int] = []

    async def take(size: int) -> None:
        await budget.take(size)
        holding.append(size)
        assert sum(holding) <= 100 or len([held for held in holding if held]) == 1

    tasks: list[asyncio.Task[None]] = []
    for _ in range(300):
        move = chance.random()
        if move < 0.4:
            tasks.append(asyncio.create_task(take(chance.choice([0, 1, 20, 60, 100, 150]))))
        elif move < 0.6 and tasks:
            chance.choice(tasks).cancel()
        elif holding:
            budget.give(holding.pop(chance.randrange(len(holding))))
        if chance.random() < 0.5:
            await asyncio.sleep(0)
    while not all(task.done() for task in tasks) or holding:
        await settle()
        while holding:
            budget.give(holding.pop())

    assert taken(budget) == (0, 0)
    assert not [task for task in tasks if not task.cancelled() and task.exception()]
