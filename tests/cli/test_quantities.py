"""Sizes, times and shares are read as people write them, or refused with a hint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.cli.quantities import SIZES, Share, parse_seconds, parse_share, parse_size
from bulkimport.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("25000000", 25_000_000),
        ("64MiB", 64 << 20),
        ("64mib", 64 << 20),
        (" 64 MiB ", 64 << 20),
        ("1.5 GB", 1_500_000_000),
        ("0.1KiB", 102),
        ("1B", 1),
        ("1kb", 1000),
        ("2TiB", 2 << 40),
        # Beyond the whole numbers that a float can tell apart.
        ("9007199254740993", 9_007_199_254_740_993),
        ("0.3GB", 300_000_000),
    ],
)
def test_sizes_are_read(text: str, size: int) -> None:
    """Powers of ten without the i, of two with it; parts of a byte fall away."""
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "0.1",
        "MiB",
        "-1",
        "+1",
        "1.",
        ".5",
        "1e3",
        "64M",
        "1 2",
        "1,000",
        "٣",
        "nan",
        "1B;",
    ],
)
def test_what_is_no_size_is_refused(text: str) -> None:
    """With a hint, and the text in quotes."""
    with pytest.raises(UsageError) as caught:
        parse_size(text, place="--memory")

    assert caught.value.place == "--memory"
    assert repr(text) in caught.value.message
    assert "64MiB" in caught.value.remedy


@given(st.integers(1, 10**30), st.sampled_from(sorted(SIZES)))
def test_whole_numbers_of_any_unit_are_exact(number: int, unit: str) -> None:
    """No bit is lost on the way."""
    assert parse_size(f"{number}{unit}") == number * SIZES[unit]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90.0),
        ("0", 0.0),
        ("0.25", 0.25),
        ("25s", 25.0),
        ("10m", 600.0),
        ("2h30m", 9000.0),
        ("1d1h1m1.5s", 90061.5),
        (" 1h ", 3600.0),
    ],
)
def test_times_are_read(text: str, seconds: float) -> None:
    """A bare number is seconds; parts add up."""
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "s", "-5", "5 m", "1.5.5", "2h30", "5m5", "1w", "1H", "inf", "nan", "1e3", "m5"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """`2h30` could be minutes or seconds, so it is neither."""
    with pytest.raises(UsageError, match="no length of time"):
        parse_seconds(text)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("500", Share(rows=500)),
        ("0", Share(rows=0)),
        ("1%", Share(percent=1.0)),
        ("0.5 %", Share(percent=0.5)),
        (" 100% ", Share(percent=100.0)),
    ],
)
def test_shares_are_read(text: str, share: Share) -> None:
    """A number of rows, or per cent of all."""
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["", "%", "-5", "-1%", "1.5", "1_000", "nan%", "inf%", "1%%", "x"])
def test_what_is_no_share_is_refused(text: str) -> None:
    """A limit below nothing, or one that no number passes, cannot be meant."""
    with pytest.raises(UsageError, match="neither a number of rows nor a share"):
        parse_share(text)
