"""Which addresses count as reachable, and which of them are opened."""

from collections.abc import Callable
from typing import Any

import pytest

from bulkimport.sandbox.urls import host_of, is_loopback, is_reachable


@pytest.mark.parametrize(
    ("url", "away", "reachable"),
    [
        ("https://example.com/a.png", [], True),
        ("http://127.0.0.1:9/a", [], True),
        ("https://example.com/a.png", ["example.com"], False),
        ("https://example.com/a.png", ["other.com"], True),
        ("https://example.com/a.png", ["*"], False),
        ("https://images.invalid/a.png", [], False),
        ("https://INVALID.example/a.png", [], True),
        ("s3://bucket/a.png", [], False),
        ("file:///etc/passwd", [], False),
        ("no address", [], False),
        ("http://[broken", [], False),
        ("", [], False),
    ],
)
def test_an_address_is_reachable_by_its_host(url: str, away: Any, reachable: Any) -> None:
    """Nothing is asked over the network."""
    assert is_reachable(url, away) is reachable


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:80/x", True),
        ("http://127.9.9.9/x", True),
        ("http://[::1]:80/x", True),
        ("http://localhost/x", True),
        ("http://LOCALHOST/x", True),
        ("http://127.0.0.1@example.com/x", False),
        ("http://127.0.0.1.example.com/x", False),
        ("http://localhost.example.com/x", False),
        ("http://0.0.0.0/x", False),
        ("http://10.0.0.1/x", False),
        ("http://2130706433/x", False),
    ],
)
def test_only_this_machine_is_this_machine(url: str, loopback: Any) -> None:
    """Whatever a name looks like: it is not resolved."""
    assert is_loopback(host_of(url)) is loopback


def test_rows_are_fetched_from_where_they_are_and_nowhere_else(
    sandbox: Any, caller: Any, served: Callable[[int], str]
) -> None:
    """A missing file fails the import, and so does a redirect: it may lead outside."""
    project = sandbox.seed(1)["project_id"]
    query = (
        "mutation($p: ID!, $n: String!, $u: String!)"
        " {createLabelImport(data: {projectId: $p, name: $n, fileUrl: $u}) {id}}"
    )
    found = {}
    for status in (200, 302, 404):
        caller.ask(query, p=project, n=str(status), u=served(status))
        found[status] = caller.settled(project, str(status))

    assert {status: each["state"] for status, each in found.items()} == {
        200: "FINISHED",
        302: "FAILED",
        404: "FAILED",
    }
    for status in (302, 404):
        (line,) = caller.statuses(found[status], "errorFileUrl")
        assert line["message"] == f"Failed to access URL: {status}"
