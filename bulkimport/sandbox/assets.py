"""Files uploaded to be used by their URL: chunks of data rows, manifests, local assets."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox.files import Draft
from bulkimport.sandbox.refusals import malformed
from bulkimport.sandbox.session import Arguments, Field, Session


def upload_file(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer uploadFile: a URL that anyone can read and that does not expire."""
    draft = arguments["file"]
    if not isinstance(draft, Draft):
        raise malformed("no file came with the request")
    token = session.keep(draft, expires=False)
    return {"url": session.url(token), "filename": draft.name}


FIELDS: Final[Mapping[str, Field]] = MappingProxyType({"uploadFile": upload_file})
