"""Whether a service can be reached at all, which way, and what time it has."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bulkimport.destinations.http import HttpClient, NoAnswer
from bulkimport.destinations.proxies import proxies_of_the_environment, proxy_for
from bulkimport.destinations.redact import redact


@dataclass(frozen=True, slots=True)
class Reached:
    """What came back, whatever it was: a `status`, or the `reason` why there is none.

    `proxy` is the one on the way, without its password; `date` is the service's time in seconds
    since the epoch, if it says.
    """

    host: str
    proxy: str | None
    status: int | None = None
    reason: str = ""
    date: float | None = None


async def reach(http: HttpClient, url: str) -> Reached:
    """Ask for `url` without any key. Raises UsageError for a proxy that cannot be spoken to."""
    host = urlsplit(url).hostname or ""
    proxy = proxy_for(url, proxies_of_the_environment())
    way = redact(proxy) if proxy else None
    answer = await http.send("GET", url, b"", headers={})
    if isinstance(answer, NoAnswer):
        return Reached(host, way, reason=answer.reason)
    return Reached(host, way, answer.status, date=_seconds(answer.headers.get("date")))


def _seconds(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None
