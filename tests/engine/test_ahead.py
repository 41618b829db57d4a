"""Blocks are worked on side by side, and what comes of them is taken in their order."""

from collections.abc import Callable
from threading import Barrier, Event, current_thread

import pytest

from bulkimport.engine.ahead import Ahead


def doubled(number: int) -> int:
    """Some work."""
    return 2 * number


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_all_results_are_taken_in_order(threads: int, count: int) -> None:
    """With what they were made of."""
    taken: list[tuple[int, int]] = []

    with Ahead(doubled, lambda given, made: taken.append((given, made)), threads=threads) as ahead:
        for number in range(count):
            ahead.give(number)

    assert taken == [(number, 2 * number) for number in range(count)]


def test_threads_work_side_by_side() -> None:
    """Each of two waits until the other is there too."""
    met = Barrier(2, timeout=20)
    names: set[str] = set()

    def work(_: int) -> None:
        met.wait()
        names.add(current_thread().name)

    with Ahead(work, lambda *_: None, threads=2) as ahead:
        ahead.give(1)
        ahead.give(2)

    assert len(names) == 2


def test_no_more_is_held_than_there_are_threads_and_one() -> None:
    """Who gives faster than the work goes takes results first."""
    given: list[int] = []
    taken: list[int] = []

    def take(number: int, _: int) -> None:
        taken.append(number)

    with Ahead(doubled, take, threads=3) as ahead:
        for number in range(20):
            ahead.give(number)
            given.append(number)
            assert len(given) - len(taken) <= 4


def failing_at(number: int) -> Callable[[int], int]:
    """Work that fails once."""

    def work(one: int) -> int:
        if one == number:
            raise ValueError(str(one))
        return one

    return work


@pytest.mark.parametrize("bad", [0, 3, 9])
def test_what_raises_ends_it_in_its_turn(bad: int) -> None:
    """All before it is taken, nothing behind it."""
    taken: list[int] = []

    def give() -> None:
        with Ahead(failing_at(bad), lambda one, _: taken.append(one), threads=2) as ahead:
            for number in range(10):
                ahead.give(number)

    with pytest.raises(ValueError, match=str(bad)):
        give()
    assert taken == list(range(bad))


def test_nothing_is_taken_after_the_giver_has_failed() -> None:
    """And no thread works on behind its back."""
    begun, taken = Event(), []

    def work(one: int) -> int:
        begun.set()
        return one

    def give() -> None:
        with Ahead(work, lambda one, _: taken.append(one), threads=2) as ahead:
            ahead.give(1)
            begun.wait(20)
            raise KeyError

    with pytest.raises(KeyError):
        give()
    assert taken == []
