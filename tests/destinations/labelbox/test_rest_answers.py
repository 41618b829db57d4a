"""What a REST answer means: its object, or a fault in the service's own words."""

from typing import Any

import orjson
import pytest

from bulkimport.destinations.faults import Cause, Fault
from bulkimport.destinations.http import Answer, NoAnswer
from bulkimport.destinations.labelbox.answers import read_rest_answer
from bulkimport.destinations.labelbox.graphql import rest_endpoint


def answer(status: int, content: Any = None, **headers: str) -> Answer:
    """An answer of JSON, or of nothing."""
    return Answer(status, headers, b"" if content is None else orjson.dumps(content))


@pytest.mark.parametrize(
    ("given", "read"),
    [(answer(200, {"schemaId": "f"}), {"schemaId": "f"}), (answer(204), {}), (answer(201, {}), {})],
)
def test_success_is_an_object(given: Answer, read: dict[str, Any]) -> None:
    """Empty where there is no body."""
    assert read_rest_answer(given, now=0.0) == read


@pytest.mark.parametrize(
    ("given", "cause", "words"),
    [
        (answer(404, {"message": "gone"}), Cause.NOT_FOUND, "gone"),
        (answer(404), Cause.WRONG_ADDRESS, "404 Not Found"),
        (answer(400, {"message": "connected to projects: p"}), Cause.REFUSED, "connected"),
        (answer(401, {"message": "Invalid API key"}), Cause.CREDENTIALS, "Invalid"),
        (answer(403), Cause.PERMISSION, "403"),
        (answer(429), Cause.TOO_MANY, "429"),
        (answer(503), Cause.BUSY, "503"),
        (answer(500, {"message": "oops"}), Cause.BROKEN, "oops"),
        (NoAnswer("the connection broke", doubt=True), Cause.BROKEN, "broke"),
        (NoAnswer("its name is not known", doubt=False), Cause.UNREACHED, "name"),
    ],
)
def test_a_fault_has_its_cause_and_its_words(
    given: Answer | NoAnswer, cause: Cause, words: str
) -> None:
    """The message of the body, else the status."""
    fault = read_rest_answer(given, now=0.0)

    assert isinstance(fault, Fault)
    assert fault.cause is cause
    assert words in fault.message


def test_what_the_service_asks_to_be_waited_is_kept() -> None:
    """In seconds."""
    headers = {"retry-after": "7"}

    fault = read_rest_answer(Answer(429, headers, b""), now=0.0)

    assert isinstance(fault, Fault)
    assert fault.retry_after == 7.0


@pytest.mark.parametrize(
    ("graphql", "rest"),
    [
        ("https://api.labelbox.com/graphql", "https://api.labelbox.com/api/v1"),
        ("http://127.0.0.1:8765/graphql/", "http://127.0.0.1:8765/api/v1"),
        ("https://proxy.example/labelbox/graphql", "https://proxy.example/labelbox/api/v1"),
    ],
)
def test_the_rest_side_stands_beside_the_other(graphql: str, rest: str) -> None:
    """As in the official SDK's defaults."""
    assert rest_endpoint(graphql) == rest
