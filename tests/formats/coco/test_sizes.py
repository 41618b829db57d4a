"""A document says how large its images are, and its points can be moved by that."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.coco import JSON, box, document, image

from bulkimport.engine.checking import Checked, check_sources
from bulkimport.engine.convert_files import convert_sources
from bulkimport.events import to_nobody
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.moves import Moves
from bulkimport.formats.tables import TableFile
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import Settings
from bulkimport.source.files import find_sources


def moved(folder: Path, read: JSON, **moves: Any) -> list[JSON]:
    """The rows of a document with its points moved; none may be refused."""
    source, out = folder / "a.json", folder / "rows.ndjson"
    source.write_text(json.dumps(read))
    written = convert_sources(
        find_sources([str(source)]),
        out,
        conversion=Conversion(Format.COCO, moves=Moves(**moves)),
        kind=None,
        block_bytes=1 << 20,
        stopped=bool,
    )
    assert written.by_slug == {}
    return [json.loads(line) for line in out.read_bytes().splitlines()]


def checked(folder: Path, read: JSON, **moves: Any) -> Checked:
    """What a check finds in a document with its points moved."""
    source = folder / "a.json"
    source.write_text(json.dumps(read))
    return check_sources(
        find_sources([str(source)]),
        settings=Settings(),
        tell=to_nobody,
        stopped=bool,
        conversion=Conversion(Format.COCO, moves=Moves(**moves)),
        ruling=Ruling("image"),
    )


def test_fractions_become_pixels_of_the_document_own_images(tmp_path: Path) -> None:
    """No file of assets is needed."""
    read = document(box(bbox=[0.1, 0.25, 0.5, 0.5]), box(2, 2, bbox=[0, 0, 1, 1]))
    read["images"][1] = image(2, width=640, height=480)

    one, other = moved(tmp_path, read, normalised=True)

    assert one["bbox"] == {"top": 20, "left": 10, "height": 40, "width": 50}
    assert other["bbox"] == {"top": 0, "left": 0, "height": 480, "width": 640}


def test_the_assets_count_before_the_document(tmp_path: Path) -> None:
    """A document may be of other copies of the images."""
    assets = tmp_path / "assets.csv"
    assets.write_text("global_key,width,height\n1.jpg,1000,800\n")
    read = document(box(bbox=[0, 0, 1, 1]), box(2, 2, bbox=[0, 0, 1, 1]))

    rows = moved(tmp_path, read, normalised=True, assets=TableFile.at(assets))

    assert [row["bbox"]["width"] for row in rows] == [1000, 100]


def test_what_leaves_its_image_is_clipped_or_refused(tmp_path: Path) -> None:
    """When points are moved, they are held to the image where they come to lie."""
    read = document(box(bbox=[90, 70, 20, 20]))

    [row] = moved(tmp_path, read, clip=True)
    still, clipped = checked(tmp_path, read), checked(tmp_path, read, clip=True)
    shifted = checked(tmp_path, document(box()), shift=(80, 0))

    assert row["bbox"] == {"top": 70, "left": 90, "height": 10, "width": 10}
    assert still.by_slug == {"R-COCO-6": 1}
    assert (clipped.by_slug, clipped.ok) == ({}, 1)
    [slug] = {**shifted.by_slug, **shifted.warnings}
    assert slug.startswith("R-BBOX-")


@pytest.mark.parametrize("width", [None, 0, -3, "640"])
def test_an_image_without_a_size_has_none_for_its_points(tmp_path: Path, width: Any) -> None:
    """Its rows are refused, and say so."""
    read = document(box(bbox=[0, 0, 1, 1]))
    read["images"][0]["width"] = width

    assert checked(tmp_path, read, normalised=True).rejected == 1
