"""COCO documents go into the sandbox by one command and are read back equal."""

import base64
import io
import json
import os
import shutil
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
from support.pngs import colours, png

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


def comes_back(
    make_command: MakeCommand, read: JSON, tmp_path: Path, pictures: Path | None = None
) -> Counter[str]:
    """Import a document as labels, compare what is stored with it, and count rows by kind.

    Panoptic pictures lie in the folder `pictures`.
    """
    if pictures is not None:
        shutil.copytree(pictures, tmp_path, dirs_exist_ok=True)
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
    assert drawn == {*masks(read), *segments(read, pictures)}
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
    mask = row["mask"]
    picture = Image.open(io.BytesIO(base64.b64decode(mask.get("png") or mask["imBytes"])))
    pixels = np.asarray(picture)
    if "colorRGB" in mask:
        pixels = (pixels == np.array(mask["colorRGB"])).all(axis=2).astype(np.uint8)
    key = row["dataRow"]["globalKey"].rpartition("/")[2]
    return key, row["name"], pixels.tobytes()


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


def segments(read: JSON, folder: Path | None) -> Iterator[tuple[str, str, bytes]]:
    """What the panoptic pictures of a document say."""
    images = {image["id"]: image["file_name"] for image in read["images"]}
    names = {category["id"]: category["name"] for category in read["categories"]}
    for one in read["annotations"] if folder else []:
        pixels = np.asarray(Image.open(folder / one["file_name"])).astype(np.uint32)
        ids = pixels @ np.array([1, 256, 65_536], np.uint32)
        for segment in one["segments_info"]:
            mask = (ids == segment["id"]).astype(np.uint8)
            yield images[one["image_id"]], f"{names[segment['category_id']]} mask", mask.tobytes()


def test_a_panoptic_document_comes_back_as_it_went_in(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    """The twin of the real one: two segments of one picture."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(png(colours(*[5] * 40, *[70_000] * 60, height=80)))
    told = [
        {"id": 5, "category_id": 1, "area": 3200, "bbox": [0, 0, 40, 80]},
        {"id": 70_000, "category_id": 0, "area": 4800, "bbox": [40, 0, 60, 80]},
    ]
    read = document(annotations=[picture(segments_info=told)])

    found = comes_back(make_command, read, tmp_path, folder)

    assert found == {"bbox": 2, "mask": 2}


def picture(**more: Any) -> JSON:
    """The annotation of a panoptic picture of image 1."""
    return {"image_id": 1, "file_name": "a.png", **more}


def test_real_panoptic_pictures_come_back_as_they_went_in(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    """Two images of COCO 2017: each segment a box and a mask."""
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set")
    folder = Path(os.environ[VARIABLE]) / "panoptic"
    read: Any = json.loads((folder / "panoptic_examples.json").read_bytes())

    assert comes_back(make_command, read, tmp_path, folder) == {"bbox": 50, "mask": 50}


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
