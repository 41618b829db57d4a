"""Rows become COCO again: pycocotools loads it, and the geometry is that of the source."""

import json
import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as peer
from pycocotools.coco import COCO
from support.coco import JSON, box, document
from support.pngs import colours, png

from bulkimport.engine.convert_documents import write_document
from bulkimport.engine.convert_files import Written, convert_sources
from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.moves import Moves
from bulkimport.formats.tables import TableFile
from bulkimport.source.files import find_sources

FOLDER = os.environ.get("BULKIMPORT_TEST_DATA")
RING = [[10, 20, 60.5, 20, 40, 60], [50, 30, 90, 35.125, 70, 75.25, 55, 70]]
RUNS = {"size": [80, 100], "counts": [810, 40, 40, 40, 7070]}
MANNER: dict[str, Any] = {"kind": None, "block_bytes": 1 << 20, "stopped": bool}


def written(source: Path, out: Path, conversion: Conversion | None = None) -> Written:
    """Write a document of a source, of rows unless it is said."""
    sources = find_sources([str(source)])
    conversion = conversion or Conversion()
    write = partial(write_document, assets=conversion.moves.assets, stopped=bool)
    return convert_sources(sources, out, conversion=conversion, write=write, **MANNER)


def there_and_back(read: JSON, folder: Path) -> tuple[JSON, COCO]:
    """A document as rows and as a document again, as it stands there and as its owners load it."""
    source, rows, out = folder / "a.json", folder / "rows.ndjson", folder / "b.json"
    source.write_text(json.dumps(read))
    convert_sources(find_sources([str(source)]), rows, conversion=Conversion(Format.COCO), **MANNER)
    written(rows, out)
    return json.loads(out.read_bytes()), COCO(str(out))


def geometry(read: JSON) -> list[tuple[Any, ...]]:
    """Every box, polygon, keypoint and mask of a document, each with its image."""
    images = {image["id"]: image["file_name"] for image in read["images"]}
    found: list[tuple[Any, ...]] = []
    for one in read["annotations"]:
        image = images[one["image_id"]]
        shape = one.get("segmentation")
        if isinstance(shape, dict):
            found.append((image, "mask", pixels(shape)))
        found += [
            (image, "polygon", opened(ring)) for ring in shape or () if isinstance(ring, list)
        ]
        if "bbox" in one:
            found.append((image, "box", tuple(one["bbox"])))
        points = one.get("keypoints", ())
        found += [
            (image, "point", (x, y))
            for x, y, v in zip(points[::3], points[1::3], points[2::3], strict=True)
            if v
        ]
    return found


def opened(ring: list[float]) -> tuple[float, ...]:
    """A ring without its first point at its end."""
    return tuple(ring[:-2] if ring[:2] == ring[-2:] else ring)


def pixels(runs: JSON) -> bytes:
    """What an RLE says, column by column."""
    if isinstance(runs["counts"], str):
        return bytes(np.ascontiguousarray(peer.decode(runs).T).data)
    return np.repeat(np.arange(len(runs["counts"])) % 2, runs["counts"]).astype(np.uint8).tobytes()


def same(read: JSON, folder: Path) -> None:
    """Hold a document against itself, there and back."""
    back, loaded = there_and_back(read, folder)
    assert len(loaded.getAnnIds()) == len(back["annotations"])
    assert len(loaded.getImgIds()) == len({one["image_id"] for one in read["annotations"]})
    # Boxes, points and polygons are annotations of their own now, with bounds that are made.
    assert not set(geometry(read)) - set(geometry(back))


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # pycocotools' own
def test_the_geometry_is_the_same_there_and_back(tmp_path: Path) -> None:
    """The generated twin of the real documents."""
    face = {"category_id": 0, "keypoints": [1.5, 2, 2, 30, 40, 1], "num_keypoints": 2}
    crowd = box(2, 2, iscrowd=1, segmentation=RUNS)
    same(document(box(1, segmentation=RING), crowd, {"id": 3, "image_id": 2, **face}), tmp_path)


@pytest.mark.skipif(FOLDER is None, reason="BULKIMPORT_TEST_DATA is not set")
@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize(
    "name", ["instances_val2017_79images", "person_keypoints_val2017_79images"]
)
def test_real_documents_are_the_same_there_and_back(tmp_path: Path, name: str) -> None:
    """The cut of COCO 2017 in shared/data."""
    same(json.loads((Path(str(FOLDER)) / "coco" / f"{name}.json").read_bytes()), tmp_path)


def row(**payload: Any) -> bytes:
    """A row of a.jpg."""
    return json.dumps({"dataRow": {"globalKey": "a.jpg"}, "name": "car", **payload}).encode()


def test_a_document_has_what_readers_ask_for(tmp_path: Path) -> None:
    """Areas, bounds, ids from 1, a rectangle for a box, and no last point twice."""
    source, out = tmp_path / "rows.ndjson", tmp_path / "a.json"
    corner = {"x": 1, "y": 2}
    ring = [corner, {"x": 5, "y": 2}, {"x": 5, "y": 4.5}, corner]
    lines = [
        row(bbox={"top": 2, "left": 1, "height": 4, "width": 3}),
        row(polygon=ring, classifications=[{"name": "q", "answer": "x"}]),
        row(point=corner, confidence=0.5),
        row(line=[corner, corner]),
        row(answer="yes"),
        row(mask={"instanceURI": "https://host/m.png", "colorRGB": [1, 2, 3]}),
    ]
    source.write_bytes(b"\n".join(lines))

    made = written(source, out)

    read = json.loads(out.read_bytes())
    assert read["images"] == [{"id": 1, "file_name": "a.jpg"}]
    assert read["categories"] == [
        {"id": 1, "name": "car"},
        {"id": 2, "name": "car", "keypoints": ["car"], "skeleton": []},
    ]
    boxed, polygon, point = read["annotations"]
    assert (boxed["bbox"], boxed["area"]) == ([1, 2, 3, 4], 12)
    assert boxed["segmentation"] == [[1, 2, 4, 2, 4, 6, 1, 6]]
    assert (polygon["segmentation"], polygon["area"]) == ([[1, 2, 5, 2, 5, 4.5]], 5.0)
    assert polygon["bbox"] == [1, 2, 4, 2.5]
    assert (point["keypoints"], point["category_id"]) == ([1, 2, 2], 2)
    assert made.made.lost == {
        "answers": 1,
        "no-coco-form: answer": 1,
        "no-coco-form: line": 1,
        "no-coco-form: mask": 1,
        "row-keys: confidence": 1,
        "sizeless-images": 1,
    }


def test_images_are_as_large_as_the_source_or_the_assets_say(tmp_path: Path) -> None:
    """The source's own word counts where no asset is given; keys lead to either."""
    source, out, assets = (tmp_path / name for name in ("a.json", "b.json", "assets.csv"))
    sizeless = {"id": 3, "file_name": "3.jpg"}
    read = document(box(1), box(2, 2), box(3, 3))
    source.write_text(json.dumps(read | {"images": [*read["images"], sizeless]}))
    assets.write_text("global_key,width,height\n2.jpg,7,8.5\n")
    conversion = Conversion(Format.COCO, moves=Moves(assets=TableFile.at(assets)))

    lost = written(source, out, conversion).made.lost

    images = {image.pop("file_name"): image for image in json.loads(out.read_bytes())["images"]}
    sizes = {name: (one.get("width"), one.get("height")) for name, one in images.items()}
    assert sizes == {"1.jpg": (100, 80), "2.jpg": (7, 8.5), "3.jpg": (None, None)}
    assert lost["sizeless-images"] == 1


def same_pictures(read: JSON, folder: Path) -> None:
    """Hold a panoptic document, whose pictures lie in `folder`, against itself, there and back."""
    back, loaded = there_and_back(read, folder)
    ids = {image["file_name"]: image["id"] for image in back["images"]}
    drawn = [
        (one["image_id"], pixels(one["segmentation"]))
        for one in back["annotations"]
        if isinstance(one["segmentation"], dict)
    ]
    images = {image["id"]: image["file_name"] for image in read["images"]}
    meant = []
    for one in read["annotations"]:
        colours = np.asarray(Image.open(folder / one["file_name"])).astype(np.uint32)
        labels = (colours @ np.array([1, 256, 65_536], np.uint32)).T
        for segment in one["segments_info"]:
            mask = (labels == segment["id"]).astype(np.uint8).tobytes()
            meant.append((ids[images[one["image_id"]]], mask))
    assert sorted(drawn) == sorted(meant)
    assert len(loaded.getAnnIds()) == len(back["annotations"])


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
def test_panoptic_pictures_are_the_same_there_and_back(tmp_path: Path) -> None:
    """Each segment is an annotation with the mask that its colour draws."""
    (tmp_path / "a.png").write_bytes(png(colours(*[5] * 40, *[70_000] * 60, height=80)))
    told = [{"id": 5, "category_id": 1, "area": 3200}, {"id": 70_000, "category_id": 0, "area": 1}]
    picture = {"image_id": 1, "file_name": "a.png", "segments_info": told}

    same_pictures(document(annotations=[picture]), tmp_path)


@pytest.mark.skipif(FOLDER is None, reason="BULKIMPORT_TEST_DATA is not set")
@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
def test_real_panoptic_pictures_are_the_same_there_and_back(tmp_path: Path) -> None:
    """Two images of COCO 2017."""
    shutil.copytree(Path(str(FOLDER)) / "panoptic", tmp_path, dirs_exist_ok=True)
    same_pictures(json.loads((tmp_path / "panoptic_examples.json").read_bytes()), tmp_path)


def test_what_is_no_row_or_would_be_overwritten_is_an_error(tmp_path: Path) -> None:
    """And nothing is written."""
    source, out = tmp_path / "rows.ndjson", tmp_path / "a.json"
    source.write_bytes(row(answer="x") + b"\n{}\n")

    with pytest.raises(SourceUnreadable, match=r"rows\.ndjson:2: is no row"):
        written(source, out)
    assert not out.exists()
    with pytest.raises(UsageError, match="over the source"):
        written(source, source)


def test_answers_that_are_no_list_are_none(tmp_path: Path) -> None:
    """Rows need not be checked before they are converted."""
    source, out = tmp_path / "rows.ndjson", tmp_path / "b.json"
    row = {"dataRow": {"globalKey": "a"}, "name": "car", "classifications": 5}
    box_of_row = {"bbox": {"top": 1, "left": 2, "height": 3, "width": 4}}
    source.write_text(json.dumps(row | box_of_row) + "\n")

    assert written(source, out).rows == 1
