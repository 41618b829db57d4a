"""Names that say who a run and a shard are, and that come out the same every time."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from bulkimport.model import Address, Kind

FIRST_SUCCESSOR = 2
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def run_key(
    sources: Sequence[str],
    *,
    destination: Address,
    endpoint: str,
    kind: Kind,
    options: Mapping[str, str],
) -> str:
    """16 hex digits of everything that makes two commands the same run; no content.

    The endpoint's port does not count on loopback: a sandbox started again is the same place.
    """
    parts = [str(destination), endpoint_identity(endpoint), kind.value, *sources]
    parts += [f"{name}={options[name]}" for name in sorted(options)]
    text = "\0".join(parts)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def endpoint_identity(endpoint: str) -> str:
    """Give host, port and path of an endpoint; on loopback without the port."""
    url = urlsplit(endpoint)
    host = "loopback" if url.hostname in LOOPBACK else url.netloc.lower()
    return f"{host}{url.path}"


def run_name(*, kind: Kind, destination: Address, key: str, generation: int) -> str:
    """Name the run's folder for people: `labels-PROJECT-KEY`, with `-2` for a second sending."""
    place = re.sub(r"[^A-Za-z0-9_.-]", "_", destination.place)[:40]
    name = f"{kind.value}-{place}-{key}"
    return name if generation == 1 else f"{name}-{generation}"


def shard_name(*, key: str, generation: int, number: int, digest: str) -> str:
    """Name an import from place (run, number) and content (digest).

    Only letters, digits and dashes, which every multipart writer leaves alone.
    """
    return f"bulkimport-{key}-g{generation}-{number:05d}-{digest[:12]}"


def child_name(parent: str, *, part: int) -> str:
    """Name the `part`-th piece of a shard that was split; pieces of pieces go on: `.1.0`."""
    return f"{parent}.{part}"


def successor_name(name: str, *, successor: int) -> str:
    """Name the import made after a definite FAILED with nothing accepted: `…-2`, `…-3`."""
    base = name.rpartition("-")[0] if successor > FIRST_SUCCESSOR else name
    return f"{base}-{successor}"
