"""Flags that pace a run become settings and limits."""

import pytest

from bulkimport.cli.pacing import LimitFlags, WaitFlags, read_limits, read_settings
from bulkimport.engine.work import Limits
from bulkimport.errors import UsageError
from bulkimport.settings import Settings


def test_flags_that_pace_a_run() -> None:
    """Times and sizes are read."""
    most = LimitFlags(max_in_flight=3, requests_per_minute=60, max_duration="90", memory="64MiB")
    waits = WaitFlags(grace="5s", quiet_window="1m", patience="1h", timeout="1d")

    settings = read_settings(most, waits, ca_bundle="ca.pem", max_rejections=7)

    assert settings == Settings(
        max_in_flight=3,
        requests_per_minute=60,
        max_duration=90.0,
        bytes_in_flight=64 << 20,
        grace=5.0,
        quiet_window=60.0,
        outage_patience=3600.0,
        settle_deadline=86400.0,
        ca_bundle="ca.pem",
        max_rejections=7,
    )


def test_flags_that_are_not_said_are_the_settings_defaults() -> None:
    """The command line has none of its own."""
    assert read_settings(LimitFlags(), WaitFlags(), ca_bundle=None) == Settings()
    assert read_limits(LimitFlags(), WaitFlags()) == Limits()


@pytest.mark.parametrize(
    ("text", "rows", "percent"), [(None, None, None), ("5", 5, None), ("2%", None, 2.0)]
)
def test_the_brake_is_a_number_of_rows_or_a_share(
    text: str | None, rows: int | None, percent: float | None
) -> None:
    """Or not there at all."""
    most = LimitFlags(max_failed=text, max_bytes="1kb")

    limits = read_limits(most, WaitFlags(no_wait=True))

    assert limits == Limits(max_failed=rows, max_failed_percent=percent, max_bytes=1000, wait=False)


@pytest.mark.parametrize("most", [LimitFlags(max_failed="some"), LimitFlags(max_bytes="much")])
def test_a_limit_that_is_no_number_is_refused(most: LimitFlags) -> None:
    """Before anything is read."""
    with pytest.raises(UsageError):
        read_limits(most, WaitFlags())
