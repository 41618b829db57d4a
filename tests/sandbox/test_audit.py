"""The audit: what is stored, told so that it can be compared with what was sent."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bulkimport.sandbox.audit import Digests, audit_file


def digests(rows: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Both digests of some rows."""
    counted = Digests()
    for row in rows:
        counted.add(dict(row))
    return counted.whole, counted.without_uuid


ROW = {"uuid": "u", "name": "n", "point": {"x": 1, "y": 2.5}}
OTHER = {"uuid": "v", "name": "n", "point": {"x": 1, "y": 2.5}}


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ([ROW, OTHER], [OTHER, ROW], True),
        ([ROW], [{"point": {"y": 2.5, "x": 1}, "name": "n", "uuid": "u"}], True),
        ([ROW], [ROW, ROW], False),
        ([ROW], [OTHER], False),
        ([ROW], [{**ROW, "point": {"x": 1.0, "y": 2.5}}], False),
        ([ROW], [{**ROW, "name": "m"}], False),
        ([], [ROW], False),
    ],
)
def test_a_digest_is_that_of_a_multiset(left: Any, right: Any, equal: bool) -> None:  # noqa: FBT001
    """Order and the order of keys do not count; how often, and how a number is written, do."""
    assert (digests(left)[0] == digests(right)[0]) is equal


def test_the_second_digest_does_not_know_uuids() -> None:
    """Rows that got a uuid on their way can be compared with those they were."""
    assert digests([ROW])[1] == digests([OTHER])[1]
    assert digests([ROW])[1] != digests([ROW, OTHER])[1]


def test_a_file_and_what_is_stored_of_it_agree(
    sandbox: Any, caller: Any, a_box: Callable[..., Any], tmp_path: Path
) -> None:
    """Spaces and escapes of the file play no part."""
    project = sandbox.seed(3)["project_id"]
    rows = [a_box(number, extra={"b": 1, "a": "é"}) for number in (1, 2, 3, 1)]
    path = tmp_path / "rows.ndjson"
    path.write_text("\n".join(json.dumps(row, indent=None) for row in rows))
    for kind in ("labels", "prelabels"):
        caller.bring(project, "i", rows, kind=kind)

    told = audit_file(path)

    assert told["rows"] == 4
    assert told["data_rows"] == 3
    for kind in ("labels", "prelabels"):
        account = sandbox.account(project, kind)
        assert account["rows_received"] == account["rows_accepted"] == 4
        for name in ("rows", "digest", "digest_without_uuid", "data_rows"):
            assert account[name] == told[name]


def test_rows_are_told_label_by_label(sandbox: Any, caller: Any, a_box: Callable[..., Any]) -> None:
    """The stored annotations of one data row come together, as they were understood."""
    project = sandbox.seed(2)["project_id"]
    rows = [a_box(2), a_box(1), a_box(2)]

    caller.bring(project, "i", rows)

    assert sandbox.rows() == [rows[1], rows[0], rows[2]]


def test_an_empty_sandbox_holds_nothing(sandbox: Any) -> None:
    """Before anything was made the audit is empty; a project without imports counts zero."""
    empty = sandbox.audit()
    project = sandbox.seed(1)["project_id"]
    account = sandbox.account(project, "labels")

    assert empty == {"projects": {}}
    assert account["imports"] == {}
    assert account["rows"] == account["rows_received"] == account["data_rows"] == 0
    assert int(account["digest"], 16) == 0
