"""What fails a document as a whole, by the rows of the decision."""

import json
from typing import Any

import orjson
import pytest

from bulkimport.sandbox.labellerr.coco import judged, written
from bulkimport.sandbox.verdicts import Unfit

IMAGE = {"id": 1, "file_name": "a.jpg", "width": 60, "height": 40}
CATEGORY = {"id": 1, "name": "car"}
BOX = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}
POSE = {"id": 1, "name": "car", "keypoints": ["head", "foot"]}


def coco(*annotations: Any, **fields: Any) -> bytes:
    """A document of these annotations, with these fields instead."""
    lists = {"images": [IMAGE], "annotations": list(annotations), "categories": [CATEGORY]}
    return json.dumps({**lists, **fields}).encode()


def drawn(**shapes: Any) -> dict[str, Any]:
    """An annotation that draws this, and no box unless it says so."""
    return {"id": 1, "image_id": 1, "category_id": 1, **shapes}


@pytest.mark.parametrize(
    "annotation",
    [
        BOX,
        drawn(bbox=[0, 0, 60, 40]),
        drawn(bbox=[59.9, 0, 0.1, 0]),
        drawn(segmentation=[[0, 0, 60, 0, 60, 40]]),
        drawn(segmentation=[]),
        drawn(segmentation={"size": [40, 60], "counts": [2400]}, iscrowd=1),
        drawn(segmentation={"size": [40, 60], "counts": "PPYo1"}, iscrowd=1),
        drawn(keypoints=[1, 2, 2, 0, 0, 0], num_keypoints=1),
        {**BOX, "score": 0.5, "attributes": {"any": ["thing"]}},
    ],
    ids=str,
)
def test_a_fit_annotation_is_kept_as_it_was_sent(annotation: dict[str, Any]) -> None:
    """Edges of the image belong to it; what nobody knows is kept."""
    document = judged(coco(annotation))

    assert orjson.loads(written(document.annotations["a.jpg"])) == [annotation]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not valid JSON"),
        (b'{"images": [', "not valid JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no list of images, annotations, categories"),
        (b'{"images": [], "annotations": {}, "categories": []}', "no list of annotations"),
        (coco(images=[{"id": 1}]), r"images\[0\] has no file_name"),
        (coco(images=[IMAGE, IMAGE]), r"images\[1\] has the id 1 of another"),
        (coco(images=["a.jpg"]), r"images\[0\] has no id"),
        (coco(categories=[{"id": 1}]), r"categories\[0\] has no name"),
        (coco(categories=[{"id": "1", "name": "car"}]), r"categories\[0\] has no id"),
        (coco(BOX, BOX), r"annotations\[1\] has the id 1 of another"),
        (coco(7), r"annotations\[0\]: it is not an object"),
        (coco({**BOX, "category_id": 9}), "category_id 9 is not in categories"),
        (coco({**BOX, "category_id": [1]}), "is not in categories"),
        (coco({**BOX, "image_id": 9}), "image_id 9 is not in images"),
        (coco({**BOX, "image_id": "1"}), "image_id '1' is not in images"),
        (coco({**BOX, "id": True}), r"annotations\[0\] has no id"),
        (coco(drawn()), "neither bbox nor segmentation"),
        (coco(drawn(bbox=[1, 2, 3])), "four finite numbers"),
        (coco(drawn(bbox=[1, 2, 3, "4"])), "four finite numbers"),
        (coco(drawn(bbox=[1, 2, -3, 4])), "negative size"),
        (coco(drawn(bbox=[-1, 2, 3, 4])), "bbox leaves the image of 60 x 40"),
        (coco(drawn(bbox=[58, 2, 3, 4])), "bbox leaves the image"),
        (coco(drawn(segmentation=[[0, 0, 1, 1]])), "three points"),
        (coco(drawn(segmentation=[[0, 0, 1, 1, 2]])), "three points"),
        (coco(drawn(segmentation=[[0, 0, 1, 1, 2, None]])), "finite numbers"),
        (coco(drawn(segmentation=[[0, 0, 1, 1, 2, 41]])), "polygon leaves the image"),
        (coco(drawn(segmentation="x")), "polygons or run lengths"),
        (coco(drawn(segmentation={"counts": [2400]})), "size of height and width"),
        (coco(drawn(segmentation={"size": [60, 40], "counts": [2400]})), "the image is 40 x 60"),
        (coco(drawn(segmentation={"size": [40, 60], "counts": [2399]})), "do not cover"),
        (coco(drawn(segmentation={"size": [40, 60], "counts": [-1]})), "whole numbers"),
        (coco(drawn(segmentation={"size": [40, 60], "counts": "p!"})), "other letters"),
        (coco({**BOX, "iscrowd": 2}), "iscrowd"),
        (coco(drawn(keypoints=[1, 2])), "in threes"),
        (coco(drawn(keypoints=[1, 2, 3])), "visibility"),
        (coco(drawn(keypoints=[1, 2, 2]), categories=[POSE]), "keypoints must be 2"),
    ],
    ids=lambda case: case if isinstance(case, str) else None,
)
def test_a_fault_fails_the_document_with_words(body: bytes, words: str) -> None:
    """JSON, lists, ids, references, shapes, bounds: each by itself."""
    with pytest.raises(Unfit, match=words):
        judged(body)


def test_only_classes_of_the_project_pass_when_it_has_any() -> None:
    """A name that differs by case is another class."""
    assert judged(coco(BOX), {"car"}).images == ["a.jpg"]
    with pytest.raises(Unfit, match="'car' is no class of the project"):
        judged(coco(BOX), {"Car"})


def test_without_a_size_there_are_no_bounds() -> None:
    """An image may lack its width and height."""
    image = {"id": 1, "file_name": "a.jpg"}

    assert judged(coco(drawn(bbox=[500, 500, 3, 4]), images=[image])).annotations


def test_two_images_of_one_name_are_one_file() -> None:
    """Both bring their annotations to it."""
    other = drawn(bbox=[1, 2, 3, 4]) | {"id": 2, "image_id": 2}

    document = judged(coco(BOX, other, images=[IMAGE, {**IMAGE, "id": 2}]))

    assert document.images == ["a.jpg"]
    assert len(document.annotations["a.jpg"]) == 2


def test_not_more_than_ten_faults_are_told() -> None:
    """A thousand wrong annotations make no message of a thousand sentences."""
    wrong = [{**BOX, "id": number, "category_id": 9} for number in range(1000)]

    with pytest.raises(Unfit) as told:
        judged(coco(*wrong))

    assert told.value.message.count(";") == 9


def test_what_is_nested_too_deeply_is_not_written() -> None:
    """It could be read, but not written again."""
    deep = b'{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "x": %s}'
    body = coco("HERE").replace(b'"HERE"', deep % (b"[" * 300 + b"]" * 300))

    document = judged(body)

    with pytest.raises(Unfit, match="nested too deeply"):
        written(document.annotations["a.jpg"])
