"""COCO documents become rows: in any order of keys, with what exporters get wrong."""

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from support.coco import CAR, FACE, JSON, box, document, image, plain_rows
from support.converted import Outcome

from bulkimport.errors import SourceUnreadable
from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Crowds
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.tables import TableFile

FOLDER = os.environ.get("BULKIMPORT_TEST_DATA")
COCO = Conversion(Format.COCO)
RING = [[10, 20, 40.25, 20, 40, 60], [1, 2, 3, 2, 3, 4]]
NAMESPACE = uuid.UUID("6b1f0a52-3d0e-5c1b-9a77-5e0c402d913a")
Convert = Callable[..., Outcome]


@pytest.fixture(name="rows")
def rows_(convert: Convert) -> Callable[..., list[JSON]]:
    """Convert a document, of which nothing may be refused, to rows without uuids."""

    def run(read: JSON, conversion: Conversion = COCO, **more: Any) -> list[JSON]:
        outcome = convert(json.dumps(read).encode(), conversion, **more)
        assert not outcome.refused
        return [without_uuid(row) for row in outcome.rows]

    return run


def without_uuid(row: JSON) -> JSON:
    """The row as it is but for its uuid."""
    return {name: value for name, value in row.items() if name != "uuid"}


def in_order(rows: list[JSON]) -> list[str]:
    """Rows in an order of their own, to be compared."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_boxes_polygons_and_keypoints_become_rows(rows: Callable[..., list[JSON]]) -> None:
    """Each number as it stands in the document."""
    face = {"category_id": 0, "keypoints": [1, 2, 2, 0, 0, 0], "num_keypoints": 1}
    made = rows(document(box(segmentation=RING), {"id": 2, "image_id": 2, **face}))

    assert made == [
        {
            "dataRow": {"globalKey": "1.jpg"},
            "name": "car box",
            "bbox": {"top": 20.5, "left": 10, "height": 40, "width": 30},
        },
        {
            "dataRow": {"globalKey": "1.jpg"},
            "name": "car",
            "polygon": [{"x": 10, "y": 20}, {"x": 40.25, "y": 20}, {"x": 40, "y": 60}],
        },
        {
            "dataRow": {"globalKey": "1.jpg"},
            "name": "car",
            "polygon": [{"x": 1, "y": 2}, {"x": 3, "y": 2}, {"x": 3, "y": 4}],
        },
        {"dataRow": {"globalKey": "2.jpg"}, "name": "face nose", "point": {"x": 1, "y": 2}},
    ]


@pytest.mark.parametrize("block_bytes", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("spaces", [None, 1])
def test_the_order_of_keys_and_the_blocks_do_not_matter(
    convert: Convert, block_bytes: int, spaces: int | None
) -> None:
    """Annotations before images, categories last, elements cut anywhere."""
    read = document(box(1, segmentation=RING), box(2, 2), info={"year": 2017}, licenses=[{}, 7])
    turned = dict(reversed(read.items()))
    bytes_ = [json.dumps(one, indent=spaces).encode() for one in (read, turned)]

    one, other = (convert(source, COCO, block_bytes=block_bytes) for source in bytes_)

    assert in_order(one.rows) == in_order(other.rows)
    assert [without_uuid(row) for row in one.rows] == list(plain_rows(read))
    assert one.lost == other.lost
    assert one.objects == {"images": 2, "annotations": 2, "categories": 2}


def test_oddities_of_exporters_are_taken(rows: Callable[..., list[JSON]]) -> None:
    """Category id 0, ids as floats, no iscrowd, unknown keys, tiny numbers, null members."""
    odd = {"id": 1.0, "image_id": 1.0, "category_id": 0.0, "bbox": [1e-05, 0, 1.5e1, 2], "area": 3}
    odd |= {"score": 0.5, "segmentation": None, "keypoints": None, "attributes": {"a": [1]}}
    flat = box(2, segmentation=[])
    del flat["iscrowd"]

    made = rows(document(odd, flat, images=[image(1, coco_url="x")]))

    assert [row["name"] for row in made] == ["face box", "car box"]
    assert made[0]["bbox"] == {"top": 0, "left": 1e-05, "height": 2, "width": 15.0}


def test_a_second_image_of_an_id_is_taken_once_if_it_is_the_same(convert: Convert) -> None:
    """Of two that differ nobody knows which one is meant."""
    same = document(box(), images=[image(1), image(1)])
    other = document(box(), images=[image(1), image(1, file_name="x.jpg")])

    assert len(convert(json.dumps(same).encode(), COCO).rows) == 1
    refused = convert(json.dumps(other).encode(), COCO)
    assert not refused.rows
    assert [one["path"] for one in refused.refused] == [
        "$.images[1].id",
        "$.annotations[0].image_id",
    ]


def test_uuids_are_those_of_key_annotation_and_part(convert: Convert) -> None:
    """So a second run gives the same."""
    made = convert(json.dumps(document(box(17, segmentation=RING))).encode(), COCO).rows

    parts = ["box 0", "polygon 0", "polygon 1"]
    assert [row["uuid"] for row in made] == [
        str(uuid.uuid5(NAMESPACE, f"1.jpg\n17 {part}")) for part in parts
    ]


def test_what_is_not_asked_for_is_counted(convert: Convert) -> None:
    """And so is what a row cannot say."""
    crowd = box(2, iscrowd=1, segmentation={"size": [80, 100], "counts": [8000]})
    read = document(box(1, segmentation=RING), crowd, box(3, bbox=None), note=1)
    source = json.dumps(read).encode()

    boxes = convert(source, Conversion(Format.COCO, coco=CocoChoice(frozenset({CocoRows.BOXES}))))
    skipped = convert(source, Conversion(Format.COCO, coco=CocoChoice(crowds=Crowds.SKIP)))

    assert len(boxes.rows) == 2
    assert boxes.lost == {
        "crowds": 1,
        "document-keys: note": 1,
        "left-out: masks": 1,
        "left-out: polygons": 2,
        "no-geometry": 1,
        "skeletons": 1,
        "supercategories": 1,
        "unlabelled-data-rows": 1,
    }
    assert skipped.lost["crowds-left-out"] == 1


def test_names_and_keys_are_those_of_the_maps(convert: Convert, tmp_path: Path) -> None:
    """A key that the map does not have refuses the annotations of its image."""
    names, keys = tmp_path / "names.csv", tmp_path / "keys.csv"
    names.write_text("from,to\ncar box,vehicle\nface nose,tip\n")
    keys.write_text("from,id\n1.jpg,ck1\n")
    conversion = Conversion(Format.COCO, name_map=TableFile.at(names), key_map=TableFile.at(keys))

    made = convert(json.dumps(document(box(1), box(2, 2))).encode(), conversion)

    assert [(row["dataRow"], row["name"]) for row in made.rows] == [({"id": "ck1"}, "vehicle")]
    [refused] = made.refused
    assert (refused["slug"], refused["found"], refused["row"]["id"]) == ("R-MAP-1", "2.jpg", 2)


BROKEN = [
    (b"", "is no JSON"),
    (b"[]", "is no JSON object"),
    (b'{"images":[', "is cut off"),
    (b'{"images":[{"id":1}}', "is no JSON"),
    (b'{"images":[{"id":1,}]', "is no JSON"),
    (b'{"images":[1 2]}', "is no JSON"),
    (b'{"a":NaN}', "NaN"),
    (b'{"a":' + b"[" * 100, "nested too deeply"),
    (b'{"images":"\xff"}', "is not UTF-8"),
    (b'{"images":[]} x', "is no JSON"),
    (b'{"images":[],}', "is no JSON"),
]


@pytest.mark.parametrize("block_bytes", [3, 1 << 20])
@pytest.mark.parametrize(("source", "words"), BROKEN)
def test_what_is_no_json_is_refused_whole(
    convert: Convert, source: bytes, words: str, block_bytes: int
) -> None:
    """With the byte from which on it is not."""
    with pytest.raises(SourceUnreadable, match=words):
        convert(source, COCO, block_bytes=block_bytes)


MISSHAPEN: list[tuple[JSON, str]] = [
    ({"images": [], "annotations": []}, "$.categories"),
    ({"images": {}, "annotations": [], "categories": []}, "$.images"),
    ({"images": [], "annotations": "x", "categories": []}, "$.annotations"),
    ({"images": [7], "annotations": [], "categories": []}, "$.images[0]"),
    ({"images": [], "annotations": [[1]], "categories": []}, "$.annotations[0]"),
    ({"images": [], "annotations": [], "categories": ["car"]}, "$.categories[0]"),
]


@pytest.mark.parametrize(("read", "path"), MISSHAPEN)
def test_what_is_json_but_no_coco_breaks_the_rule_of_lists(
    convert: Convert, read: JSON, path: str
) -> None:
    """R-COCO-2, and where."""
    refused = convert(json.dumps(read).encode(), COCO).refused

    assert [(one["slug"], one["path"]) for one in refused] == [("R-COCO-2", path)]


def test_unknown_keys_are_counted_a_few_by_name(convert: Convert) -> None:
    """Memory does not grow with their names."""
    many = {f"key{number}": number for number in range(100_000)}

    lost = convert(json.dumps(document(box(**many), **many)).encode(), COCO).lost

    assert len(lost) < 100
    keys = [count for name, count in lost.items() if "-keys" in name]
    assert sum(keys) == 200_000


NUMBERS = some.floats(0, 50, allow_nan=False) | some.integers(0, 50)
RINGS = some.lists(some.tuples(NUMBERS, NUMBERS), min_size=3, max_size=9)
ANNOTATIONS = some.fixed_dictionaries(
    {
        "image_id": some.integers(1, 2),
        "category_id": some.just(1),
        "bbox": some.tuples(*[NUMBERS.filter(bool)] * 4).map(lambda sides: [*sides[:2], 1, 2.5]),
        "segmentation": some.lists(
            RINGS.map(lambda ring: [number for point in ring for number in point]), max_size=3
        ),
    }
)


@given(made=some.lists(ANNOTATIONS, max_size=6), block_bytes=some.integers(1, 400))
def test_any_document_becomes_what_a_plain_loop_makes_of_it(
    tmp_path_factory: pytest.TempPathFactory, made: list[JSON], block_bytes: int
) -> None:
    """Whatever its numbers and wherever its blocks end."""
    read = document(*[one | {"id": number} for number, one in enumerate(made)])
    rows = converted(read, tmp_path_factory.mktemp("coco"), block_bytes=block_bytes)

    assert in_order(rows) == in_order(list(plain_rows(read)))


def converted(read: JSON, folder: Path, *, block_bytes: int) -> list[JSON]:
    """The rows of a document, without uuids."""
    from bulkimport.formats.converter import Converter, Paths  # noqa: PLC0415

    source = folder / "source"
    source.write_text(json.dumps(read))
    converter = Converter(COCO, relationships=True, block_bytes=block_bytes, told=lambda _: None)
    to = Paths(lambda ordinal: folder / f"rows.{ordinal}", folder / "refused")
    [path] = converter.convert(source, name="source", to=to).files.values()
    return [without_uuid(json.loads(line)) for line in path.read_bytes().splitlines()]


@pytest.mark.skipif(FOLDER is None, reason="BULKIMPORT_TEST_DATA is not set")
@pytest.mark.parametrize(
    "name", ["instances_val2017_79images", "person_keypoints_val2017_79images"]
)
def test_real_documents_become_what_a_plain_loop_makes_of_them(
    rows: Callable[..., list[JSON]], name: str
) -> None:
    """The cut of COCO 2017 in shared/data."""
    read = json.loads((Path(str(FOLDER)) / "coco" / f"{name}.json").read_bytes())

    made = [row for row in rows(read) if "mask" not in row]
    assert in_order(made) == in_order(list(plain_rows(read)))


def test_categories_of_one_id_are_one_only_if_they_have_one_name(convert: Convert) -> None:
    """Else annotations of it are refused."""
    same = document(box(), categories=[CAR, CAR, FACE])
    other = document(box(), categories=[CAR, {"id": 1, "name": "cart"}])

    assert len(convert(json.dumps(same).encode(), COCO).rows) == 1
    paths = [one["path"] for one in convert(json.dumps(other).encode(), COCO).refused]
    assert paths == ["$.categories[1].id", "$.annotations[0].category_id"]
