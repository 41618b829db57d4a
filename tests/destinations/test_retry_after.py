"""`Retry-After` is read in both forms, and never for longer than an hour."""

import pytest

from bulkimport.destinations.retry_after import retry_after

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("3600", 3600.0),
        ("3601", 3600.0),
        ("9" * 400, 3600.0),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10.0),
        ("Sunday, 06-Nov-94 08:49:47 GMT", 10.0),
        ("Sun Nov  6 08:49:47 1994", 10.0),
        ("Sun, 06 Nov 1994 09:49:47 +0100", 10.0),
        ("Sun, 06 Nov 1994 08:49:36 GMT", 0.0),
        ("Sun, 06 Nov 2094 08:49:37 GMT", 3600.0),
    ],
)
def test_it_is_read_as_seconds_from_now(header: str, seconds: float) -> None:
    """Seconds and the three forms of a date that RFC 9110 names."""
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    "header", [None, "", "soon", "-1", "1e3", "inf", "nan", "٣", "7 s", "Sun, 99 Nov 1994"]
)
def test_what_cannot_be_read_was_not_said(header: str | None) -> None:
    """Then the caller's own backoff decides."""
    assert retry_after(header, NOW) is None
