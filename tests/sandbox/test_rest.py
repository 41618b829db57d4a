"""The REST side of the sandbox: who may ask, and how it says no."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from support.sandbox import Sandbox

SECONDS = 30
LINE = {"tool": "line", "name": "road", "classifications": []}

Rest = Callable[..., requests.Response]


@pytest.fixture
def rest(shared_sandbox: Sandbox) -> Rest:
    """Ask with the key, or with another one."""

    def ask(method: str, path: str, key: str | None = None, **content: Any) -> requests.Response:
        return requests.request(
            method,
            shared_sandbox.rest + path,
            json=content,
            headers={"Authorization": f"Bearer {key or shared_sandbox.key}"},
            timeout=SECONDS,
        )

    return ask


def test_nothing_is_told_without_the_key(rest: Rest) -> None:
    """With the status of HTTP, and a message as the SDK reads it."""
    answer = rest("GET", "/ontologies/any", key="wrong")

    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid API key"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/ontologies/never"),
        ("DELETE", "/ontologies/never"),
        ("PUT", "/feature-schemas/never"),
        ("PATCH", "/feature-schemas/never/definition"),
        ("POST", "/ontologies/never/feature-schemas/never"),
    ],
)
def test_what_is_not_there_is_not_found(rest: Rest, method: str, path: str) -> None:
    """Every way, with a message."""
    answer = rest(method, path, normalized=json.dumps(LINE), title="t", position=0)

    assert answer.status_code == 404
    assert "not found" in answer.json()["message"]


def test_a_position_must_be_a_number(rest: Rest) -> None:
    """A refusal changes nothing."""
    made = rest("PUT", "/feature-schemas/new_feature_schema_id", normalized=json.dumps(LINE))
    place = f"/ontologies/never/feature-schemas/{made.json()['schemaId']}"

    assert made.status_code == 200
    assert rest("POST", place, position="first").status_code == 400


def test_a_body_that_is_no_json_is_refused(shared_sandbox: Sandbox) -> None:
    """As the platform's other half does."""
    answer = requests.put(
        f"{shared_sandbox.rest}/feature-schemas/new_feature_schema_id",
        data=b"{",
        headers={"Authorization": f"Bearer {shared_sandbox.key}"},
        timeout=SECONDS,
    )

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_features_of_an_ontology_are_shown(rest: Rest, shared_sandbox: Sandbox) -> None:
    """By their ids, group by group."""
    seeded = shared_sandbox.seed(keys=[])

    shown = rest("GET", f"/ontologies/{seeded['ontology_id']}").json()["featureSchemaNodes"]

    assert [len(shown[group]) for group in ("tools", "classifications", "relationships")] == [
        3,
        1,
        0,
    ]
    assert len(shown["tools"][0]["featureSchemaId"]) == 25
