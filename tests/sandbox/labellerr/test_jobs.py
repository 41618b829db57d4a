"""What becomes of an upload: states over time, names matched or not, what came twice."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.labellerr_client import LabellerrClient, LabellerrError
from support.sandbox import LABELLERR_KEYS, Sandbox

Coco = Callable[..., Path]


@pytest.mark.parametrize("name", ["A.jpg", "a.JPG", "a.jpeg", "a", "images/a.jpg", "a.jpg "])
def test_a_name_must_be_that_of_the_file_exactly(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco, name: str
) -> None:
    """The job completes, counts the name as unmatched and applies nothing of it."""
    metadata = labellerr.bring(project, coco("b.jpg", name))

    assert metadata["unmatched_files"] == [name]
    assert metadata["unmatched_file_count"] == 1
    assert (metadata["annotations"], metadata["annotations_applied"]) == (2, 1)
    assert [applied["file_name"] for applied in desk.applied(project)] == ["b.jpg"]


def test_names_are_looked_for_in_the_own_project_alone(
    desk: Sandbox, labellerr: LabellerrClient, coco: Coco
) -> None:
    """Another project's file of the same name gets nothing."""
    other, own = desk.seed_labellerr(["x.jpg"]), desk.seed_labellerr(["a.jpg"])

    metadata = labellerr.bring(own, coco("x.jpg"))

    assert metadata["annotations_applied"] == 0
    assert desk.applied(other) == desk.applied(own) == []


def test_a_faulty_document_fails_the_job_with_words(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """Nothing of it is applied."""
    job = labellerr.upload(project, coco("a.jpg", categories=[]))

    with pytest.raises(LabellerrError, match="category_id 1 is not in categories"):
        labellerr.settled(project, job)
    assert desk.applied(project) == []


def test_what_cannot_be_kept_fails_the_job_whole(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """Not even the image before it gets anything."""
    path = coco("a.jpg", "b.jpg")
    deep = b"[" * 300 + b"]" * 300
    path.write_bytes(
        path.read_bytes().replace(b'"id": 2, "image_id"', b'"x": %s, "id": 2, "image_id"' % deep)
    )
    job = labellerr.upload(project, path)

    with pytest.raises(LabellerrError, match="nested too deeply"):
        labellerr.settled(project, job)
    assert desk.applied(project) == []


def test_classes_of_the_project_bind(desk: Sandbox, labellerr: LabellerrClient, coco: Coco) -> None:
    """A project that has classes takes no others."""
    project = desk.seed_labellerr(["a.jpg"], classes=("lake",))
    job = labellerr.upload(project, coco("a.jpg"))

    with pytest.raises(LabellerrError, match="'car' is no class of the project"):
        labellerr.settled(project, job)


def test_other_formats_fail_and_say_so(
    labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """They are taken as the service takes them, but judged they are not."""
    job = labellerr.upload(project, coco("a.jpg", to="x.csv"), answer_format="csv")

    with pytest.raises(LabellerrError, match="judges coco_json alone"):
        labellerr.settled(project, job)


def test_the_audit_tells_what_came_twice(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """A retry repeats file and uuid; two uploads may share an image and no annotation."""
    request = uuid.uuid4()
    path = coco("a.jpg", "b.jpg")
    for _ in range(2):
        labellerr.bring(project, path, request=request)
    other = [{"id": 9, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}]
    labellerr.bring(project, coco("a.jpg", annotations=other))

    account = desk.labellerr(project)

    assert account["uploads"] == {"completed": 3}
    assert account["files_that_came_twice"] == 1
    assert account["requests_that_came_twice"] == 1
    assert account["annotations"] == 5
    assert account["annotations_that_came_twice"] == 2
    assert account["images_in_several_uploads"] == 2
    assert len({applied["job_id"] for applied in desk.applied(project)}) == 3


def test_the_bytes_of_every_upload_are_kept(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco
) -> None:
    """Whoever wants to know what was sent can read it."""
    path = coco("a.jpg")
    labellerr.bring(project, path)

    (upload,) = desk.labellerr_uploads(project)

    assert upload["path"].read_bytes() == path.read_bytes()
    assert upload["size"] == path.stat().st_size


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox to be stopped and killed."""
    sandbox = Sandbox(tmp_path / "sandbox")
    yield sandbox
    sandbox.stop()


def client_of(sandbox: Sandbox) -> LabellerrClient:
    """A client of a sandbox, at the address it has now."""
    return LabellerrClient(sandbox.endpoint, LABELLERR_KEYS, sleep=lambda _: None)


def test_a_job_shows_processing_until_its_time_has_come(own_desk: Sandbox, coco: Coco) -> None:
    """Then it has ended, whenever it was done."""
    own_desk.start("--processing-seconds", "0.5")
    project = own_desk.seed_labellerr(["a.jpg"])
    client = client_of(own_desk)

    job = client.upload(project, coco("a.jpg"))
    first = client.status(project, job)["response"]["status"]

    client.settled(project, job)
    client.close()
    assert first == "processing"


def big(coco: Coco, count: int) -> Path:
    """A document that takes the sandbox a good part of a second."""
    boxes = [
        {"id": number, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, number / 1e5]}
        for number in range(count)
    ]
    return coco("a.jpg", annotations=boxes)


def test_a_job_caught_by_a_kill_goes_on(own_desk: Sandbox, coco: Coco) -> None:
    """After the restart it ends, and its annotations are there exactly once."""
    own_desk.start()
    project = own_desk.seed_labellerr(["a.jpg"])
    client = client_of(own_desk)
    jobs = [client.upload(project, big(coco, 30_000)) for _ in range(2)]
    client.close()

    own_desk.kill()
    caught = own_desk.labellerr(project)
    own_desk.restart()
    client = client_of(own_desk)
    for job in jobs:
        client.settled(project, job)
    client.close()

    account = own_desk.labellerr(project)
    assert caught["uploads"].get("processing", 0) >= 1
    assert account["uploads"] == {"completed": 2}
    assert account["annotations"] == 60_000
    assert account["annotations_that_came_twice"] == 30_000


def test_without_labellerrs_keys_nobody_comes_in(
    own_desk: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox for Labelbox alone says why."""
    monkeypatch.setattr("support.sandbox.LABELLERR_KEYS", {})
    own_desk.start()
    client = client_of(own_desk)

    with pytest.raises(LabellerrError, match="without Labellerr's keys"):
        client.open_project("any")
    client.close()


def test_a_document_digests_like_what_was_applied_of_it(
    desk: Sandbox, labellerr: LabellerrClient, project: str, coco: Coco, tmp_path: Path
) -> None:
    """The audit of the file and that of the sandbox can be compared, however it was cut."""
    from bulkimport.sandbox.labellerr.audit import audit_document  # noqa: PLC0415 - only here

    whole = coco("a.jpg", "b.jpg", to="whole.json")
    content = json.loads(whole.read_text())
    for number in range(2):
        part: dict[str, Any] = {**content, "annotations": content["annotations"][number:][:1]}
        path = tmp_path / f"part-{number}.json"
        path.write_text(json.dumps(part))
        labellerr.bring(project, path)

    told, account = audit_document(whole), desk.labellerr(project)

    assert {name: account[name] for name in told} == told
