"""The troubles that Labellerr's page tells of: each gets a clear answer, before or after."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.labellerr import LabellerrCommand, made_up, names_of
from support.sandbox import Sandbox

Make = Callable[..., LabellerrCommand]


@pytest.fixture
def make(shared_sandbox: Sandbox, tmp_path: Path) -> Iterator[Make]:
    """Make a project with files of these names, and the command for it."""

    def command(names: list[str], **more: object) -> LabellerrCommand:
        made = LabellerrCommand(tmp_path / "work", shared_sandbox, names, **more)
        made.suffers()
        return made

    yield command
    shared_sandbox.faults({})


def test_images_must_be_uploaded_before(make: Make) -> None:
    """Annotations not applied: the project has no file, so nothing is sent."""
    command = make([])

    ended = command.imports(command.document(made_up(1))).is_exit(2)

    assert "upload the images first" in ended.err
    assert not command.shards()


def test_a_document_that_is_too_large_for_the_way_is_halved(make: Make) -> None:
    """Upload fails by its size: the shard is split between images and goes."""
    document = made_up(8)
    command = make(names_of(document))
    source = command.document(document)
    command.suffers({"fault": "too-large", "bytes": 2000})

    ended = command.imports(source).is_exit(0)

    assert ended.report["accepted"] == 24
    assert len(command.shards()) > 2
    command.holds_all_of(source)


def test_a_connection_that_breaks_is_tried_again(make: Make) -> None:
    """Connection failure: nothing had arrived, and the sandbox has all of it."""
    document = made_up(2)
    command = make(names_of(document))
    command.suffers({"fault": "reset-before", "count": 2})

    ended = command.imports(command.document(document)).is_exit(0)

    assert ended.report["accepted"] == 6
    assert ended.report["retries"] == 2


@pytest.mark.parametrize("text", ['{"images": [', '{"images": [], "annotations": []}', "[]"])
def test_what_is_no_document_is_told_before(make: Make, text: str) -> None:
    """Format validation: not JSON, a list that is missing, something else."""
    command = make(["1.jpg"])
    source = command.folder / "coco.json"
    source.write_text(text)

    ended = command.imports(source).is_exit(2)

    assert "coco.json" in ended.err
    assert not command.shards()


def test_each_broken_annotation_is_told_with_its_path(make: Make) -> None:
    """Coordinates outside, a category or an image that is not there, an id twice."""
    document = made_up(2, each=4)
    broken = document["annotations"]
    broken[0]["bbox"] = [630, 10, 20, 30]
    broken[0].pop("segmentation")
    broken[1]["category_id"] = 77
    broken[2]["image_id"] = 999
    broken[4]["id"] = broken[3]["id"]
    command = make(names_of(document))

    ended = command.imports(command.document(document)).is_exit(3)

    assert ended.report["rejected_by_slug"] == {
        "R-COCO-5": 1,
        "R-COCO-6": 1,
        "R-COCO-7": 1,
        "R-COCO-8": 2,
    }
    assert ended.report["accepted"] == 3
    paths = {line["slug"]: line["path"] for line in ended.rejections()}
    assert paths["R-COCO-5"] == "$.annotations[1].category_id"


@pytest.mark.parametrize("access", ["none", "read"])
def test_rights_in_the_project_are_told(make: Make, access: str) -> None:
    """Permission: exit 6, and nothing is applied."""
    document = made_up(1)
    command = make(names_of(document), access=access)

    ended = command.imports(command.document(document)).is_exit(6)

    assert "LABELLERR_CLIENT_ID" in ended.err
    assert not command.shards()


def test_a_project_that_is_not_there_is_told(make: Make) -> None:
    """The id is not accurate."""
    command = make(["1.jpg"])
    command.project = "no-such-project"

    ended = command.imports(command.document(made_up(1))).is_exit(6)

    assert "no-such-project" in ended.err


def test_a_plan_says_when_the_advice_of_the_page_is_passed(make: Make) -> None:
    """R-COCO-19: over 1,000 annotations."""
    document = made_up(400)
    command = make(names_of(document))
    words = command.importing(command.document(document))

    ended = command.call("plan", *words[1:]).is_exit(0)

    assert "R-COCO-19" in ended.err
    assert "--no-wait" in ended.err


def test_a_list_of_files_stands_for_the_listing(make: Make) -> None:
    """`--files LIST`, when Labellerr does not list them."""
    document = made_up(2)
    command = make(names_of(document))
    command.suffers({"operation": "labellerr:files", "fault": "error-before", "status": 501})
    names = command.folder / "names.txt"
    names.write_text("1.jpg\n2.jpg\n")

    ended = command.imports(command.document(document), "--files", names).is_exit(0)

    assert ended.report["accepted"] == 6
