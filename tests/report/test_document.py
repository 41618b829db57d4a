"""The final object: its keys, its bytes, and that it comes back the same."""

import json
from pathlib import Path

import pytest

from bulkimport.errors import SourceUnreadable
from bulkimport.model import Account
from bulkimport.report.document import (
    Counts,
    Effort,
    Report,
    Size,
    document,
    read_report,
    write_report,
)
from bulkimport.report.tally import RunState

REPORT = Report(
    run="/runs/labels",
    state=RunState.STOPPED,
    exit_code=9,
    account=Account(10, 3, 1, 1, 1, 2, 1, 1),
    size=Size(data_rows=4, shards=2, bytes=800),
    effort=Effort(seconds=1.5, requests=7, retries=2, settled=5),
    counts=Counts({"bbox": 9}, {"row-not-json": 1}, {"data-row-case": 1}),
    in_doubt=2,
    unknown_shards=("bulkimport-1",),
    reason="the destination is away",
)


def test_the_object_has_the_promised_keys() -> None:
    """In the promised order; more may follow them in their own places."""
    account = ["read", "accepted", "rejected", "held", "failed", "unsent", "pending", "unknown"]
    plan = ["data_rows", "shards", "bytes"]
    promised = ["run", "state", *account, *plan, "seconds", "requests", "retries", "by_kind"]

    assert [key for key in document(REPORT) if key in promised] == promised
    assert {"warnings", "rejected_by_slug", "unknown_shards", "exit_code"} <= document(
        REPORT
    ).keys()


def test_the_object_says_what_the_report_says() -> None:
    """One flat object of numbers, texts and small maps."""
    assert json.loads(json.dumps(document(REPORT))) == {
        "run": "/runs/labels",
        "state": "stopped",
        "exit_code": 9,
        "reason": "the destination is away",
        "read": 10,
        "accepted": 3,
        "rejected": 1,
        "held": 1,
        "failed": 1,
        "unsent": 2,
        "pending": 1,
        "unknown": 1,
        "in_doubt": 2,
        "data_rows": 4,
        "shards": 2,
        "bytes": 800,
        "seconds": 1.5,
        "requests": 7,
        "retries": 2,
        "settled": 5,
        "by_kind": {"bbox": 9},
        "rejected_by_slug": {"row-not-json": 1},
        "warnings": {"data-row-case": 1},
        "objects": {},
        "lost": {},
        "present": 0,
        "double_shards": [],
        "unknown_shards": ["bulkimport-1"],
    }


def test_a_written_report_is_read_back_the_same(tmp_path: Path) -> None:
    """`report RUN` shows what the run itself showed; a later report takes the place of it."""
    assert read_report(tmp_path) is None
    write_report(tmp_path, Report("r", RunState.FINISHED, 0, Account()))
    write_report(tmp_path, REPORT)

    assert read_report(tmp_path) == REPORT
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"run": 1}', b"\xff"])
def test_something_else_in_its_place_is_named(tmp_path: Path, content: bytes) -> None:
    """Not a traceback."""
    (tmp_path / "report.json").write_bytes(content)

    with pytest.raises(SourceUnreadable, match=r"report\.json: this is no report"):
        read_report(tmp_path)
