"""The calls of Labellerr's clients, over a real socket."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from support.labellerr_client import InvalidProjectError, LabellerrClient, LabellerrError
from support.sandbox import LABELLERR_KEYS, Sandbox

Coco = Callable[..., Path]


def test_a_document_is_uploaded_polled_for_and_applied(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """Calls 1 to 3 as the official client makes them."""
    opened = labellerr.open_project(project)
    metadata = labellerr.bring(project, coco("a.jpg", "b.jpg"), conf_bucket="high")

    assert opened["data_type"] == "image"
    assert opened["status_code"] == 300
    assert (metadata["matched_images"], metadata["annotations_applied"]) == (2, 2)
    assert [
        (applied["file_name"], applied["annotation"]["id"]) for applied in desk.applied(project)
    ] == [("a.jpg", 1), ("b.jpg", 2)]


def test_older_clients_put_the_file_to_a_signed_address(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """The upload call then carries neither a body nor a uuid."""
    job = labellerr.upload_by_address(project, coco("a.jpg", to="old.json"))

    metadata = labellerr.settled(project, job)["response"]["metadata"]

    (upload,) = desk.labellerr_uploads(project)
    assert metadata["annotations_applied"] == 1
    assert (upload["file_name"], upload["uuid"]) == ("old.json", None)


def test_an_upload_without_a_uuid_is_taken(
    labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """A branch of the client sends a form without one."""
    path = f"/actions/upload_answers?project_id={project}&answer_format=coco_json"
    answer = labellerr.call(
        "POST",
        f"{path}&client_id={labellerr.client_id}",
        files={"file": ("x.json", coco("a.jpg").read_bytes(), "application/octet-stream")},
    )

    assert labellerr.settled(project, answer["response"]["job_id"])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_the_files_of_a_project_are_listed_to_the_last(
    desk: Sandbox, labellerr: LabellerrClient, count: int
) -> None:
    """By project and by dataset, two a page; the last page has nothing after it."""
    names = [f"{number}.jpg" for number in range(count)]
    project = desk.seed_labellerr(names)
    (dataset,) = labellerr.open_project(project)["attached_datasets"]
    query = f"client_id={labellerr.client_id}&uuid={uuid.uuid4()}"

    def by_project(after: str | None) -> Any:
        asked = {"search_queries": [], "size": 2, "next_search_after": after}
        return labellerr.call(
            "POST", f"/search/project_files?project_id={project}&{query}", data=json.dumps(asked)
        )["response"]

    def by_dataset(after: str | None) -> Any:
        path = f"/search/files/all?sort_by=created_at&sort_order=desc&size=2&dataset_id={dataset}"
        tail = f"&next_search_after={after}" if after else ""
        return labellerr.call("GET", f"{path}&{query}{tail}")["response"]

    assert listed(by_project) == listed(by_dataset) == names
    assert labellerr.call("GET", f"/datasets/{dataset}?{query}")["response"]["files_count"] == count


def listed(page: Callable[[str | None], Any]) -> list[str]:
    """The names on all pages."""
    found, after = [], None
    while True:
        answer = page(after)
        found += [file["file_name"] for file in answer["files"]]
        after = answer["next_search_after"]
        if not after:
            return found


def test_one_file_is_shown_by_its_id(labellerr: LabellerrClient, project: str) -> None:
    """The client asks so for each file of a dataset, and reads the answer as it is."""
    (dataset,) = labellerr.open_project(project)["attached_datasets"]
    client = f"client_id={labellerr.client_id}"
    page = labellerr.call("GET", f"/search/files/all?{client}&dataset_id={dataset}")

    identity = page["response"]["files"][0]["file_id"]
    shown = labellerr.call("GET", f"/data/file_data?{client}&file_id={identity}")

    assert (shown["file_name"], shown["data_type"]) == ("a.jpg", "image")


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        ({"api_key": "other"}, 401),
        ({"api_secret": "other"}, 401),
        ({"api_key": ""}, 401),
        ({"client_id": "other"}, 403),
        ({"api_key": "other", "client_id": "other"}, 401),
    ],
    ids=str,
)
def test_wrong_credentials_are_told_apart(
    desk: Sandbox, project: str, keys: dict[str, str], status: int
) -> None:
    """401 for key and secret, 403 for a client that is not theirs."""
    client = LabellerrClient(desk.endpoint, {**LABELLERR_KEYS, **keys})

    with pytest.raises(LabellerrError) as told:
        client.open_project(project)

    client.close()
    assert told.value.args[0]["code"] == status


def test_a_client_in_the_query_must_be_that_of_the_header(desk: Sandbox, project: str) -> None:
    """One of both may have been forgotten in a copy."""
    url = f"{desk.endpoint}/projects/project/{project}?client_id=other"

    assert requests.get(url, headers=LABELLERR_KEYS, timeout=60).status_code == 403


def test_an_unknown_project_is_told_apart(
    labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """The client takes null for not found; an upload is refused."""
    with pytest.raises(InvalidProjectError):
        labellerr.open_project("nowhere")
    with pytest.raises(LabellerrError, match="404"):
        labellerr.upload("nowhere", coco("a.jpg"))


@pytest.mark.parametrize(("access", "opens"), [("none", False), ("read", True)])
def test_a_missing_permission_is_told_apart(
    desk: Sandbox, labellerr: LabellerrClient, coco: Coco, access: str, opens: Any
) -> None:
    """Who may only look can open the project and upload nothing; nothing is kept."""
    project = desk.seed_labellerr(["a.jpg"], access=access)
    if opens:
        labellerr.open_project(project)
    else:
        with pytest.raises(LabellerrError, match="403"):
            labellerr.open_project(project)

    with pytest.raises(LabellerrError, match="403"):
        labellerr.upload(project, coco("a.jpg"))
    assert desk.labellerr_uploads(project) == []


@pytest.mark.parametrize(("size", "taken"), [(25_000_000, True), (25_000_001, False)])
def test_a_file_has_at_most_25_megabytes(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco, size: int, taken: Any
) -> None:
    """The limit itself still passes."""
    path = coco("a.jpg")
    path.write_bytes(path.read_bytes().ljust(size))

    if taken:
        assert labellerr.bring(project, path)["annotations_applied"] == 1
    else:
        with pytest.raises(LabellerrError, match="413"):
            labellerr.upload(project, path)
    assert len(desk.labellerr_uploads(project)) == taken


def test_a_file_put_to_an_address_has_the_same_limit(
    labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """It is refused when it is named."""
    path = coco("a.jpg")
    path.write_bytes(path.read_bytes().ljust(25_000_001))

    with pytest.raises(LabellerrError, match="413"):
        labellerr.upload_by_address(project, path)


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ({"answer_format": "coco"}, {"file": ("x.json", b"{}")}),
        ({"conf_bucket": "huge"}, {"file": ("x.json", b"{}")}),
        ({}, {"file": ("x.txt", b"{}")}),
        ({}, {"file": ("x.json", b"")}),
        ({}, {"other": ("x.json", b"{}")}),
        ({}, {"file": ("x.json", b"{}"), "more": ("y.json", b"{}")}),
        ({}, None),
        ({"gcs_path": "elsewhere/coco_json-x.json"}, None),
    ],
    ids=str,
)
def test_a_call_that_cannot_be_meant_is_refused(
    desk: Sandbox, labellerr: LabellerrClient, project: str, query: dict[str, str], files: Any
) -> None:
    """Format, bucket, name, emptiness, the form's one part, a place of another project."""
    asked = {
        "project_id": project,
        "answer_format": "coco_json",
        "client_id": labellerr.client_id,
        **query,
    }

    with pytest.raises(LabellerrError, match="400"):
        labellerr.call("POST", "/actions/upload_answers", params=asked, files=files)
    assert desk.labellerr_uploads(project) == []


def test_a_job_of_another_project_is_unknown(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """A job is asked for by project and id."""
    job = labellerr.upload(project, coco("a.jpg"))
    other = desk.seed_labellerr(["a.jpg"])

    with pytest.raises(LabellerrError, match="404"):
        labellerr.status(other, job)


def test_a_signed_address_must_have_been_given_out(desk: Sandbox) -> None:
    """Whoever guesses one is refused."""
    reply = requests.put(f"{desk.endpoint}/labellerr-uploads/guessed", data=b"{}", timeout=60)

    assert reply.status_code == 403
