"""What the environment says of a service: its endpoint and keys; what it lets a request be."""

import os
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bulkimport.engine.request import (
    STANDARD_BYTES,
    Documents,
    DocumentShaping,
    Request,
    takes_documents,
)
from bulkimport.engine.work import Limits
from bulkimport.errors import UsageError
from bulkimport.model import LABELBOX, LABELLERR, Address
from bulkimport.settings import (
    API_KEY_VARIABLE,
    DEFAULT_ENDPOINT,
    ENDPOINT_VARIABLE,
    LABELLERR_CLIENT_VARIABLE,
    LABELLERR_ENDPOINT,
    LABELLERR_ENDPOINT_VARIABLE,
    LABELLERR_KEY_VARIABLE,
    LABELLERR_SECRET_VARIABLE,
    LabellerrKeys,
    Secret,
)
from bulkimport.uploads.submit import InDoubt

# What Labellerr takes in one file: 25 MB, in its safe reading.
MOST_DOCUMENT_BYTES: Final = 25_000_000
CONF_BUCKETS: Final = ("low", "medium", "high")
LABELLERR_VARIABLES: Final = (
    LABELLERR_KEY_VARIABLE,
    LABELLERR_SECRET_VARIABLE,
    LABELLERR_CLIENT_VARIABLE,
)
_ENDPOINTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        LABELBOX: (ENDPOINT_VARIABLE, DEFAULT_ENDPOINT),
        LABELLERR: (LABELLERR_ENDPOINT_VARIABLE, LABELLERR_ENDPOINT),
    }
)


def named_endpoint(address: Address) -> str | None:
    """The endpoint that the environment names for a service."""
    return os.environ.get(_ENDPOINTS[address.service][0])


def endpoint_for(address: Address) -> str:
    """The endpoint that the environment names for a service, or its own."""
    return named_endpoint(address) or _ENDPOINTS[address.service][1]


def keys_for(
    address: Address, given: Secret | str | LabellerrKeys | None
) -> Secret | LabellerrKeys | None:
    """What opens a service: as given, or of the environment; None when something is missing.

    Raises UsageError for keys of another service.
    """
    if address.service == LABELLERR:
        if given is not None and not isinstance(given, LabellerrKeys):
            raise UsageError("Labellerr wants three keys", remedy="give LabellerrKeys")
        keys = given or LabellerrKeys(
            *(Secret(os.environ.get(name, "")) for name in LABELLERR_VARIABLES)
        )
        return keys if all((keys.api_key, keys.api_secret, keys.client_id)) else None
    if isinstance(given, LabellerrKeys):
        raise UsageError("these keys are for Labellerr", remedy="give Labelbox's API key")
    if given is None:
        given = os.environ.get(API_KEY_VARIABLE, "")
    return (given if isinstance(given, Secret) else Secret(given)) or None


def needed_keys(
    address: Address, given: Secret | str | LabellerrKeys | None
) -> Secret | LabellerrKeys:
    """The same. Raises UsageError when there are none."""
    keys = keys_for(address, given)
    if keys is None:
        names = LABELLERR_VARIABLES if address.service == LABELLERR else (API_KEY_VARIABLE,)
        raise UsageError("there is no API key", remedy=f"set {', '.join(names)}")
    return keys


def fitted(request: Request) -> Request:
    """The request as its service takes it. Raises UsageError for what it does not take."""
    shaping = request.shaping
    if not takes_documents(request.destination):
        if isinstance(shaping, DocumentShaping):
            raise UsageError(
                "--files, --classes and --conf-bucket are for labellerr: only",
                remedy="leave them out",
            )
        return request
    size = shaping.bytes_per_shard
    if size == STANDARD_BYTES:
        size = MOST_DOCUMENT_BYTES
    if size > MOST_DOCUMENT_BYTES:
        raise UsageError(
            f"{size:,} bytes are more than Labellerr takes in one file",
            place="--bytes-per-shard",
            remedy=f"at most {MOST_DOCUMENT_BYTES:,}",
        )
    documents = shaping.documents if isinstance(shaping, DocumentShaping) else Documents()
    if documents.conf_bucket not in (None, *CONF_BUCKETS):
        raise UsageError(
            f"{documents.conf_bucket!r} is no bucket",
            place="--conf-bucket",
            remedy=f"one of {', '.join(CONF_BUCKETS)}",
        )
    shaping = DocumentShaping.of(replace(shaping, bytes_per_shard=size), documents)
    return replace(request, shaping=shaping)


def fitted_limits(address: Address, limits: Limits) -> Limits:
    """What becomes of shards in doubt, as the service allows it. Raises UsageError."""
    asked = limits.in_doubt is InDoubt.ASK
    if takes_documents(address):
        return replace(limits, in_doubt=InDoubt.RESEND) if asked else limits
    if not asked or limits.resent_replaces:
        raise UsageError(
            "Labelbox is asked by name, so nothing there is in doubt",
            place="--in-doubt",
            remedy="leave --in-doubt and --assume out",
        )
    return limits
