"""Which proxy a request goes through, as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.

aiohttp's own `trust_env` is not used: it reads ~/.netrc as well, which would refuse our
Authorization header where the service's host is listed, and add one to plain downloads.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import (  # type: ignore[attr-defined]  # typeshed lacks the second
    getproxies_environment,
    proxy_bypass_environment,
)

from bulkimport.destinations.redact import redact
from bulkimport.errors import UsageError


def proxies_of_the_environment() -> dict[str, str]:
    """Read the proxies by scheme, and the exceptions under `no`; lower case wins over upper."""
    return getproxies_environment()


def proxy_for(url: str, proxies: Mapping[str, str]) -> str | None:
    """Return the proxy's URL, or None to go straight. Raises UsageError for one we cannot speak."""
    parts = urlsplit(url)
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass_environment(parts.netloc.rpartition("@")[2], dict(proxies)):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in {"http", "https"}:
        raise UsageError(
            f"the proxy {redact(proxy)} is no HTTP proxy",
            remedy="name one that begins with http:// in HTTPS_PROXY, or clear the variable",
        )
    return proxy
