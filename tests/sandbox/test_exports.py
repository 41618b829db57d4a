"""The official SDK exports data rows from the sandbox, and reads them to the last line."""

import labelbox
import pytest
from support.sandbox import Sandbox

from bulkimport.sandbox import exports


@pytest.fixture
def client(sandbox: Sandbox) -> labelbox.Client:
    """The SDK as it comes from PyPI."""
    return labelbox.Client(
        api_key=sandbox.key, endpoint=sandbox.graphql, rest_endpoint=sandbox.rest
    )


def exported(task: labelbox.ExportTask) -> list[dict[str, object]]:
    """All lines of an export, once it is done."""
    task.wait_till_done()
    assert not task.has_errors()
    return [one.json for one in task.get_buffered_stream()] if task.has_result() else []


def test_a_project_and_a_dataset_are_exported(sandbox: Sandbox, client: labelbox.Client) -> None:
    """Each with its own data rows, ids and global keys."""
    sandbox.seed(3, keys=["a", "b", "c"], name="other")
    seeded = sandbox.seed(25)

    of_project = exported(client.get_project(seeded["project_id"]).export())
    of_dataset = exported(client.get_dataset(seeded["dataset_id"]).export())

    for lines in (of_project, of_dataset):
        keys = [line["data_row"]["global_key"] for line in lines]
        assert keys == [f"row-{number}" for number in range(1, 26)]
    assert set(of_project[0]["projects"]) == {seeded["project_id"]}


def test_an_export_may_be_chosen_by_global_keys(sandbox: Sandbox, client: labelbox.Client) -> None:
    """And is empty when there is nothing."""
    project = client.get_project(sandbox.seed(5)["project_id"])

    some = exported(project.export(filters={"global_keys": ["row-2", "row-4"]}))
    none = exported(project.export(filters={"global_keys": ["nobody"]}))

    assert [line["data_row"]["global_key"] for line in some] == ["row-2", "row-4"]
    assert none == []


def test_files_are_cut_between_lines(sandbox: Sandbox, client: labelbox.Client) -> None:
    """Their offsets follow each other without a gap."""
    assert exports.LINES_PER_FILE < 10_050
    seeded = sandbox.seed(10_050)

    lines = exported(client.get_project(seeded["project_id"]).export())

    assert len(lines) == 10_050
    assert len({line["data_row"]["id"] for line in lines}) == 10_050
