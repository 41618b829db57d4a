"""Real annotations go in and are read back equal: COCO boxes and polygons, the rows of a page."""

import csv
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command, as_line, lines_of
from support import video_page
from support.sandbox import Sandbox

VARIABLE = "BULKIMPORT_TEST_DATA"
IMAGES, INSTANCES = 79, 645

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]


@pytest.fixture
def coco() -> Path:
    """The folder of real annotations; skipped by name where there is none."""
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set")
    return Path(os.environ[VARIABLE]) / "coco"


def test_real_coco_rows_are_read_back_equal_as_labels_and_as_prelabels(
    make_command: MakeCommand, make_sandbox: MakeSandbox, coco: Path
) -> None:
    """1,290 rows of 79 images, with the ontology they bind to."""
    with (coco / "assets.csv").open(newline="") as file:
        keys = [asset["global_key"] for asset in csv.DictReader(file)]
    ontology = json.loads((coco / "ontology.json").read_text())
    source = coco / "instances_val2017_79images.ndjson"
    # Of its own, since global keys are unique in a sandbox.
    command = make_command(keys=keys, ontology=ontology, sandbox=make_sandbox())
    imported = goes_in_both_ways(command, source)
    assert imported["read"] == 1290
    assert imported["data_rows"] == IMAGES
    assert imported["by_kind"] == {"bbox": 624, "polygon": 666}


def test_rows_of_the_same_shape_are_read_back_equal(make_command: MakeCommand) -> None:
    """The generated twin of the real rows: long polygons, crooked numbers, names with blanks."""
    command = make_command(INSTANCES, keys=twin_keys(), ontology=twin_ontology())
    source = command.write(twin_rows(), "twin.ndjson")
    imported = goes_in_both_ways(command, source)
    assert imported["read"] == 2 * INSTANCES
    assert imported["by_kind"] == {"bbox": INSTANCES, "polygon": INSTANCES}


def goes_in_both_ways(command: Command, source: Path) -> dict[str, Any]:
    """Import a file as labels and as pre-labels and compare what is stored with it, row by row."""
    for kind in ("labels", "prelabels"):
        command.kind = kind
        report = command.imports(source).is_exit(0).report
        assert report["accepted"] == report["read"] == len(source.read_bytes().splitlines())
        command.holds(source)
        assert multiset(command.stored()) == multiset(lines_of(source))
    return report


@pytest.mark.parametrize("kind", ["labels", "prelabels"])
def test_the_rows_of_the_video_page_are_read_back_equal(
    make_command: MakeCommand, kind: str
) -> None:
    """Objects, frame, global, nested and temporal answers, a mask; each gets a uuid of its own."""
    key = f"{kind}-{video_page.KEY}"
    command = make_command(keys=[key], ontology=video_page.ONTOLOGY, media="video", kind=kind)
    sent = [{**row, "dataRow": {"globalKey": key}} for row in video_page.rows()]
    source = command.write(sent)
    report = command.imports(source).is_exit(0).report
    assert report["accepted"] == len(sent) == 19
    stored = command.stored()
    uuids = {row.pop("uuid") for row in stored}
    assert len(uuids) == len(sent)
    assert multiset(stored) == multiset(sent)
    assert command.account()["labels_per_data_row"] == {"1": 1}


def test_the_two_equal_boxes_of_the_page_are_two_every_time(make_command: MakeCommand) -> None:
    """Their uuids are filled in as a function of what they are: two, and the same two again."""
    command = make_command(
        keys=["twins.mp4"], ontology=video_page.ONTOLOGY, media="video", kind="prelabels"
    )
    twins = [{**row, "dataRow": {"globalKey": "twins.mp4"}} for row in video_page.twins()]
    source = command.write(twins)
    command.imports(source).is_exit(0)
    first = command.stored()
    assert len(first) == len({row["uuid"] for row in first}) == 2
    command.imports(source, "--again").is_exit(0)
    assert multiset(command.stored()) == multiset(first)


def multiset(rows: list[dict[str, Any]]) -> Counter[str]:
    """Rows to compare whatever their order."""
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def twin_keys() -> list[str]:
    """One global key for each image."""
    return [f"{number:012d}.twin.jpg" for number in range(IMAGES)]


def twin_names() -> list[str]:
    """Names as COCO has them, blanks and all, and some that are harder."""
    return [
        "person",
        "traffic light",
        "tie",
        "Wein\u00adglas",
        "чашка",
        'plate "left"',
        "back\\slash",
    ]


def twin_ontology() -> dict[str, Any]:
    """A polygon and a box for every name."""
    tools = [{"tool": "polygon", "name": name} for name in twin_names()]
    boxes = [{"tool": "rectangle", "name": f"{name} box"} for name in twin_names()]
    return {"tools": [*tools, *boxes], "classifications": []}


def twin_rows() -> list[bytes]:
    """A box and a polygon for each instance, on images in any order."""
    chance = random.Random(79)
    lines = []
    for _ in range(INSTANCES):
        name, key = chance.choice(twin_names()), {"globalKey": chance.choice(twin_keys())}
        corners = [
            {"x": round(chance.uniform(0, 640), 2), "y": round(chance.uniform(0, 480), 2)}
            for _ in range(chance.randrange(3, 120))
        ]
        box = {
            "top": corners[0]["y"],
            "left": corners[0]["x"],
            "height": round(chance.uniform(1, 200), 2),
            "width": chance.randrange(1, 200),
        }
        lines.append(as_line({"dataRow": key, "name": f"{name} box", "bbox": box, **named(chance)}))
        lines.append(as_line({**named(chance), "dataRow": key, "name": name, "polygon": corners}))
    return lines


def named(chance: random.Random) -> dict[str, str]:
    """A uuid of its own for a row."""
    digits = f"{chance.getrandbits(128):032x}"
    return {"uuid": "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))}
