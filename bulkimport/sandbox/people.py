"""The one user and the one organization of a sandbox."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bulkimport.sandbox.session import Arguments, Field, Session
from bulkimport.sandbox.tasks import created_tasks

FOUNDED: Final = "2026-01-01T00:00:00.000Z"
USER_ID: Final = "cus0000000000000000000001"
ORGANIZATION_ID: Final = "cor0000000000000000000001"


def user(_: Session, __: Arguments) -> Mapping[str, Any]:
    """Answer who is asking: always the same user."""
    return {
        "id": USER_ID,
        "email": "user@sandbox.invalid",
        "name": "Sandbox user",
        "nickname": "sandbox",
        "isViewer": False,
        "isExternalUser": False,
        "createdAt": FOUNDED,
        "updatedAt": FOUNDED,
        "timezone": "UTC",
        "organization": organization,
        "orgRole": {"id": "cro0000000000000000000001", "name": "Admin"},
        "createdTasks": created_tasks,
    }


def organization(_: Session, __: Arguments) -> Mapping[str, Any]:
    """Answer the organization that everything belongs to."""
    return {
        "id": ORGANIZATION_ID,
        "name": "Sandbox",
        "createdAt": FOUNDED,
        "updatedAt": FOUNDED,
    }


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "user": user,
        "users": lambda session, arguments: [user(session, arguments)],
        "organization": organization,
        "roles": lambda _, __: [{"id": "cro0000000000000000000001", "name": "Admin"}],
        "customMetadataOntology": lambda _, __: [],
    }
)
