"""The limiter's table, row by row; whole stories are in tests/scenarios."""

import random
from collections import deque
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.uploads.limiter import LOWER_FROM, REST, Limiter

SIZE = 1000


class Wire:
    """A closed loop without waiting: a service with slots, as many in flight as allowed.

    Each is served for about a second, by the slot that is free first.
    """

    def __init__(self, limiter: Limiter, *, slots: int) -> None:
        """Begin with nothing in flight."""
        self.limiter = limiter
        self.slots = slots
        self.now = 0.0
        self.flying: list[tuple[float, float]] = []
        self.limits = [limiter.limit]
        self._free: list[float] = []
        self._chance = random.Random(1)

    def accept(self, times: int = 1, *, most: int = 1000) -> None:
        """Let so many submits be accepted, with never more than `most` in flight."""
        for _ in range(times):
            self.fill(most)
            self.now, began = heappop(self.flying)
            self.limiter.succeeded(self.now, began=began, size=SIZE)
            self.note()

    def push_back(self) -> None:
        """Let a submit that begins now be pushed back a little later."""
        self.fill()
        self.flying.remove(latest := max(self.flying))
        self.now = max(self.now, latest[1]) + 0.01
        self.limiter.pushed_back(self.now, began=latest[1])
        self.note()

    def accept_until(self, limit: int) -> None:
        """Go on until the limit is this."""
        for _ in range(10_000):
            if self.limiter.limit == limit:
                return
            self.accept()
        raise AssertionError(self.limits)

    def fill(self, most: int = 1000) -> None:
        """Start what may be started."""
        while len(self.flying) < min(self.limiter.limit, most):
            self.limiter.started(self.now)
            heappush(self.flying, (self._serve(), self.now))

    def note(self) -> None:
        """Remember changes of the limit."""
        if self.limiter.limit != self.limits[-1]:
            self.limits.append(self.limiter.limit)

    def _serve(self) -> float:
        free = self.now
        if len(self._free) >= self.slots:
            free = max(free, heappop(self._free))
        end = free + self._chance.uniform(0.95, 1.05)
        heappush(self._free, end)
        return end


def test_the_beginning_doubles_while_it_pays() -> None:
    """As far as the ceiling."""
    wire = Wire(Limiter(ceiling=50), slots=1000)

    wire.accept(600)

    assert wire.limits[:5] == [4, 8, 16, 32, 50]


def test_doubling_takes_about_two_turns_each() -> None:
    """A turn for the change to take hold, a turn to measure: 64 within ten round trips."""
    wire = Wire(Limiter(ceiling=64), slots=1000)

    wire.accept_until(64)

    assert wire.now <= 10.0


def test_a_limit_that_is_not_reached_is_not_raised() -> None:
    """Three in flight are no evidence for what a fourth would do."""
    wire = Wire(Limiter(ceiling=64), slots=1000)

    wire.accept(200, most=3)

    assert wire.limits == [4]


def test_the_end_of_the_slow_start_is_found_by_halving() -> None:
    """Twelve slots: 16 brings something, 32, 24, 20 and 18 bring no more."""
    wire = Wire(Limiter(ceiling=64), slots=12)

    wire.accept(300)

    assert wire.limits[:7] == [4, 8, 16, 32, 24, 20, 18]
    assert wire.limits[7] == 16


def test_halving_ends_at_one() -> None:
    """Four slots: eight, six and five bring no more than four."""
    wire = Wire(Limiter(ceiling=64), slots=4)

    wire.accept(45)

    assert wire.limits[:4] == [4, 8, 6, 5]


def test_a_limit_at_rest_is_held_for_some_windows_between_trials() -> None:
    """Most of the time nothing is tried; a window is a turn or two."""
    wire = Wire(Limiter(ceiling=16), slots=1000)
    wire.accept_until(16)
    began = wire.now

    wire.accept_until(14)

    assert REST <= wire.now - began <= 2 * REST + 4


def test_a_limit_that_is_more_than_needed_is_given_back() -> None:
    """The service became slower; step by step the limit follows, and stays where it is used."""
    wire = Wire(Limiter(ceiling=64), slots=32)
    wire.accept_until(64)
    wire.slots = 16
    wire._free = sorted(wire._free)[-16:]

    wire.accept(6000)

    assert 16 <= wire.limiter.limit <= 20


def test_what_is_used_is_not_given_back() -> None:
    """A lower limit is tried, goodput falls, and the limit is back after two turns."""
    wire = Wire(Limiter(ceiling=16), slots=1000)
    wire.accept_until(16)
    wire.accept_until(14)
    began = wire.now

    wire.accept_until(16)

    assert wire.now - began <= 3


def test_small_limits_are_not_lowered() -> None:
    """There is little to give back."""
    wire = Wire(Limiter(ceiling=LOWER_FROM - 1), slots=1000)

    wire.accept(1000)

    assert wire.limits == [4, LOWER_FROM - 1]


def test_a_pushback_while_raised_goes_back_to_what_was_good() -> None:
    """And rests there."""
    wire = Wire(Limiter(ceiling=64), slots=1000)
    wire.accept_until(16)

    wire.push_back()
    wire.accept(16 * REST // 2)

    assert wire.limits == [4, 8, 16, 8]


@pytest.mark.parametrize(("limit", "less"), [(16, 12), (5, 3), (4, 3), (3, 2), (2, 1), (1, 1)])
def test_a_pushback_at_rest_really_shrinks(limit: int, less: int) -> None:
    """Rounded down, and never under one."""
    limiter = Limiter(ceiling=limit, first=limit)
    limiter.started(0.5)

    limiter.pushed_back(1.0, began=0.5)

    assert limiter.limit == less


def test_pushback_of_what_began_before_a_shrink_is_old_news() -> None:
    """All that were in flight are pushed back, and the limit shrinks once."""
    limiter = Limiter(ceiling=16, first=16)
    for _ in range(16):
        limiter.started(0.5)

    for number in range(16):
        limiter.pushed_back(1.0 + number / 100, began=0.5)
    assert limiter.limit == 12

    limiter.started(2.0)
    limiter.pushed_back(3.0, began=2.0)
    assert limiter.limit == 9


def test_many_that_begin_and_are_pushed_back_in_one_moment_shrink_once() -> None:
    """A clock that is coarse does not multiply the evidence."""
    limiter = Limiter(ceiling=16, first=16)
    for _ in range(8):
        limiter.started(1.0)
        limiter.pushed_back(1.0, began=1.0)

    assert limiter.limit == 12


def test_after_a_pushback_one_clean_window_allows_a_raise() -> None:
    """By one, and on while it pays: what went through before is not the measure."""
    wire = Wire(Limiter(ceiling=6, first=6), slots=1000)
    wire.accept(40)
    wire.push_back()

    wire.accept(60)

    assert wire.limits == [6, 4, 5, 6]


@pytest.mark.parametrize(
    ("good", "limits"), [(16, [16, 8, 16]), (5, [5, 2, 4, 5]), (2, [2, 1, 2]), (1, [1])]
)
def test_an_outage_is_followed_by_half_of_what_was_good(good: int, limits: list[int]) -> None:
    """And by a slow start from there."""
    wire = Wire(Limiter(ceiling=good, first=good), slots=1000)
    wire.accept(3 * good)

    wire.limiter.begin_again(wire.now)
    wire.note()
    wire.accept_until(good)

    assert wire.limits == limits


def test_a_trial_that_an_outage_broke_off_was_not_good() -> None:
    """Half of the base, not of what was just being tried."""
    wire = Wire(Limiter(ceiling=64), slots=1000)
    wire.accept_until(16)

    wire.limiter.begin_again(wire.now)

    assert wire.limiter.limit == 4


def test_two_outages_in_a_row_halve_once() -> None:
    """Nothing new was learned between them."""
    wire = Wire(Limiter(ceiling=16, first=16), slots=1000)
    wire.accept(100)

    wire.limiter.begin_again(wire.now)
    wire.limiter.begin_again(wire.now + 60)

    assert wire.limiter.limit == 8


def test_submits_that_end_together_are_not_counted_as_speed() -> None:
    """Sixteen slots in step, 24 asked for: bursts of 16 a second are 16 a second."""
    limiter = Limiter(ceiling=24, first=16)
    flying = deque([0.0] * 16)
    for _ in range(16):
        limiter.started(0.0)
    seen = set()
    for second in range(1, 40):
        for _ in range(16):
            limiter.succeeded(float(second), began=flying.popleft(), size=SIZE)
            seen.add(limiter.limit)
            while len(flying) < limiter.limit:
                flying.append(float(second))
                limiter.started(float(second))

    assert limiter.limit <= 18
    assert max(seen) == 24


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["start", "succeed", "push back", "end", "begin again"]),
        st.floats(0.0, 10.0),
        st.integers(0, 10**9),
    ),
    max_size=200,
)


@given(EVENTS, st.integers(1, 40), st.integers(1, 40))
def test_whatever_is_observed_the_limit_keeps_its_bounds(
    events: list[tuple[str, float, int]], ceiling: int, first: int
) -> None:
    """Between one and the ceiling; a pushback never raises it."""
    limiter = Limiter(ceiling=ceiling, first=first)
    flying: deque[float] = deque()
    now = 0.0
    for event, passed, size in events:
        now += passed
        before = limiter.limit
        if event == "start":
            limiter.started(now)
            flying.append(now)
        elif event == "begin again":
            limiter.begin_again(now)
        elif flying and event == "succeed":
            limiter.succeeded(now, began=flying.popleft(), size=size)
        elif flying and event == "push back":
            limiter.pushed_back(now, began=flying.popleft())
            assert limiter.limit <= before
        elif flying:
            limiter.failed(now, began=flying.popleft())
        assert 1 <= limiter.limit <= ceiling
