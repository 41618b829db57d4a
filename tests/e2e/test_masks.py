"""Mask pictures from a folder into the sandbox and back, bit for bit."""

import json
import os
import shutil
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from e2e.command import Command
from support.pngs import colours, png

from bulkimport.masks.pictures import pack, read_pixels

VARIABLE = "BULKIMPORT_TEST_DATA"
MASKS = ("--format", "masks")

MakeCommand = Callable[..., Command]


def ontology(names: set[str]) -> dict[str, Any]:
    """A mask tool for each name."""
    tools = [{"tool": "raster-segmentation", "name": name} for name in sorted(names)]
    return {"tools": tools, "classifications": []}


def reads_back(make_command: MakeCommand, folder: Path, name: str) -> None:
    """Import a panoptic table and its pictures; hold every stored mask against the picture."""
    document = json.loads((folder / name).read_text())
    images = {one["id"]: one["file_name"] for one in document["images"]}
    names = {one["id"]: one["name"] for one in document["categories"]}
    pictures = {images[one["image_id"]]: one for one in document["annotations"]}
    command = make_command(keys=list(pictures), ontology=ontology(set(names.values())))
    segments = sum(len(one["segments_info"]) for one in pictures.values())

    report = command.imports(folder / name, *MASKS).is_exit(0).report

    assert report["read"] == report["accepted"] == segments
    assert report["by_kind"] == {"mask": segments}
    stored = command.stored()
    assert len(stored) == segments
    for row in stored:
        picture = pictures[row["dataRow"]["globalKey"]]
        original = (folder / picture["file_name"]).read_bytes()
        assert b64decode(row["mask"]["imBytes"]) == original
        red, green, blue = row["mask"]["colorRGB"]
        label = red + 256 * green + 65_536 * blue
        meant = {one["id"]: one for one in picture["segments_info"]}[label]
        assert row["name"] == names[meant["category_id"]]
        read = read_pixels(original)
        assert isinstance(read, tuple)
        assert int((pack(read[1]) == label).sum()) == meant["area"]


def test_real_panoptic_pictures_are_read_back_bit_for_bit(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    """Two images of COCO, all their segments."""
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set")
    folder = Path(os.environ[VARIABLE]) / "panoptic"
    shutil.copytree(folder, tmp_path / "panoptic")

    reads_back(make_command, tmp_path / "panoptic", "panoptic_examples.json")


def test_pictures_of_the_same_shape_are_read_back_bit_for_bit(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    """The generated twin: two images, ids of three bytes."""
    pixels = [colours(0, 3_937_500, 4_260_062, 255), colours(1, 65_536, 16_777_215)]
    for number, one in enumerate(pixels):
        (tmp_path / f"{number}.png").write_bytes(png(one))
    document = {
        "images": [{"id": n, "file_name": f"{n}.twin-of-masks.jpg"} for n in range(2)],
        "categories": [{"id": 1, "name": "person"}, {"id": 2, "name": "sky-other"}],
        "annotations": [
            {
                "image_id": number,
                "file_name": f"{number}.png",
                "segments_info": [
                    {"id": label, "category_id": 1 + label % 2, "area": area}
                    for label, area in zip(*counted(one), strict=True)
                    if label
                ],
            }
            for number, one in enumerate(pixels)
        ],
    }
    (tmp_path / "panoptic.json").write_text(json.dumps(document))

    reads_back(make_command, tmp_path, "panoptic.json")


def counted(pixels: Any) -> list[list[int]]:
    """Labels and their pixels."""
    return [part.tolist() for part in np.unique(pack(pixels), return_counts=True)]


def test_a_picture_that_changed_is_a_source_that_changed(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    """Also one that came; a touched one is looked at again, and as it was it is no change."""
    command = make_command(keys=["changing.png", "come.png"], ontology=ontology({"car"}))
    table, picture = tmp_path / "classes.csv", tmp_path / "changing.png"
    table.write_text("label,name\n1,car\n2,car\n")
    before, after = (png(np.array([[0, label, 1]])) for label in (1, 2))
    picture.write_bytes(before)
    command.imports(table, *MASKS).is_exit(0)

    picture.write_bytes(before)
    command.imports(table, *MASKS).is_exit(0)
    picture.write_bytes(after)
    assert str(picture) in command.imports(table, *MASKS).is_exit(10).err
    picture.write_bytes(before)
    (tmp_path / "come.png").write_bytes(after)
    assert "come.png" in command.imports(table, *MASKS).is_exit(10).err

    assert len(command.stored()) == 1


def test_frames_of_a_video_become_one_row(make_command: MakeCommand, tmp_path: Path) -> None:
    """One composite a frame, one colour an instance."""
    key = "masks-of-a-video"
    command = make_command(keys=[key], ontology=ontology({"car"}), media="video")
    folder = tmp_path / "frames" / key
    folder.mkdir(parents=True)
    for index in (1, 2, 30):
        (folder / f"{index:06d}.png").write_bytes(png(np.array([[0, 1, index]])))
    table = tmp_path / "frames" / "classes.csv"
    table.write_text("label,name\n1,car\n2,car\n30,car\n")

    report = command.imports(table, *MASKS).is_exit(0).report

    assert report["by_kind"] == {"masks": 1}
    masks = command.stored()[0]["masks"]
    assert [frame["index"] for frame in masks["frames"]] == [1, 2, 30]
    assert [one["colorRGB"] for one in masks["instances"]] == [[1, 0, 0], [2, 0, 0], [30, 0, 0]]
    for frame in masks["frames"]:
        read = read_pixels(b64decode(frame["imBytes"]))
        assert isinstance(read, tuple)
        assert pack(read[1]).tolist() == [[0, 1, frame["index"]]]
