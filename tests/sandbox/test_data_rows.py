"""How data rows are made at the sandbox: row by row, in their time, within the limits of a plan."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import labelbox
import pytest
from sandbox.conftest import Caller
from support.sandbox import Sandbox

from bulkimport.sandbox import documents
from bulkimport.sandbox.signers import INTEGRATION
from bulkimport.sandbox.store import Store
from bulkimport.sandbox.tiers import LIMITS, Tier, Turnstile

TASK = "query($t: ID!) {user {createdTasks(where: {id: $t}, skip: 0, first: 1) {status result}}}"
FAILED = (
    "query($t: ID!) {failedDataRowImports(data: {taskId: $t, first: 100})"
    " {total results {message spec {globalKey}}}"
    " successesfulDataRowImports(data: {taskId: $t, first: 2}) {total after nodes {globalKey}}}"
)
PROCESSED = (
    "query($k: [ID!]) {queryAllDataRowsHaveBeenProcessed(globalKeys: $k)"
    " {allDataRowsHaveBeenProcessed}}"
)


class Maker:
    """Makes data rows as the wire has it: a chunk, a manifest, a task."""

    def __init__(self, caller: Caller, dataset: str) -> None:
        """Make them in this dataset."""
        self.caller, self.dataset = caller, dataset

    def file(self, content: object) -> str:
        """Leave a JSON file and return its address."""
        query = (
            "mutation($file: Upload!, $contentLength: Int!)"
            " {uploadFile(file: $file, contentLength: $contentLength) {url}}"
        )
        body = json.dumps(content).encode()
        variables = {"file": None, "contentLength": len(body)}
        operations = json.dumps({"query": query, "variables": variables})
        files = [
            ("operations", (None, operations)),
            ("map", (None, '{"1": ["variables.file"]}')),
            ("1", ("chunk.json", body, "application/json")),
        ]
        url: str = self.caller.post(files=files).json()["data"]["uploadFile"]["url"]
        return url

    def make(self, *payloads: Mapping[str, Any]) -> str:
        """Have data rows made and return the task's id."""
        elements = [
            {"id": {"type": "AUTO", "value": ""}, "payload": {"dataset_id": self.dataset, **one}}
            for one in payloads
        ]
        chunks = [self.file(elements)]
        manifest = {"source": "SDK", "item_count": len(elements), "chunk_uris": chunks}
        answer = self.caller.ask(
            "mutation($m: String!) {upsertDataRows(data: {manifestUri: $m}) {id status}}",
            m=self.file(manifest),
        )
        task: str = answer["data"]["upsertDataRows"]["id"]
        return task

    def status(self, task: str) -> str:
        """The task as its owner sees it."""
        [shown] = self.caller.ask(TASK, t=task)["data"]["user"]["createdTasks"]
        status: str = shown["status"]
        return status


@pytest.fixture
def maker(sandbox: Sandbox) -> Maker:
    """A dataset with two data rows, `row-1` and `row-2`."""
    return Maker(Caller(sandbox), sandbox.seed(2)["dataset_id"])


def test_a_row_that_cannot_be_made_is_told_and_the_others_are_made(maker: Maker) -> None:
    """A key twice, taken in another case, of wrong characters, too long; metadata twice; media."""
    twice = {"schemaId": "c" * 25, "value": 1}
    task = maker.make(
        {"global_key": "a", "row_data": "x"},
        {"global_key": "A", "row_data": "x"},
        {"global_key": "ROW-1", "row_data": "x"},
        {"global_key": "a  b", "row_data": "x"},
        {"global_key": "k" * 201, "row_data": "x"},
        {"global_key": "b", "row_data": "x", "metadata_fields": [twice, twice]},
        {"global_key": "c", "row_data": "https://a.example/b.json", "media_type": "IMAGE"},
        {"global_key": "d", "row_data": "https://a.example/b.jpg", "media_type": "IMAGE"},
        {"global_key": "e", "row_data": "x"},
    )

    told = maker.caller.ask(FAILED, t=task)["data"]

    assert maker.status(task) == "COMPLETE"
    messages = [one["message"] for one in told["failedDataRowImports"]["results"]]
    assert messages[:2] == ["Duplicate global key: 'A'", "Duplicate global key: 'ROW-1'"]
    assert messages[4] == f"A schemaId can only be specified once per DataRow : [{'c' * 25}]"
    assert messages[5] == "Expected type image/*, detected: application/json"
    assert told["failedDataRowImports"]["total"] == 6
    page = told["successesfulDataRowImports"]
    assert [one["globalKey"] for one in page["nodes"]] == ["a", "d"]
    assert (page["total"], bool(page["after"])) == (3, True)


def test_a_slow_task_is_in_progress_and_then_has_its_results(
    maker: Maker, sandbox: Sandbox
) -> None:
    """Until then there are none, which is not the same as no errors."""
    fault = {"operation": "upsertDataRows", "fault": "slow-task", "seconds": 3600}
    sandbox.faults({"faults": [fault]})
    slow = maker.make({"global_key": "slow", "row_data": "x"})
    sandbox.faults({"faults": []})

    told = maker.caller.ask(FAILED, t=slow)["data"]["successesfulDataRowImports"]

    assert (maker.status(slow), told["total"]) == ("IN_PROGRESS", 0)
    assert maker.status(maker.make({"global_key": "quick", "row_data": "x"})) == "COMPLETE"


def test_a_data_row_is_made_before_it_is_processed(maker: Maker, sandbox: Sandbox) -> None:
    """Others do not wait for it."""
    fault = {"operation": "upsertDataRows", "fault": "slow-processing", "seconds": 3600}
    sandbox.faults({"faults": [fault]})
    maker.make({"global_key": "new", "row_data": "x"})

    told = [
        maker.caller.ask(PROCESSED, k=keys)["data"]["queryAllDataRowsHaveBeenProcessed"]
        for keys in (["row-1", "new"], ["row-1", "row-2"])
    ]

    assert [one["allDataRowsHaveBeenProcessed"] for one in told] == [False, True]


def test_a_task_can_fail_whole(maker: Maker, sandbox: Sandbox) -> None:
    """Then nothing is made."""
    fault = {"operation": "upsertDataRows", "fault": "fail-import", "message": "no"}
    sandbox.faults({"faults": [fault]})

    task = maker.make({"global_key": "new", "row_data": "x"})

    assert maker.status(task) == "FAILED"
    assert maker.caller.ask(FAILED, t=task)["data"]["successesfulDataRowImports"]["total"] == 0


def test_a_dataset_is_signed_for_by_the_default_of_the_sdk(
    maker: Maker, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The official SDK asks for integrations, sets the default one and has it validated."""
    with closing(Store(sandbox.dir)) as store, store.writing() as db:
        body = {"name": "s3", "isOrgDefault": True, "valid": True, "provider": "AWS"}
        known = documents.add(db, INTEGRATION, body)["id"]
    client = labelbox.Client(
        api_key=sandbox.key, endpoint=sandbox.graphql, rest_endpoint=sandbox.rest
    )

    dataset = client.create_dataset(name=str(tmp_path))

    assert dataset.iam_integration().uid == known


@pytest.mark.parametrize("tier", Tier)
def test_a_plan_lets_so_many_requests_pass_in_a_minute(tier: Tier) -> None:
    """And says when the next may come."""
    limit = LIMITS[tier].requests_per_minute
    assert limit is not None
    gate = Turnstile(limit)

    assert not any(gate.wait(100.0) for _ in range(limit))
    assert gate.wait(130.0) == 30.0
    assert gate.wait(160.0) == 0.0
