"""Messages carry no key, no signed URL and no control characters."""

import pytest

from bulkimport.destinations.redact import LONGEST, redact
from bulkimport.settings import Secret


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("all well", "all well"),
        ("at https://h.test/a/b?sig=s3cret now", "at https://h.test/… now"),
        ("url='https://h.test:8080/tok-s3cret'", "url='https://h.test:8080/…'"),
        ("http://user:s3cret@proxy.test:3128", "http://proxy.test:3128/…"),
        ("http://[::1]:80/f?sig=s3cret", "http://[::1]:80/…"),
        ("HTTPS://h.test?sig=s3cret", "HTTPS://h.test/…"),
        ("GET /files/a?sig=s3cret&x=1 failed", "GET /files/a?… failed"),
        ("what now?", "what now?"),
        ("Bearer k3y-s3cret refused", "Bearer *** refused"),
        ("two\nlines\x1b[31m red\x00", "two lines [31m red"),
        ("", ""),
    ],
)
def test_only_what_anybody_may_read_is_left(text: str, safe: str) -> None:
    """The host of a URL stays, since people need it."""
    assert redact(text, Secret("k3y-s3cret"), Secret("")) == safe


def test_long_words_are_cut() -> None:
    """A page of HTML is no message."""
    assert len(redact("x" * 10_000)) == LONGEST + 1


def test_a_secret_across_the_cut_leaves_no_half() -> None:
    """Secrets go before the text is cut."""
    assert "s3c" not in redact("x" * (LONGEST - 3) + "s3cret", Secret("s3cret"))
