"""COCO documents made for tests, and the plain loop that says what becomes of them."""

from collections.abc import Iterator
from typing import Any

JSON = dict[str, Any]
CAR: JSON = {"id": 1, "name": "car", "supercategory": "vehicle"}
FACE: JSON = {"id": 0, "name": "face", "keypoints": ["nose", "chin"], "skeleton": [[1, 2]]}


def image(number: int = 1, **more: Any) -> JSON:
    """An image of 100 by 80 pixels."""
    return {"id": number, "file_name": f"{number}.jpg", "width": 100, "height": 80, **more}


def box(number: int = 1, image_id: int = 1, **more: Any) -> JSON:
    """An annotation with a box, and whatever else."""
    made = {"id": number, "image_id": image_id, "category_id": 1, "iscrowd": 0}
    return made | {"bbox": [10, 20.5, 30, 40], "area": 1200, **more}


def document(*annotations: JSON, **more: Any) -> JSON:
    """A document of these annotations, of images 1 and 2 and the two categories."""
    lists = {"images": [image(1), image(2)], "annotations": [*annotations]}
    return lists | {"categories": [CAR, FACE]} | more


def plain_rows(read: JSON) -> Iterator[JSON]:
    """What a plain loop makes of a whole document, without uuids."""
    images = {one["id"]: one for one in read["images"]}
    categories = {one["id"]: one for one in read["categories"]}
    for annotation in (one for whole in read["annotations"] for one in _segments(whole)):
        name = categories[annotation["category_id"]]["name"]
        head = {"dataRow": {"globalKey": images[annotation["image_id"]]["file_name"]}}
        if "bbox" in annotation:
            x, y, width, height = annotation["bbox"]
            sides = {"top": y, "left": x, "height": height, "width": width}
            yield {**head, "name": f"{name} box", "bbox": sides}
        polygons = annotation.get("segmentation")
        for polygon in polygons if isinstance(polygons, list) else []:
            yield {**head, "name": name, "polygon": _points(polygon)}
        keypoints = annotation.get("keypoints", [])
        names = categories[annotation["category_id"]].get("keypoints", [])
        for point, x, y, v in zip(
            names, keypoints[::3], keypoints[1::3], keypoints[2::3], strict=False
        ):
            if v:
                yield {**head, "name": f"{name} {point}", "point": {"x": x, "y": y}}


def _segments(annotation: JSON) -> list[JSON]:
    """The segments of a panoptic picture as annotations; any other annotation is one itself."""
    segments = annotation.get("segments_info", [{}])
    return [{**annotation, **segment} for segment in segments]


def _points(numbers: list[float]) -> list[JSON]:
    return [{"x": x, "y": y} for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
