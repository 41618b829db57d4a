"""COCO documents go into the sandbox by one command and are read back equal."""

import base64
import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from e2e.command import Command
from PIL import Image
from support.coco import JSON, box, document, plain_rows

ZSTD = b"\x28\xb5\x2f\xfd"
VARIABLE = "BULKIMPORT_TEST_DATA"
RING = [[10, 20, 60.5, 20, 40, 60], [50, 30, 90, 35.125, 70, 75.25, 55, 70]]
RUNS = {"size": [80, 100], "counts": [810, 40, 40, 40, 7070]}

MakeCommand = Callable[..., Command]


def twin() -> JSON:
    """A document of the shape of the real ones."""
    face = {"category_id": 0, "keypoints": [1.5, 2, 2, 30, 40, 1], "num_keypoints": 2}
    return document(
        box(1, segmentation=RING),
        box(2, 2, iscrowd=1, segmentation=RUNS),
        {"id": 3, "image_id": 2, **face},
    )


def comes_back(make_command: MakeCommand, read: JSON, tmp_path: Path) -> Counter[str]:
    """Import a document as labels, compare what is stored with it, and count rows by kind."""
    source, ontology = tmp_path / "document.json", tmp_path / "ontology.json"
    source.write_text(json.dumps(read))
    out, folder = tmp_path / "rows.ndjson.zst", tmp_path.name
    words = ["convert", source, "--format", "coco", "-o", out, "--ontology-out", ontology]
    subprocess.run([sys.executable, "-m", "bulkimport", *words], check=True, capture_output=True)
    assert out.read_bytes()[:4] == ZSTD
    keys = [f"{folder}/{image['file_name']}" for image in read["images"]]
    command = make_command(keys=keys, ontology=json.loads(ontology.read_text()))

    maps = ("--format", "coco", "--key-template", f"{folder}/{{key}}")
    report = command.imports(source, *maps).is_exit(0).report

    stored = list(command.stored())
    assert report["accepted"] == report["read"] == len(stored)
    drawn = {mask_of(row) for row in stored if "mask" in row}
    assert drawn == set(masks(read))
    others = Counter(spelled(row) for row in stored if "mask" not in row)
    assert others == Counter(spelled(row) for row in plain_rows(read))
    return Counter(next(kind for kind in KINDS if kind in row) for row in stored)


KINDS = ("bbox", "polygon", "point", "mask")


def spelled(row: JSON) -> str:
    """A row without its uuid and the folder of its key, to be compared."""
    kept = {name: value for name, value in row.items() if name in (*KINDS, "name")}
    key = row["dataRow"]["globalKey"].rpartition("/")[2]
    return json.dumps({"key": key, **kept}, sort_keys=True)


def mask_of(row: JSON) -> tuple[str, str, bytes]:
    """Key, name and pixels of a mask row."""
    picture = Image.open(io.BytesIO(base64.b64decode(row["mask"]["png"])))
    key = row["dataRow"]["globalKey"].rpartition("/")[2]
    return key, row["name"], np.asarray(picture).tobytes()


def masks(read: JSON) -> Iterator[tuple[str, str, bytes]]:
    """What the uncompressed RLEs of a document say."""
    images = {image["id"]: image["file_name"] for image in read["images"]}
    names = {category["id"]: category["name"] for category in read["categories"]}
    for one in read["annotations"]:
        if isinstance(runs := one.get("segmentation"), dict):
            counts, (height, width) = runs["counts"], runs["size"]
            flat = np.repeat(np.arange(len(counts)) % 2, counts).astype(np.uint8)
            pixels = np.ascontiguousarray(flat.reshape(width, height).T)
            yield images[one["image_id"]], f"{names[one['category_id']]} mask", pixels.tobytes()


def test_a_document_comes_back_as_it_went_in(make_command: MakeCommand, tmp_path: Path) -> None:
    """Boxes, polygons and keypoints exactly, masks bit for bit."""
    found = comes_back(make_command, twin(), tmp_path)

    assert found == {"bbox": 2, "polygon": 2, "point": 2, "mask": 1}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("instances_val2017_79images", {"bbox": 624, "polygon": 666, "mask": 5}),
        (
            "person_keypoints_val2017_79images",
            {"bbox": 118, "polygon": 129, "point": 652, "mask": 1},
        ),
    ],
)
def test_real_documents_come_back_as_they_went_in(
    make_command: MakeCommand, tmp_path: Path, name: str, found: dict[str, int]
) -> None:
    """The cut of COCO 2017 in shared/data: instances and keypoints."""
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set")
    read: Any = json.loads((Path(os.environ[VARIABLE]) / "coco" / f"{name}.json").read_bytes())

    assert comes_back(make_command, read, tmp_path) == found
