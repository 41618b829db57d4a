"""The rate lets half of a minute's requests through at once and spreads the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.destinations.rate import Rate
from bulkimport.errors import UsageError


def test_half_a_minute_of_requests_goes_at_once_and_the_next_wait() -> None:
    """Of 600 a minute 300 go, and one that begins the row; the others fill the minute."""
    rate = Rate(requests_per_minute=600, now=0.0)

    assert [rate.take(0.0) for _ in range(301)] == [0.0] * 301
    assert [rate.take(0.0) for _ in range(3)] == pytest.approx([0.2, 0.4, 0.6])


def test_what_went_at_once_may_go_at_once_again_after_a_minute() -> None:
    """However much is wanted, the rate is used whole."""
    rate = Rate(requests_per_minute=600, now=0.0)

    leave = [rate.take(0.0) for _ in range(6000)]

    assert leave == sorted(leave)
    assert leave[-1] == pytest.approx(570.0, abs=31.0)


def test_who_comes_at_the_rate_never_waits() -> None:
    """Some minutes of one request a second."""
    rate = Rate(requests_per_minute=60, now=0.0)

    assert [rate.take(float(second)) for second in range(300)] == [0.0] * 300


def test_a_long_silence_saves_up_no_more_than_a_minute() -> None:
    """What was not used is lost."""
    rate = Rate(requests_per_minute=6, now=0.0)

    assert [rate.take(3600.0) for _ in range(6)] == pytest.approx([0, 0, 0, 0, 20.0, 40.0])


@given(st.integers(1, 40), st.lists(st.floats(0.0, 50.0), max_size=200))
def test_no_minute_sees_more_than_the_rate(requests: int, pauses: list[float]) -> None:
    """Wherever it begins, and whatever the callers do."""
    rate, now, leave = Rate(requests_per_minute=requests, now=0.0), 0.0, []
    for pause in pauses:
        now += pause if pause > 25.0 else 0.0
        leave.append(now + rate.take(now))

    for moment in leave:
        assert sum(moment - 59.999 <= one <= moment for one in leave) <= requests


def test_a_clock_that_goes_back_gives_nothing() -> None:
    """No place is handed out twice."""
    rate = Rate(requests_per_minute=1, now=10.0)

    assert rate.take(10.0) == 0.0
    assert rate.take(5.0) == pytest.approx(65.0)
    assert rate.take(10.0) == pytest.approx(120.0)


@pytest.mark.parametrize("requests_per_minute", [0, -1])
def test_a_rate_that_lets_nothing_through_is_a_mistake(requests_per_minute: int) -> None:
    """Waiting for ever is nobody's wish."""
    with pytest.raises(UsageError):
        Rate(requests_per_minute=requests_per_minute, now=0.0)
