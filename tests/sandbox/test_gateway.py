"""Every fault over a real socket: what the caller sees, and what was done behind it."""

import email.utils
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

Rows = Callable[..., dict[str, Any]]

CREATE = "createLabelImport"


@pytest.fixture
def sandbox(seeded_sandbox: tuple[Any, Any]) -> Any:
    """Share one sandbox."""
    return seeded_sandbox[0]


def plan(operation: str, fault: str, **fields: Any) -> dict[str, Any]:
    """A plan that strikes once."""
    return {"faults": [{"operation": operation, "fault": fault, "count": 1, **fields}]}


def struck(sandbox: Any) -> int:
    """How often the plan in force struck."""
    return sum(rule["injected"] for rule in sandbox.faults()["faults"])


def known(caller: Any, project: str) -> bool:
    """Whether the import named `i` exists."""
    answer = caller.look(project, "i")
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    return "errors" not in answer


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        ({"fault": "throttle"}, 429, False),
        ({"fault": "error-before"}, 503, False),
        ({"fault": "error-before", "status": 520}, 520, False),
        ({"fault": "too-large", "bytes": 10}, 413, False),
        ({"fault": "error-after"}, 502, True),
    ],
    ids=str,
)
def test_a_fault_with_a_status_is_before_or_after(
    sandbox: Any, caller: Any, project: str, a_box: Rows, fault: Any, status: int, done: Any
) -> None:
    """Before means that nothing was done, after that all was."""
    sandbox.faults(plan(CREATE, **fault))

    reply = caller.upload(project, "i", b"%s\n" % _json(a_box(1)))

    assert reply.status_code == status
    assert struck(sandbox) == 1
    assert known(caller, project) is done


@pytest.mark.parametrize(
    ("fault", "done"),
    [("reset-before", False), ("reset-after", True), ("truncated-reply", True)],
)
def test_a_broken_connection_is_before_or_after(
    sandbox: Any, caller: Any, project: str, a_box: Rows, fault: str, done: Any
) -> None:
    """The caller cannot tell which; only a look-up can."""
    sandbox.faults(plan(CREATE, fault))

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        caller.upload(project, "i", _json(a_box(1)))

    assert struck(sandbox) == 1
    assert known(caller, project) is done


def test_a_reset_can_strike_in_the_middle_of_a_body(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """Half an upload is no import."""
    sandbox.faults(plan(CREATE, "reset-before", bytes=1 << 20))

    with pytest.raises(requests.ConnectionError):
        caller.upload(project, "i", _json(a_box(1, extra="x" * (1 << 22))))

    assert not known(caller, project)


def test_a_commit_can_come_after_the_connection_broke(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """At first the import is not there, later it is: once, and with all its rows."""
    sandbox.faults(plan(CREATE, "late-commit", seconds=0.5))

    with pytest.raises(requests.ConnectionError):
        caller.upload(project, "i", _json(a_box(1)))

    assert not known(caller, project)
    while not known(caller, project):
        pass
    caller.settled(project, "i")
    assert sandbox.account(project, "labels")["rows"] == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [(None, None), (7, 7), ("date", 5), ("soon", None)]
)
def test_throttling_says_when_to_come_back_in_any_form(
    sandbox: Any, caller: Any, project: str, retry_after: Any, seconds: int | None
) -> None:
    """Seconds, a date, nothing, or nonsense."""
    sandbox.faults(plan("labelImport", "throttle", retry_after=retry_after, seconds=5))
    before = time.time()

    reply = caller.post(
        json={
            "query": 'query($p: ID!) {labelImport(where: {projectId: $p, name: "i"}) {id}}',
            "variables": {"p": project},
        }
    )

    header = reply.headers.get("Retry-After")
    assert reply.status_code == 429
    assert reply.json()["message"].startswith("You have exceeded")
    if retry_after == "date":
        moment = email.utils.parsedate_to_datetime(header).timestamp()
        assert before + 3 <= moment <= time.time() + 6
    elif seconds is not None:
        assert header == str(seconds)
    else:
        assert header == retry_after


def test_an_import_can_be_made_to_fail(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """It is FAILED whole, with the message asked for, and leaves nothing behind."""
    sandbox.faults(plan(CREATE, "fail-import", message="the disk is on fire"))

    found = caller.bring(project, "i", [a_box(1)])

    assert found["state"] == "FAILED"
    assert caller.statuses(found, "errorFileUrl")[0]["message"] == "the disk is on fire"
    assert sandbox.account(project, "labels")["rows"] == 0


def test_status_lines_can_be_lost(sandbox: Any, caller: Any, project: str, a_box: Rows) -> None:
    """All rows are taken, but the caller is not told of some."""
    sandbox.faults(plan(CREATE, "drop-status-rows", rows=2))

    found = caller.bring(project, "i", [a_box(1), a_box(2), a_box(3)])

    assert len(caller.statuses(found)) == 1
    assert sandbox.account(project, "labels")["rows"] == 3


def test_a_host_can_be_out_of_reach(sandbox: Any, caller: Any) -> None:
    """A mask whose image cannot be had fails alone."""
    ontology = {"tools": [{"tool": "raster-segmentation", "name": "road"}]}
    project = sandbox.seed(keys=["masked"], ontology=ontology)["project_id"]
    sandbox.faults(plan(CREATE, "unreachable-url", hosts=["away.example"]))
    masks = [
        {
            "dataRow": {"globalKey": "masked"},
            "name": "road",
            "mask": {"instanceURI": f"https://{host}/m.png", "colorRGB": [1, 2, 3]},
        }
        for host in ("away.example", "there.example")
    ]

    found = caller.bring(project, "i", masks)

    assert [line["status"] for line in caller.statuses(found)] == ["FAILURE", "SUCCESS"]


@pytest.mark.parametrize("fault", ["throttle", "error-before", "error-after", "truncated-reply"])
def test_downloads_have_faults_of_their_own(
    sandbox: Any, caller: Any, project: str, a_box: Rows, fault: str
) -> None:
    """The next download of the same file is whole."""
    found = caller.bring(project, "i", [a_box(1)])
    sandbox.faults(plan("download", fault))

    with pytest.raises(requests.RequestException):
        caller.raw(found["statusFileUrl"])

    assert struck(sandbox) == 1
    assert len(caller.statuses(found)) == 1


def test_the_plan_is_changed_with_the_key_only(sandbox: Any) -> None:
    """A stranger neither reads nor sets it, and nonsense is refused."""
    address = f"{sandbox.endpoint}/_sandbox/faults"
    key = {"Authorization": f"Bearer {sandbox.key}"}

    seen = requests.get(address, timeout=10).json()
    told = requests.post(address, json=plan("*", "delay"), timeout=10).json()
    bad = requests.post(address, json=plan("*", "earthquake"), headers=key, timeout=10)

    assert seen["errors"][0]["extensions"]["code"] == "AUTHENTICATION_ERROR"
    assert told["errors"][0]["extensions"]["code"] == "AUTHENTICATION_ERROR"
    assert bad.status_code == 400
    assert "earthquake" not in str(sandbox.faults())


def test_a_plan_can_be_given_at_the_start(make_sandbox: Any, call: Callable[[Any], Any]) -> None:
    """Then it strikes from the first request on."""
    sandbox = make_sandbox(faults=plan("user", "error-before"))
    caller = call(sandbox)
    query = {"query": "{user {id}}"}

    assert [caller.post(json=query).status_code for _ in range(2)] == [503, 200]


def test_files_expire(make_sandbox: Any, call: Callable[[Any], Any], a_box: Rows) -> None:
    """Files of imports are refused once their time is over; what never was is not found."""
    sandbox = make_sandbox("--file-lifetime", "0")
    caller = call(sandbox)
    project = sandbox.seed(1)["project_id"]

    found = caller.bring(project, "i", [a_box(1)])

    for file in ("inputFileUrl", "statusFileUrl", "errorFileUrl"):
        assert requests.get(found[file], timeout=10).status_code == 403
    assert requests.get(f"{sandbox.endpoint}/files/none", timeout=10).status_code == 404


def _json(row: dict[str, Any]) -> bytes:
    return requests.models.complexjson.dumps(row).encode()
