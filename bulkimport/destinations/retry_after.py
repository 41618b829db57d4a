"""How long a service asks us to wait: the `Retry-After` header in both of its forms."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST: Final = 3600.0
_SECONDS: Final = re.compile(r"\d+(\.\d*)?", re.ASCII)


def retry_after(header: str | None, now: float) -> float | None:
    """Read `Retry-After` as seconds from `now`, between 0 and an hour; None when it says nothing.

    `now` is in seconds since the epoch and is used for the HTTP date form (RFC 9110, 10.2.3). A
    date without a zone is read as UTC. What cannot be read counts as not said.
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST)
