"""What must not be read by anybody is taken out of a text before it becomes a message."""

import re
from typing import Final

from bulkimport.settings import Secret

LONGEST: Final = 300
_URL: Final = re.compile(
    r"([a-zA-Z][a-zA-Z0-9+.-]*://)(?:[^\s/?#'\"<>]*@)?([^\s/?#'\"<>]*)[^\s'\"<>]*"
)
_QUERY: Final = re.compile(r"\?[^\s'\"<>]*=[^\s'\"<>]*")
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e\xa1-\U0010ffff]+")


def redact(text: str, *secrets: Secret) -> str:
    """Return `text` as one short line without secrets, and of each URL no more than its host.

    A signed URL carries its access in the query, a sandbox's in the path, a proxy's before the
    host. Control characters go too: the words of a service end up on terminals.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret.reveal(), "***")
    text = _URL.sub(lambda match: f"{match[1]}{match[2]}/…", text)
    line = " ".join(_UNPRINTABLE.sub(" ", _QUERY.sub("?…", text)).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
