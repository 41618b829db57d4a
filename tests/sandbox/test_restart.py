"""Killed or stopped at any moment, a sandbox goes on where it was: nothing lost, nothing twice."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = 40_000
PER_DATA_ROW = 10


@pytest.fixture(scope="session")
def many_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes the sandbox a good part of a second."""
    path = tmp_path_factory.mktemp("rows") / "rows.ndjson"
    with path.open("w") as file:
        for number in range(ROWS):
            row = {
                "uuid": f"00000000-0000-4000-8000-{number:012x}",
                "dataRow": {"globalKey": f"row-{number % (ROWS // PER_DATA_ROW) + 1}"},
                "name": "corner",
                "point": {"x": number / 7, "y": number},
            }
            file.write(json.dumps(row) + "\n")
    return path


def progress(caller: Any, project: str) -> int:
    """How far the import `i` is, in percent."""
    found = caller.look(project, "i")["data"]["labelImport"]
    return 100 if found["state"] == "FINISHED" else int(found["progress"].rstrip("%"))


@pytest.mark.parametrize(("end", "least"), [("kill", 0), ("kill", 30), ("stop", 30)])
def test_an_import_caught_running_goes_on(
    sandbox: Any, caller: Any, many_rows: Path, digests: Callable[..., Any], end: str, least: int
) -> None:
    """After the restart it runs to its end, and its labels exist exactly once."""
    project = sandbox.seed(ROWS // PER_DATA_ROW)["project_id"]
    caller.upload(project, "i", many_rows.read_bytes())
    while progress(caller, project) < least:
        pass

    getattr(sandbox, end)()
    caught = sandbox.account(project, "labels")
    sandbox.restart()
    found = caller.settled(project, "i")

    sent, account = digests(many_rows), sandbox.account(project, "labels")
    assert caught["imports"] == {"RUNNING": 1}
    assert caught["rows"] == 0
    assert found["state"] == "FINISHED"
    assert len(caller.raw(found["statusFileUrl"]).splitlines()) == ROWS
    assert {name: account[name] for name in ("rows", "digest", "digest_without_uuid")} == {
        name: sent[name] for name in ("rows", "digest", "digest_without_uuid")
    }
    assert account["labels_per_data_row"] == {"1": ROWS // PER_DATA_ROW}


def test_an_import_deleted_while_it_runs_leaves_nothing(
    sandbox: Any, caller: Any, many_rows: Path, a_box: Callable[..., Any]
) -> None:
    """The next import has its turn."""
    project = sandbox.seed(ROWS // PER_DATA_ROW)["project_id"]
    kind = {"kind": "prelabels"}
    made = caller.upload(project, "gone", many_rows.read_bytes(), **kind).json()
    (identity,) = [each["id"] for each in made["data"].values()]

    caller.ask(
        "mutation($id: ID!) {deleteModelAssistedLabelingPredictionImport(where: {id: $id}) {id}}",
        id=identity,
    )
    caller.bring(project, "next", [a_box(1)], **kind)

    account = sandbox.account(project, "prelabels")
    assert account["imports"] == {"FINISHED": 1}
    assert account["rows"] == 1
    assert sandbox.log[1:] == []


def test_everything_is_there_after_a_restart(
    sandbox: Any, caller: Any, a_box: Callable[..., Any]
) -> None:
    """Results are served from the new address, names stay taken, labels are as they were."""
    project = sandbox.seed(2)["project_id"]
    before = caller.bring(project, "i", [a_box(1), a_box(2)])
    held = sandbox.audit()
    sandbox.kill()
    sandbox.restart()

    found = caller.look(project, "i")["data"]["labelImport"]

    assert sandbox.audit() == held
    assert found["id"] == before["id"]
    assert found["statusFileUrl"].startswith(sandbox.endpoint)
    assert [line["status"] for line in caller.statuses(found)] == ["SUCCESS", "SUCCESS"]
    again = caller.upload(project, "i", b"{}").json()
    assert again["errors"][0]["extensions"]["code"] == "RESOURCE_CONFLICT"


def test_an_upload_cut_off_leaves_nothing(sandbox: Any, caller: Any) -> None:
    """A server killed while it reads a body knows nothing of it afterwards."""
    project = sandbox.seed(1)["project_id"]
    plan = {"operation": "createLabelImport", "fault": "late-commit", "seconds": 60}
    sandbox.faults({"faults": [plan]})
    with pytest.raises(OSError, match="Connection"):
        caller.upload(project, "i", b"{}")

    sandbox.kill()
    sandbox.restart()

    assert caller.look(project, "i")["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    assert os.listdir(sandbox.dir / "files") == []  # noqa: PTH208 - names are enough


def test_imports_wait_for_each_other_and_all_finish(
    sandbox: Any, caller: Any, a_box: Callable[..., Any]
) -> None:
    """Several imports made at once are run in their order."""
    project = sandbox.seed(1)["project_id"]
    for number in range(5):
        caller.upload(project, f"i{number}", json.dumps(a_box(1)).encode())

    found = caller.all_settled(project)

    assert [each["name"] for each in found] == [f"i{number}" for number in range(5)]
    assert {each["state"] for each in found} == {"FINISHED"}
    assert sandbox.account(project, "labels")["labels_per_data_row"] == {"5": 1}
