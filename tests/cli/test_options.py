"""Flags become settings, or are refused by their name."""

from pathlib import Path

import pytest

from bulkimport.cli.options import read_key, read_limits, read_settings, read_shaping
from bulkimport.engine.request import Shaping, Uuids
from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.settings import API_KEY_VARIABLE
from bulkimport.shards.group import Incomplete

KEY = "sk-marked-5b1e"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests does not count."""
    monkeypatch.delenv(API_KEY_VARIABLE, raising=False)


def test_a_key_is_read_from_a_file_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the line end that editors add."""
    monkeypatch.setenv(API_KEY_VARIABLE, " other ")
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")

    assert read_key(path).reveal() == KEY
    assert read_key(None).reveal() == "other"


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_no_key_is_told(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """With the ways to give one."""
    if value is not None:
        monkeypatch.setenv(API_KEY_VARIABLE, value)

    with pytest.raises(UsageError, match=f"no API key; set {API_KEY_VARIABLE} or give --key-file"):
        read_key(None)


def test_an_empty_key_file_is_told(tmp_path: Path) -> None:
    """It is not passed over in favour of the environment."""
    path = tmp_path / "key"
    path.touch()

    with pytest.raises(UsageError, match="no API key"):
        read_key(path)


def test_a_key_file_that_cannot_be_read_is_told_without_its_content(tmp_path: Path) -> None:
    """It may not be there, or not be text."""
    path = tmp_path / "key"
    for content in (None, KEY.encode() + b"\xff"):
        if content is not None:
            path.write_bytes(content)

        with pytest.raises(UsageError, match="cannot be read") as caught:
            read_key(path)

        assert caught.value.place == str(path)
        assert KEY not in f"{caught.value}{caught.value.__cause__}"


def test_flags_that_shape_rows() -> None:
    """Sizes are read; what becomes of incomplete data rows follows the kind unless it is said."""
    flags = {
        "uuids": Uuids.KEEP,
        "rows_per_shard": 100_000,
        "bytes_per_shard": "1MiB",
        "max_data_row_bytes": "2MB",
    }

    labels = read_shaping(Kind.LABELS, incomplete=None, **flags)
    sent = read_shaping(Kind.LABELS, incomplete=Incomplete.SEND, **flags)

    assert labels == Shaping(Uuids.KEEP, Incomplete.HOLD, 100_000, 1 << 20, 2_000_000)
    assert sent.incomplete is Incomplete.SEND
    assert read_shaping(Kind.PRELABELS, incomplete=None, **flags).incomplete is Incomplete.SEND


def test_a_shard_of_more_rows_than_an_import_carries_is_refused() -> None:
    """By the flag's name, with the most that goes."""
    with pytest.raises(UsageError, match=r"--rows-per-shard: 100,001 rows.*at most 100,000"):
        read_shaping(
            Kind.LABELS,
            uuids=Uuids.FILL,
            incomplete=None,
            rows_per_shard=100_001,
            bytes_per_shard="1",
            max_data_row_bytes="1",
        )


def test_flags_that_pace_a_run() -> None:
    """Times and sizes are read."""
    flags = {
        "max_in_flight": 3,
        "requests_per_minute": 60,
        "bytes_in_flight": "64MiB",
        "grace": "5s",
        "quiet_window": "1m",
        "outage_patience": "1h",
        "settle_deadline": "1d",
        "ca_bundle": None,
    }

    settings = read_settings(max_duration="90", **flags)

    assert (settings.max_duration, settings.bytes_in_flight) == (90.0, 64 << 20)
    assert (settings.grace, settings.quiet_window) == (5.0, 60.0)
    assert (settings.outage_patience, settings.settle_deadline) == (3600.0, 86400.0)
    assert read_settings(max_duration=None, **flags).max_duration is None


@pytest.mark.parametrize(
    ("text", "rows", "percent"), [(None, None, None), ("5", 5, None), ("2%", None, 2.0)]
)
def test_the_brake_is_a_number_of_rows_or_a_share(
    text: str | None, rows: int | None, percent: float | None
) -> None:
    """Or not there at all."""
    flags = {"bisect": False, "keep_accepted": False}

    limits = read_limits(max_failed=text, max_bytes="1kb", no_wait=True, **flags)

    assert (limits.max_failed, limits.max_failed_percent) == (rows, percent)
    assert (limits.max_bytes, limits.wait) == (1000, False)
