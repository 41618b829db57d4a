"""The rate lets a second's worth through at once and spreads the rest."""

import pytest

from bulkimport.destinations.rate import Rate
from bulkimport.errors import UsageError


def test_a_second_of_requests_goes_at_once_and_the_next_waits() -> None:
    """600 a minute are 10 a second."""
    rate = Rate(requests_per_minute=600, now=0.0)

    assert [rate.take(0.0) for _ in range(10)] == [0.0] * 10
    assert rate.take(0.0) == pytest.approx(0.1)


def test_early_callers_get_places_in_a_row() -> None:
    """Each waits one place longer than the one before."""
    rate = Rate(requests_per_minute=60, now=0.0)

    assert [rate.take(0.0) for _ in range(4)] == pytest.approx([0.0, 1.0, 2.0, 3.0])


def test_who_comes_at_the_rate_never_waits() -> None:
    """A minute of one request a second, and one more."""
    rate = Rate(requests_per_minute=60, now=0.0)

    assert [rate.take(float(second)) for second in range(61)] == [0.0] * 61


def test_a_long_silence_saves_up_no_more_than_a_second() -> None:
    """What was not used is lost."""
    rate = Rate(requests_per_minute=600, now=0.0)

    waits = [rate.take(3600.0) for _ in range(12)]

    assert waits == pytest.approx([0.0] * 10 + [0.1, 0.2])


def test_no_minute_sees_more_than_the_rate_and_a_second() -> None:
    """Whatever the callers do: here all come at once."""
    rate = Rate(requests_per_minute=1400, now=0.0)

    leave = sorted(rate.take(0.0) for _ in range(5000))

    for start in (0.0, 13.7, 60.0):
        assert sum(start <= moment < start + 60.0 for moment in leave) <= 1400 + 1400 // 60 + 1


def test_a_clock_that_goes_back_gives_nothing() -> None:
    """No place is handed out twice."""
    rate = Rate(requests_per_minute=60, now=10.0)

    assert rate.take(10.0) == 0.0
    assert rate.take(5.0) == pytest.approx(1.0)
    assert rate.take(10.0) == pytest.approx(2.0)


@pytest.mark.parametrize("requests_per_minute", [0, -1])
def test_a_rate_that_lets_nothing_through_is_a_mistake(requests_per_minute: int) -> None:
    """Waiting for ever is nobody's wish."""
    with pytest.raises(UsageError):
        Rate(requests_per_minute=requests_per_minute, now=0.0)
