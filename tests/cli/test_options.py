"""A key is read from a file or the environment, or it is said that there is none."""

from pathlib import Path

import pytest

from bulkimport.cli.options import read_key
from bulkimport.errors import UsageError
from bulkimport.settings import API_KEY_VARIABLE

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
