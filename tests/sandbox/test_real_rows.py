"""Rows as they are met outside: real COCO objects, the vendor's video page. Read back, equal."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import labelbox
import pytest
from labelbox import LabelImport, MALPredictionImport
from support import video_page

FOLDER = os.environ.get("BULKIMPORT_TEST_DATA")
INSTANT = 0.02
KINDS = {"labels": LabelImport, "prelabels": MALPredictionImport}


def multiset(rows: list[dict[str, Any]]) -> Counter[str]:
    """Rows, however ordered, with equal ones counted."""
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def import_file(client: labelbox.Client, project: str, path: Path, kind: str) -> Any:
    """Import a file by the official SDK, to the end."""
    made = KINDS[kind].create_from_file(client, project, f"all {kind}", str(path))
    made.wait_till_done(sleep_time_seconds=INSTANT)
    return made


def prove(sandbox: Any, client: labelbox.Client, seeded: dict[str, Any], path: Path) -> None:
    """Import rows as labels and as pre-labels; read back, they are what was sent."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    project = seeded["project_id"]
    for kind in KINDS:
        made = import_file(client, project, path, kind)
        account = sandbox.account(project, kind)

        assert made.errors == []
        assert len(made.statuses) == len(rows)
        assert account["labels_per_data_row"] == {"1": seeded["data_rows"]}

    assert multiset(sandbox.rows(project)) == multiset([*rows, *rows])


def keys_of(path: Path) -> list[str]:
    """The data rows that a file names."""
    lines = path.read_text().splitlines()
    return sorted({json.loads(line)["dataRow"]["globalKey"] for line in lines})


@pytest.mark.skipif(FOLDER is None, reason="BULKIMPORT_TEST_DATA is not set")
def test_real_coco_objects_are_read_back(sandbox: Any, client: labelbox.Client) -> None:
    """1,290 boxes and polygons of 79 photographs."""
    folder = Path(FOLDER or "") / "coco"
    path = folder / "instances_val2017_79images.ndjson"
    ontology = json.loads((folder / "ontology.json").read_text())
    seeded = sandbox.seed(keys=keys_of(path), ontology=ontology)

    prove(sandbox, client, seeded, path)


def made_objects() -> Iterator[dict[str, Any]]:
    """Boxes and polygons of the same shape as the real ones."""
    chance = random.Random(2017)
    for number in range(1290):
        row = {
            "uuid": f"{number:08x}-8c21-5372-bced-44449b17d66b",
            "dataRow": {"globalKey": f"{number % 79:012d}.jpg"},
        }
        left, top = round(chance.uniform(0, 500), 2), round(chance.uniform(0, 400), 2)
        if number % 2:
            sides = {"height": round(chance.uniform(1, 90), 2), "width": 12.0}
            yield {**row, "name": "car", "bbox": {"top": top, "left": left, **sides}}
        else:
            corners = range(chance.randint(3, 60))
            ring = [{"x": round(left + each, 2), "y": round(top - each, 2)} for each in corners]
            yield {**row, "name": "lake", "polygon": ring}


def test_made_objects_are_read_back(sandbox: Any, client: labelbox.Client, tmp_path: Path) -> None:
    """The twin of the real ones, for where there are none."""
    path = tmp_path / "objects.ndjson"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in made_objects()))

    prove(sandbox, client, sandbox.seed(keys=keys_of(path)), path)


def test_the_video_page_is_read_back(sandbox: Any, client: labelbox.Client, tmp_path: Path) -> None:
    """Every form of video row, without uuids; the page's two identical boxes are two."""
    rows = video_page.rows()
    path = tmp_path / "video.ndjson"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    keys = [video_page.KEY]
    seeded = sandbox.seed(keys=keys, ontology=video_page.ONTOLOGY, media="video")

    prove(sandbox, client, seeded, path)

    twins = [count for count in multiset(sandbox.rows(seeded["project_id"])).values() if count > 2]
    assert twins == [4]
