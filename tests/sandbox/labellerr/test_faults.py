"""The faults of the sandbox strike Labellerr's calls under the same names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from support.labellerr_client import LabellerrClient, LabellerrError
from support.sandbox import LABELLERR_KEYS, Sandbox

Coco = Callable[..., Path]

UPLOAD = "labellerr:upload_answers"


def strike(desk: Sandbox, fault: str, *, operation: str = UPLOAD, **fields: Any) -> None:
    """Put a plan in force that strikes once."""
    rule = {"operation": operation, "fault": fault, "count": 1, **fields}
    desk.faults({"faults": [rule]})


def struck(desk: Sandbox) -> int:
    """How often the plan in force struck."""
    return sum(rule["injected"] for rule in desk.faults()["faults"])


def post(desk: Sandbox, project: str, path: Path) -> requests.Response:
    """Upload without a client that would try again."""
    query = {"project_id": project, "answer_format": "coco_json", "uuid": "u", "client_id": "12345"}
    return requests.post(
        f"{desk.endpoint}/actions/upload_answers",
        params=query,
        headers=LABELLERR_KEYS,
        files={"file": (path.name, path.read_bytes())},
        timeout=60,
    )


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        ({"fault": "throttle", "retry_after": 3}, 429, False),
        ({"fault": "error-before"}, 503, False),
        ({"fault": "too-large", "bytes": 10}, 413, False),
        ({"fault": "error-after"}, 502, True),
        ({"fault": "delay", "seconds": 0.1}, 200, True),
        ({"fault": "slow-body", "bytes_per_second": 10_000}, 200, True),
    ],
    ids=str,
)
def test_a_fault_with_a_status_is_before_or_after(
    desk: Sandbox, project: str, coco: Coco, fault: Any, status: int, done: Any
) -> None:
    """Before means that there is no job, after that there is one."""
    strike(desk, **fault)

    reply = post(desk, project, coco("a.jpg"))

    assert (reply.status_code, struck(desk)) == (status, 1)
    assert reply.headers.get("Retry-After") == ("3" if status == 429 else None)
    assert bool(desk.labellerr_uploads(project)) is done


@pytest.mark.parametrize(
    ("fault", "done"),
    [("reset-before", False), ("reset-after", True), ("truncated-reply", True)],
)
def test_a_broken_connection_is_before_or_after(
    desk: Sandbox, project: str, coco: Coco, fault: str, done: Any
) -> None:
    """The caller cannot tell which, and there is nothing to ask by."""
    strike(desk, fault)

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post(desk, project, coco("a.jpg"))

    assert struck(desk) == 1
    assert bool(desk.labellerr_uploads(project)) is done


def test_a_commit_can_come_after_the_connection_broke(
    desk: Sandbox, project: str, coco: Coco
) -> None:
    """At first there is no job, later there is."""
    strike(desk, "late-commit", seconds=0.3)

    with pytest.raises(requests.ConnectionError):
        post(desk, project, coco("a.jpg"))

    assert desk.labellerr_uploads(project) == []
    while not desk.applied(project):
        pass
    assert len(desk.labellerr_uploads(project)) == 1


def test_the_clients_own_retry_makes_a_second_job(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """An answer lost after the work was done: the same uuid comes twice, and the image too."""
    strike(desk, "error-after")

    labellerr.bring(project, coco("a.jpg"))

    account = desk.labellerr(project)
    assert account["uploads"] == {"completed": 2}
    assert account["requests_that_came_twice"] == 1
    assert account["annotations_that_came_twice"] == 1


def test_a_job_can_be_made_to_fail(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """With the words of the plan."""
    strike(desk, "fail-import", message="out of luck")

    with pytest.raises(LabellerrError, match="out of luck"):
        labellerr.bring(project, coco("a.jpg"))


@pytest.mark.parametrize(
    ("operation", "strikes"),
    [("labellerr", True), ("*", True), ("labellerr:project", True), ("labellerr:files", False)],
)
def test_a_rule_names_one_call_or_all(
    desk: Sandbox, labellerr: LabellerrClient, project: str, operation: str, strikes: Any
) -> None:
    """All of Labellerr's calls together, or one of them."""
    strike(desk, "delay", operation=operation, seconds=0)

    labellerr.open_project(project)

    assert bool(struck(desk)) is strikes


def test_a_status_may_be_throttled(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """The client comes back by itself."""
    job = labellerr.upload(project, coco("a.jpg"))
    strike(desk, "throttle", operation="labellerr:upload_answers_status")

    assert labellerr.settled(project, job)
    assert struck(desk) == 1
