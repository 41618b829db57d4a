"""Examining a project proves key and place, or says what is wrong."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bulkimport.destinations.base import Place
from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
)

Make = Callable[..., Labelbox]
ONTOLOGY = {"tools": [{"tool": "rectangle", "name": "crème"}], "classifications": []}


def project(**fields: Any) -> dict[str, Any]:
    """An answer with a project."""
    shown = {"id": "project-1", "name": "P", "allowedMediaType": "IMAGE", "ontology": None}
    return {"data": {"project": shown | fields}}


async def test_a_project_is_described(service: Any, labelbox: Make) -> None:
    """In one request, by id."""
    service.answers(200, project(ontology={"normalized": ONTOLOGY}))

    place = await labelbox().examine()

    assert place == Place("project-1", "P", "IMAGE", orjson.dumps(ONTOLOGY).decode())
    [seen] = service.seen
    assert seen.json["variables"] == {"project": "project-1"}


@pytest.mark.parametrize(
    ("ontology", "text"),
    [
        (None, None),
        ({"normalized": None}, None),
        ({"normalized": ""}, None),
        ({"normalized": '{"tools":[]}'}, '{"tools":[]}'),
        ({"normalized": {}}, "{}"),
    ],
)
async def test_an_ontology_is_text_or_nothing(
    service: Any, labelbox: Make, ontology: Any, text: str | None
) -> None:
    """The service sends an object, or its text."""
    service.answers(200, project(ontology=ontology, allowedMediaType=None))

    place = await labelbox().examine()

    assert (place.ontology, place.media_type) == (text, None)


def errors(code: str) -> dict[str, Any]:
    """A GraphQL answer of one error."""
    return {"errors": [{"message": "words", "extensions": {"code": code}}], "data": None}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (200, {"data": {"project": None}}, CredentialsRefused, "project-1"),
        (200, errors("RESOURCE_NOT_FOUND"), CredentialsRefused, "project-1"),
        (200, errors("AUTHENTICATION_ERROR"), CredentialsRefused, "LABELBOX_API_KEY"),
        (200, errors("AUTHORIZATION_ERROR"), CredentialsRefused, "LABELBOX_API_KEY"),
        (401, b"", CredentialsRefused, "LABELBOX_API_KEY"),
        (404, b"<html>", DestinationRefused, "--endpoint"),
        (429, b"", DestinationAway, "429"),
        (500, b"", DestinationAway, "500"),
        (200, b"{", DestinationAway, "JSON"),
    ],
)
async def test_what_is_wrong_is_said(
    service: Any,
    labelbox: Make,
    key: str,
    *,
    status: int,
    body: Any,
    kind: type[BulkimportError],
    words: str,
) -> None:
    """With what to do about it, and never with the key."""
    service.answers(status, body)

    with pytest.raises(kind) as raised:
        await labelbox().examine()

    assert words in str(raised.value)
    assert key not in str(raised.value)
