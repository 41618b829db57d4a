"""Numbers as people read them, at the edges of their units."""

import pytest

from bulkimport.report.numbers import counted, duration, size


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "no rows"), (1, "1 row"), (2, "2 rows"), (1_000_000, "1,000,000 rows")],
)
def test_things_are_counted_in_words(number: int, said: str) -> None:
    """None, one, many."""
    assert counted(number, "row") == said


def test_a_plural_that_is_not_regular_is_given() -> None:
    """Not `retrys`."""
    assert [counted(n, "retry", "retries") for n in (0, 1, 3)] == [
        "no retries",
        "1 retry",
        "3 retries",
    ]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (64 << 20, "64.0 MiB"),
        ((1 << 30) - (1 << 19), "1,023.5 MiB"),
        (1 << 30, "1.0 GiB"),
        (5000 << 50, "5,000.0 PiB"),
    ],
)
def test_bytes_have_the_unit_that_fits(number: int, said: str) -> None:
    """The last unit takes all that is larger."""
    assert size(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (10.0, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (185.0, "3 min 05 s"),
        (3599.6, "1 h 00 min"),
        (7620.0, "2 h 07 min"),
        (360_000.0, "100 h 00 min"),
    ],
)
def test_times_have_two_units_at_most(seconds: float, said: str) -> None:
    """Rounding never shows sixty of anything."""
    assert duration(seconds) == said
