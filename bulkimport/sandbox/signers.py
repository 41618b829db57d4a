"""Integrations with storages, and the datasets that they sign for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox import documents
from bulkimport.sandbox.datasets import find_dataset, view
from bulkimport.sandbox.documents import Document
from bulkimport.sandbox.refusals import missing
from bulkimport.sandbox.session import Arguments, Field, Session

INTEGRATION: Final = "integration"


def integrations(session: Session, _: Arguments) -> list[Document]:
    """Answer all integrations of the organization."""
    return list(documents.each(session.db, INTEGRATION))


def sign(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer setSignerForDataset."""
    signer = arguments["data"]["signerId"]
    if documents.find(session.db, INTEGRATION, signer) is None:
        raise missing("IAMIntegration", signer)
    return _signed(session, arguments, signer)


def unsign(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer clearSignerForDataset."""
    return _signed(session, arguments, None)


def validate(session: Session, arguments: Arguments) -> Mapping[str, Any]:
    """Answer validateDataset: as valid as its integration."""
    found = find_dataset(session, arguments["where"]["id"])
    signer = documents.find(session.db, INTEGRATION, found.get("signerId"))
    valid = bool(signer and signer.get("valid"))
    return {"valid": valid, "checks": [{"name": "signer", "success": valid}]}


def _signed(session: Session, arguments: Arguments, signer: str | None) -> Mapping[str, Any]:
    found = find_dataset(session, arguments["where"]["id"])
    return view(session, documents.change(session.db, found, signerId=signer))


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "iamIntegrations": integrations,
        "setSignerForDataset": sign,
        "clearSignerForDataset": unsign,
        "validateDataset": validate,
    }
)
