"""Which addresses count as reachable. Nothing outside this machine is ever opened."""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

EVERY_HOST: Final = "*"


def host_of(url: str) -> str:
    """Return the host of a URL, empty when it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine; a name other than localhost is not."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_reachable(url: str, away: Collection[str] = ()) -> bool:
    """Whether a URL counts as reachable.

    It does not when it has no host, when the host ends in `.invalid`, or when `away` names the host
    or `*`, every host.
    """
    host = host_of(url)
    return bool(host) and not host.endswith(".invalid") and not {host, EVERY_HOST} & set(away)
