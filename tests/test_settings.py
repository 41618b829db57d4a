"""Secrets do not show, and settings cannot be changed under way."""

import copy
import json
import logging
import pickle
import pprint
import traceback
from dataclasses import FrozenInstanceError, dataclass, fields

import orjson
import pytest

from bulkimport.settings import Secret, Settings

KEY = "sk-marked-3f1c9e"


@dataclass(frozen=True)
class Holder:
    """Somebody who keeps a key among other things."""

    key: Secret
    name: str = "holder"


def test_a_secret_gives_its_text_only_when_asked() -> None:
    """Without the line ends that files and shells add."""
    assert Secret(f" {KEY}\r\n").reveal() == KEY


@pytest.mark.parametrize(("text", "there"), [("", False), (" \n", False), (KEY, True)])
def test_a_secret_is_true_when_there_is_one(text: str, *, there: bool) -> None:
    """Blanks are no key."""
    assert bool(Secret(text)) is there


def test_a_secret_shows_in_no_way_of_printing_it(caplog: pytest.LogCaptureFixture) -> None:
    """Neither by itself nor inside of others."""
    secret, holder = Secret(KEY), Holder(Secret(KEY))
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").error("key %s %r", secret, {"key": [holder]})
    shown = [
        str(secret),
        repr(secret),
        f"{secret}{secret!s}{secret!r}{secret!a}",
        "%s %r" % (secret, secret),  # noqa: UP031 - one more way of printing
        str(holder),
        pprint.pformat({"a": (holder, secret)}),
        json.dumps({"key": secret}, default=str),
        caplog.text,
    ]

    assert "Secret(***)" in shown[0]
    assert [text for text in shown if KEY in text] == []


def test_a_secret_shows_in_no_traceback() -> None:
    """Not even in one that shows the values of variables."""

    def fail(secret: Secret) -> None:
        raise ValueError(f"refused {secret}")

    try:
        fail(Secret(KEY))
    except ValueError as error:
        story = traceback.TracebackException.from_exception(error, capture_locals=True)

    assert "Secret(***)" in (told := "".join(story.format()))
    assert KEY not in told


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy, orjson.dumps])
def test_a_secret_is_not_written_down(write: object) -> None:
    """Pickled, it could end in a file or another process; copied, it could be lost sight of."""
    assert callable(write)
    with pytest.raises(TypeError) as caught:
        write(Secret(KEY))

    assert KEY not in str(caught.value)


def test_a_secret_has_no_attributes_to_list() -> None:
    """`vars` finds nothing to print."""
    with pytest.raises(TypeError):
        vars(Secret(KEY))


def test_settings_are_whole_and_fixed() -> None:
    """Every setting has a default that makes sense, and none changes under way."""
    settings = Settings()
    numbers = [getattr(settings, field.name) for field in fields(settings)]

    assert all(number is None or number > 0 for number in numbers)
    assert settings.poll_least < settings.poll_most
    assert settings.slice_bytes <= settings.scan_block_bytes
    with pytest.raises(FrozenInstanceError):
        settings.grace = 1.0  # type: ignore[misc]
