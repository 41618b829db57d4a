"""Who may call Labellerr: a decision over what the caller gives.

    api_key and api_secret   client_id, in header and query   answer
    wrong or missing         -                                401
    right                    another, or the two differ       403
    right                    right                            the call goes on

What a caller may do with one project is decided where the project is found.
"""

import hmac

from aiohttp import web

from bulkimport.sandbox.labellerr.refusals import Refused, forbidden
from bulkimport.sandbox.settings import LabellerrSettings


def admit(request: web.Request, expected: LabellerrSettings | None) -> None:
    """Return when the caller may go on; raises Refused."""
    if expected is None:
        raise Refused(401, "UNAUTHORIZED", "This sandbox was started without Labellerr's keys")
    given = request.headers
    known = _same(given.get("api_key", ""), expected.api_key)
    if not (_same(given.get("api_secret", ""), expected.api_secret) and known):
        raise Refused(401, "UNAUTHORIZED", "The api_key or the api_secret is wrong")
    if {given.get("client_id"), request.query.get("client_id")} != {expected.client_id}:
        raise forbidden("The client_id does not belong to this api_key")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
