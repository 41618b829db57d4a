"""The GraphQL door sends values as variables, frames files by the book, and tells no key."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bulkimport.destinations.faults import Cause, Fault
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.errors import CredentialsRefused, UsageError
from bulkimport.model import Parcel
from bulkimport.settings import Secret

Door = Callable[..., GraphQL]


@pytest.fixture
def door(service: Any, connect: Callable[..., HttpClient], clock: Any, key: str) -> Door:
    """Make doors to the scripted service."""

    def make(*, endpoint: str = "", key: str = key) -> GraphQL:
        endpoint = endpoint or f"{service.url}/graphql"
        return GraphQL(endpoint=endpoint, key=Secret(key), http=connect(), clock=clock)

    return make


async def test_a_question_is_json_with_variables(service: Any, door: Door, key: str) -> None:
    """Quotes in a value stay in the value."""
    service.answers(200, {"data": {"a": 1}})
    hostile = 'x"){id} #\n\\'

    answer = await door().ask("query Q($a: ID!) { a(b: $a) }", {"a": hostile})

    assert answer == {"a": 1}
    [seen] = service.seen
    assert seen.json == {"query": "query Q($a: ID!) { a(b: $a) }", "variables": {"a": hostile}}
    assert (seen.method, seen.target) == ("POST", "/graphql")
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["authorization"] == f"Bearer {key}"


async def test_an_upload_is_framed_by_the_multipart_specification(
    service: Any, door: Door, key: str, parcel: Callable[..., Parcel]
) -> None:
    """One neutral key as part name and in the map; the file is named after the import."""
    service.answers(200, {"data": {"a": 1}})

    answer = await door().upload("mutation M", {"name": "n"}, parcel=parcel(name="run-0007"))

    assert answer == {"a": 1}
    [seen] = service.seen
    assert seen.order == ["operations", "map", "1"]
    assert orjson.loads(seen.fields["operations"]) == {
        "query": "mutation M",
        "variables": {"name": "n", "file": None},
    }
    assert orjson.loads(seen.fields["map"]) == {"1": ["variables.file"]}
    assert (seen.file_name, seen.file_type) == ("run-0007.ndjson", "application/x-ndjson")
    assert seen.headers["authorization"] == f"Bearer {key}"


async def test_a_service_that_repeats_the_key_does_not_spread_it(
    service: Any, door: Door, key: str
) -> None:
    """Nor an address with its access."""
    words = f"Bearer {key} may not read https://store.test/f?sig=s3cret"
    service.answers(200, {"errors": [{"message": words, "extensions": {"code": "OTHER"}}]})

    answer = await door().ask("query Q", {})

    assert answer == Fault(Cause.REFUSED, "Bearer *** may not read https://store.test/…")


@pytest.mark.parametrize(
    "endpoint",
    [
        "api.labelbox.com/graphql",
        "ftp://labelbox.test/graphql",
        "https://",
        "https://labelbox.test:port/graphql",
        "https://[labelbox.test/graphql",
        "https://me:s3cret@labelbox.test/graphql",
        "/graphql",
    ],
)
def test_what_is_no_endpoint_is_refused_before_anything_is_sent(door: Door, endpoint: str) -> None:
    """Passwords have no place in it, nor in the sentence."""
    with pytest.raises(UsageError) as raised:
        door(endpoint=endpoint)

    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "  \n", "two words", "line\nbreak", "ключ", "\x00"])
def test_what_can_be_no_key_is_refused_without_showing_it(door: Door, text: str) -> None:
    """By the name of the variable where it comes from."""
    with pytest.raises(CredentialsRefused, match="LABELBOX_API_KEY") as raised:
        door(key=text)

    assert not text.strip() or text not in str(raised.value)


def test_the_key_is_shown_by_nothing(door: Door, key: str) -> None:
    """Not by the door, nor by what it is made of."""
    made = door()

    assert key not in repr(made)
    assert key not in repr(vars(made))
    assert key not in str(vars(made))
