"""COCO of any size into a Labellerr project, by the installed command."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from e2e.labellerr import LabellerrCommand, made_up, names_of
from support.sandbox import Sandbox

from bulkimport.sandbox.labellerr.audit import audit_document

VARIABLE = "BULKIMPORT_TEST_DATA"
SMALL = ("--bytes-per-shard", "3000")
Make = Callable[..., LabellerrCommand]


@pytest.fixture
def make(shared_sandbox: Sandbox, tmp_path: Path) -> Iterator[Make]:
    """Make a project with files of these names, and the command for it."""
    made: list[LabellerrCommand] = []

    def command(names: list[str], **more: Any) -> LabellerrCommand:
        made.append(LabellerrCommand(tmp_path / f"work-{len(made)}", shared_sandbox, names, **more))
        made[-1].suffers()
        return made[-1]

    yield command
    for each in made:
        for running in each.started:
            running.stop()
    shared_sandbox.faults({})


def test_a_document_arrives_in_valid_parts_and_whole(make: Make) -> None:
    """Each part is compact, within the limit, with the categories it needs and nothing else."""
    document = made_up(20)
    command = make(names_of(document))
    source = command.document(document, indent=2)

    ended = command.imports(source, *SMALL).is_exit(0)

    assert ended.report["accepted"] == ended.report["read"] == 60
    assert ended.report["data_rows"] == 20
    assert ended.report["objects"] == {"annotations": 60, "categories": 4, "images": 20}
    command.holds_all_of(source)
    uploads = command.sandbox.labellerr_uploads(command.project)
    assert len(uploads) == ended.report["shards"] > 3
    for upload, shard in zip(uploads, command.shards(), strict=True):
        body = upload["path"].read_bytes()
        assert len(body) == upload["size"] <= 3000
        assert upload["file_name"].endswith(".json")
        assert json.dumps(shard, separators=(",", ":")).encode() == body
        used = {annotation["category_id"] for annotation in shard["annotations"]}
        wanted = [one for one in document["categories"] if one["id"] in used]
        assert shard["categories"] == wanted
        assert (shard["info"], shard["licenses"]) == (document["info"], document["licenses"])
    answers = list((ended.folder / "answers").iterdir())
    assert len(answers) == len(uploads)
    assert all("metadata" in json.loads(one.read_bytes())["response"] for one in answers)


def test_every_order_of_keys_gives_the_same_bytes(make: Make) -> None:
    """Annotations before images, categories last: what arrives does not depend on it."""
    document = made_up(10)
    command = make(names_of(document))
    bodies = []
    for number, keys in enumerate((sorted(document), sorted(document, reverse=True))):
        source = command.document({key: document[key] for key in keys}, f"{number}.json")
        command.imports(source, *SMALL).is_exit(0)
        bodies.append([one["digest"] for one in command.sandbox.labellerr_uploads(command.project)])

    half = len(bodies[0])
    assert bodies[1][half:] == bodies[0]


def test_the_same_command_again_sends_nothing(make: Make) -> None:
    """A finished run only reports."""
    document = made_up(3)
    command = make(names_of(document))
    source = command.document(document)
    first = command.imports(source).is_exit(0)

    again = command.imports(source).is_exit(0)

    assert again.report["accepted"] == first.report["accepted"]
    assert len(command.shards()) == 1


def test_annotations_of_unmatched_images_are_rejected_with_what_is_near(make: Make) -> None:
    """Case, extension, folder: each is told, and the rest is applied."""
    document = made_up(5, each=1)
    for image, name in zip(
        document["images"], ["A.JPG", "2.jpeg", "train/3.jpg", "strange.jpg", "5.jpg"], strict=True
    ):
        image["file_name"] = name
    command = make(["a.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"])

    ended = command.imports(command.document(document)).is_exit(3)

    assert (ended.report["accepted"], ended.report["rejected"]) == (1, 4)
    told = {line["found"]: (line["slug"], line["expected"]) for line in ended.rejections()}
    assert told["A.JPG"] == ("R-COCO-4", '"a.jpg"')
    assert told["2.jpeg"] == ("R-COCO-4", '"2.jpg"')
    assert told["train/3.jpg"] == ("R-COCO-4", '"3.jpg"')
    assert told["strange.jpg"][0] == "R-COCO-4"
    assert command.sandbox.labellerr(command.project)["annotations_unmatched"] == 0


def test_an_image_that_cannot_fit_is_rejected_with_the_ways_out(make: Make) -> None:
    """It is never split: a second file for it might replace the first."""
    document = made_up(3, each=2)
    document["annotations"] += made_up(1, each=60)["annotations"][2:]
    command = make(names_of(document))

    ended = command.imports(command.document(document), *SMALL).is_exit(3)

    assert (ended.report["accepted"], ended.report["rejected"]) == (4, 60)
    assert ended.report["rejected_by_slug"] == {"R-COCO-1": 60}
    assert "compressed RLE" in ended.rejections()[0]["expected"]


def test_a_canary_goes_first_and_the_same_run_goes_on(make: Make) -> None:
    """`--first N` is the small sample that the platform's page advises."""
    document = made_up(10)
    command = make(names_of(document))
    source = command.document(document)

    canary = command.imports(source, "--first", "2").is_exit(8)
    rest = command.imports(source).is_exit(0)

    assert (canary.report["accepted"], canary.report["unsent"]) == (6, 24)
    assert [len(shard["images"]) for shard in command.shards()] == [2, 8]
    assert rest.folder == canary.folder
    command.holds_all_of(source)


def test_no_wait_gives_the_run_at_once_and_resume_goes_on(make: Make) -> None:
    """Sent and pending; then settled."""
    document = made_up(4)
    command = make(names_of(document))
    source = command.document(document)

    sent = command.imports(source, "--no-wait").is_exit(8)
    assert sent.report["pending"] == 12
    done = command.resumes(sent.folder).is_exit(0)

    assert done.report["accepted"] == 12
    command.holds_all_of(source)


def test_labelbox_rows_go_in_one_command(make: Make) -> None:
    """Rows become one COCO document, and that is split and sent."""
    command = make(["a.jpg", "b.jpg"])
    rows = [
        {"dataRow": {"globalKey": key}, "name": "car", "bbox": box(left)}
        for key in ("a.jpg", "b.jpg")
        for left in (1, 2)
    ]
    source = command.write(rows)

    ended = command.imports(source, "--format", "rows").is_exit(0)

    assert ended.report["accepted"] == 4
    [shard] = command.shards()
    assert names_of(shard) == ["a.jpg", "b.jpg"]
    assert {one["name"] for one in shard["categories"]} == {"car"}


def box(left: int) -> dict[str, int]:
    """A box of rows."""
    return {"left": left, "top": 1, "width": 5, "height": 5}


@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder")
def test_the_real_document_is_whole_and_pycocotools_loads_each_part(make: Make) -> None:
    """shared/data: the file of COCO 2017, cut by a tiny limit."""
    source = Path(os.environ[VARIABLE]) / "coco" / "instances_val2017_79images.json"
    document = json.loads(source.read_bytes())
    command = make(names_of(document))

    command.imports(source, "--bytes-per-shard", "40000").is_exit(0)

    command.holds_all_of(source)
    loaded = sum(annotations_by_pycocotools(command.folder, shard) for shard in command.shards())
    assert loaded == audit_document(source)["annotations"]


def annotations_by_pycocotools(folder: Path, shard: dict[str, Any]) -> int:
    """Load a document by the format's own library."""
    coco = pytest.importorskip("pycocotools.coco")
    path = folder / "shard.json"
    path.write_text(json.dumps(shard))
    with redirect_stdout(io.StringIO()):
        loaded = coco.COCO(str(path))
    return len(loaded.getAnnIds())
