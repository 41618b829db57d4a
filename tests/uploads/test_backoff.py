"""When to try again, row by row."""

import pytest

from bulkimport.settings import Settings
from bulkimport.uploads.backoff import RetryBudget, probe_gap, retry_delay

SETTINGS = Settings(backoff_base=0.5, backoff_most=60.0)


@pytest.mark.parametrize(
    ("failures", "chance", "retry_after", "delay"),
    [
        (1, 0.0, None, 0.0),
        (1, 0.5, None, 0.25),
        (2, 0.5, None, 0.5),
        (3, 0.5, None, 1.0),
        (7, 1.0, None, 32.0),
        (8, 1.0, None, 60.0),
        (10_000, 1.0, None, 60.0),
        (1, 0.5, 0.0, 0.25),
        (1, 0.5, 0.1, 0.25),
        (1, 0.5, 7.0, 7.0),
        (8, 0.9, 7.0, 54.0),
        (1, 0.5, 3600.0, 3600.0),
    ],
)
def test_the_delay_is_jitter_and_never_less_than_asked(
    failures: int, chance: float, retry_after: float | None, delay: float
) -> None:
    """Full jitter up to a ceiling that doubles, and Retry-After under it."""
    asked = retry_delay(failures, settings=SETTINGS, chance=lambda: chance, retry_after=retry_after)

    assert asked == pytest.approx(delay)


@pytest.mark.parametrize(
    ("failures", "chance", "gap"),
    [
        (1, 0.0, 0.25),
        (1, 1.0, 0.5),
        (3, 0.0, 0.5625),
        (3, 1.0, 1.125),
        (99, 0.0, 30.0),
        (99, 1.0, 60.0),
    ],
)
def test_probes_are_never_close_together(failures: int, chance: float, gap: float) -> None:
    """Between half and all of the ceiling."""
    assert probe_gap(failures, settings=SETTINGS, chance=lambda: chance) == pytest.approx(gap)


def test_the_budget_pays_for_twenty_failures_in_a_row() -> None:
    """And for no more."""
    budget = RetryBudget()

    paid = [budget.take(pushback=False) for _ in range(21)]

    assert paid == [True] * 20 + [False]
    assert budget.tokens == 0


def test_pushback_costs_less_than_failure() -> None:
    """Whoever pushes back is there."""
    budget = RetryBudget()

    assert [budget.take(pushback=True) for _ in range(51)] == [True] * 50 + [False]


@pytest.mark.parametrize(("successes_a_failure", "lasts"), [(9, True), (5, True), (4, False)])
def test_one_failure_in_six_is_carried_for_ever(*, successes_a_failure: int, lasts: bool) -> None:
    """Ten per cent of failures never close the gate; twenty do."""
    budget = RetryBudget()
    paid = True
    for _ in range(1000):
        for _ in range(successes_a_failure):
            budget.earn()
        paid = paid and budget.take(pushback=False)

    assert paid is lasts


def test_the_budget_is_never_more_than_full_and_half_full_after_an_outage() -> None:
    """Earning beyond the top is lost; refilling never takes."""
    budget = RetryBudget()
    budget.earn()
    budget.refill()
    assert budget.tokens == RetryBudget.MOST

    while budget.take(pushback=False):
        pass
    budget.refill()
    assert budget.tokens == RetryBudget.MOST / 2
