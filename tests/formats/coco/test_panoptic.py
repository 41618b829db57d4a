"""Panoptic documents: segments become boxes and masks, all masks of an image share its picture."""

import json
import uuid
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.coco import CAR, FACE, JSON, image
from support.pngs import colours, png

from bulkimport.errors import UsageError
from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Crowds
from bulkimport.formats.coco.reading import Severities
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.converter import Converter, Paths
from bulkimport.rows.ruling import Emphasis, Ruling

NAMESPACE = uuid.UUID("6b1f0a52-3d0e-5c1b-9a77-5e0c402d913a")
COCO = Conversion(Format.COCO)
# Two columns of nothing, then a segment of 40 columns, and one of 58 whose id has three bytes.
BIG = 70_000
PICTURE = png(colours(*[0] * 2, *[5] * 40, *[BIG] * 58, height=80))
SEGMENT: JSON = {"id": 5, "category_id": 1, "area": 3200, "bbox": [2, 0, 40, 80], "iscrowd": 0}
OTHER: JSON = {"id": BIG, "category_id": 0, "area": 4640, "bbox": [42, 0, 58, 80], "iscrowd": 1}


class Made:
    """What a panoptic document became."""

    def __init__(
        self,
        folder: Path,
        read: JSON,
        conversion: Conversion,
        block_bytes: int,
        severities: Severities | None = None,
    ) -> None:
        """Convert a document that lies in `folder`."""
        source = folder / "pan.json"
        source.write_text(json.dumps(read))
        self.converter = Converter(
            conversion,
            relationships=True,
            block_bytes=block_bytes,
            told=lambda _: None,
            severities=severities or Ruling().both(),
        )
        refused = folder / "refused"
        made = self.converter.convert(
            source, name=str(source), to=Paths(lambda number: folder / f"{number}", refused)
        )
        written = b"".join(path.read_bytes() for path in made.files.values())
        self.rows = [json.loads(line) for line in written.splitlines()]
        self.refused = [json.loads(line) for line in refused.read_bytes().splitlines()]

    @property
    def slugs(self) -> list[tuple[str, str]]:
        """Which rules are broken, and where."""
        return [(one["slug"], one["path"]) for one in self.refused]


Convert = Callable[..., Made]


@pytest.fixture(name="convert")
def convert_(tmp_path: Path) -> Convert:
    """Convert a document with this picture beside it."""

    def run(
        read: JSON,
        *,
        picture: bytes = PICTURE,
        to: str = "a.png",
        conversion: Conversion = COCO,
        block_bytes: int = 1 << 20,
        severities: Severities | None = None,
    ) -> Made:
        path = tmp_path / to
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture)
        return Made(tmp_path, read, conversion, block_bytes, severities)

    return run


def panoptic(*segments: Any, **more: Any) -> JSON:
    """A document of one picture of image 1 with these segments."""
    annotation = {"image_id": 1, "file_name": "a.png", "segments_info": [*segments], **more}
    return {"images": [image()], "annotations": [annotation], "categories": [CAR, FACE]}


@pytest.mark.parametrize("block_bytes", [7, 1 << 20])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("to", ["a.png", "pan/a.png"])
def test_a_segment_becomes_a_box_and_a_mask(
    convert: Convert, block_bytes: int, to: str, *, turned: bool
) -> None:
    """The picture travels byte for byte, from beside the document or from its folder."""
    read = panoptic(SEGMENT, OTHER)
    read = dict(reversed(read.items())) if turned else read
    made = convert(read, to=to, block_bytes=block_bytes)

    assert made.refused == []
    assert [row["name"] for row in made.rows] == ["car box", "car mask", "face box", "face mask"]
    assert made.rows[2]["bbox"] == {"top": 0, "left": 42, "height": 80, "width": 58}
    assert [row["mask"]["colorRGB"] for row in made.rows[1::2]] == [[5, 0, 0], [112, 17, 1]]
    assert {b64decode(row["mask"]["imBytes"]) for row in made.rows[1::2]} == {PICTURE}
    parts = ["5 box 0", "5 mask 0", f"{BIG} box 0", f"{BIG} mask 0"]
    own = [str(uuid.uuid5(NAMESPACE, f"1.jpg\n{part}")) for part in parts]
    assert [row["uuid"] for row in made.rows] == own
    assert made.converter.objects == {
        "images": 1,
        "annotations": 1,
        "categories": 2,
        "segments": 2,
    }
    assert made.converter.tools == (
        ("rectangle", "car box"),
        ("raster-segmentation", "car mask"),
        ("rectangle", "face box"),
        ("raster-segmentation", "face mask"),
    )


def test_what_is_not_asked_for_is_counted(convert: Convert) -> None:
    """Kinds, crowds, keys, and colours that no segment has."""
    choice = CocoChoice(frozenset({CocoRows.MASKS}), Crowds.SKIP)
    read = panoptic(SEGMENT | {"score": 1}, OTHER, note=1)

    made = convert(read, conversion=Conversion(Format.COCO, coco=choice))
    alone = convert(panoptic(SEGMENT))

    assert [row["name"] for row in made.rows] == ["car mask"]
    assert made.converter.losses.counts() == {
        "crowds-left-out": 1,
        "left-out: boxes": 1,
        "picture-keys: note": 1,
        "segment-keys: score": 1,
        "skeletons": 1,
        "supercategories": 1,
    }
    assert alone.converter.losses.counts()["unnamed-labels"] == 1


BROKEN: list[tuple[JSON, str, str]] = [
    ({"id": 6}, "R-COCO-16", ".id"),
    ({"id": 0}, "R-COCO-8", ".id"),
    ({"id": 1 << 24}, "R-COCO-8", ".id"),
    ({"id": "5"}, "R-COCO-8", ".id"),
    ({"category_id": 9}, "R-COCO-5", ".category_id"),
    ({"category_id": None}, "R-COCO-5", ".category_id"),
    ({"bbox": [2, 0, -1, 80]}, "R-COCO-10", ".bbox"),
    ({"bbox": "box"}, "R-COCO-10", ".bbox"),
    ({"bbox": [2, 0, 99, 80]}, "R-COCO-6", ".bbox"),
]


@pytest.mark.parametrize(("wrong", "slug", "path"), BROKEN)
def test_a_segment_is_refused_by_itself(
    convert: Convert, wrong: JSON, slug: str, path: str
) -> None:
    """And its image is not whole any more."""
    made = convert(panoptic(OTHER, SEGMENT | wrong))

    assert made.slugs == [(slug, f"$.annotations[0].segments_info[1]{path}")]
    assert [row["name"] for row in made.rows] == ["face box", "face mask"]


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        (5, "R-COCO-2"),
        (SEGMENT | {"id": "5"}, "R-COCO-8"),
        (SEGMENT | {"category_id": 9}, "R-COCO-5"),
        (SEGMENT | {"bbox": [2, 0, 40]}, "R-COCO-10"),
    ],
)
def test_what_no_row_can_be_made_of_is_refused_even_if_its_rule_is_off(
    convert: Convert, wrong: Any, slug: str
) -> None:
    """There would be no feature, no colour or no box."""
    severities = Ruling(emphasis=Emphasis(allow=frozenset({slug}))).both()

    made = convert(panoptic(OTHER, wrong), severities=severities)

    assert [found for found, _ in made.slugs] == [slug]
    assert [row["name"] for row in made.rows] == ["face box", "face mask"]


WARNED: list[tuple[JSON, str]] = [
    ({"area": 0}, "R-COCO-14"),
    ({"area": None}, "R-COCO-14"),
    ({"bbox": [5, 0, 37, 80]}, "R-COCO-14"),
    ({"id": 5.0}, "R-COCO-8"),
]


@pytest.mark.parametrize(("odd", "slug"), WARNED)
def test_an_odd_segment_goes_with_a_warning(convert: Convert, odd: JSON, slug: str) -> None:
    """The lesser cases of rules."""
    made = convert(panoptic(SEGMENT | odd, OTHER))

    assert (len(made.rows), made.refused) == (4, [])
    assert made.converter.warnings == {slug: 1}


WHOLE: list[tuple[JSON, str, str]] = [
    (panoptic(SEGMENT, file_name="b.png"), "R-COCO-16", ".file_name"),
    (panoptic(SEGMENT, file_name="../a.png"), "R-COCO-16", ".file_name"),
    (panoptic(SEGMENT, file_name=None), "R-COCO-16", ".file_name"),
    (panoptic(SEGMENT, segments_info={}), "R-COCO-16", ".segments_info"),
    (panoptic(SEGMENT, image_id=7), "R-COCO-7", ".image_id"),
    (panoptic(SEGMENT, image_id=None), "R-COCO-7", ".image_id"),
    (panoptic(SEGMENT) | {"images": [image(width=99)]}, "R-COCO-16", ".file_name"),
    (panoptic() | {"images": [image(), image(file_name="b")]}, "R-COCO-8", ".image_id"),
]


@pytest.mark.parametrize(("read", "slug", "path"), WHOLE)
def test_a_picture_that_does_not_fit_is_refused_whole(
    convert: Convert, read: JSON, slug: str, path: str
) -> None:
    """It is missing, elsewhere, of another size, or of no image."""
    made = convert(read)

    assert made.rows == []
    assert (slug, f"$.annotations[0]{path}") in made.slugs


def test_two_pictures_of_an_image_and_two_segments_of_an_id_are_refused(convert: Convert) -> None:
    """Nobody knows which one is meant."""
    twice = panoptic(SEGMENT)
    twice["annotations"] *= 2

    assert [slug for slug, _ in convert(twice).slugs] == ["R-COCO-16"] * 2
    assert [slug for slug, _ in convert(panoptic(SEGMENT, SEGMENT)).slugs] == ["R-COCO-8"] * 2


def test_a_damaged_picture_is_refused_by_its_own_rule(convert: Convert) -> None:
    """As everywhere."""
    made = convert(panoptic(SEGMENT), picture=PICTURE[:80])

    assert made.slugs == [("R-PNG-3", "$.annotations[0].file_name")]


def test_a_document_without_a_folder_has_no_pictures(tmp_path: Path) -> None:
    """Such as one that came by a stream."""
    source = tmp_path / "spooled"
    source.write_text(json.dumps(panoptic(SEGMENT)))
    converter = Converter(COCO, relationships=True, block_bytes=99, told=lambda _: None)

    with pytest.raises(UsageError, match="lie beside"):
        converter.convert(source, name="-", to=Paths(lambda _: tmp_path / "0", tmp_path / "1"))
