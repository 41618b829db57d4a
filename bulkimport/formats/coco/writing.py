"""Rows into one COCO document: annotations as they come, images and categories at its end.

An image is there for each data row, a category for each feature, both with ids from 1. Memory: some
200 bytes an image, and one row.
"""

from collections import Counter
from typing import Any

import orjson

from bulkimport.disk import AppendFile
from bulkimport.errors import SourceUnreadable
from bulkimport.formats.coco.shapes import JSON, Unshaped, annotation_of


class DocumentWriter:
    """Takes rows and writes a document; `lost` counts what no annotation can say, by kind."""

    def __init__(self, file: AppendFile) -> None:
        """Begin the document."""
        self._file = file
        self._images: dict[str, JSON] = {}
        self._categories: dict[tuple[str, bool], JSON] = {}
        self.annotations = 0
        self.lost: Counter[str] = Counter()
        file.write(b'{"annotations":[')

    def add(self, line: bytes, *, place: str) -> None:
        """Take one row. Raises SourceUnreadable when it is none."""
        try:
            row = orjson.loads(line)
            key = next(iter(row["dataRow"].values()))
            name = row.get("name") or row.get("schemaId") or ""
        except (
            orjson.JSONDecodeError,
            KeyError,
            TypeError,
            AttributeError,
            StopIteration,
        ) as error:
            raise SourceUnreadable(
                "is no row", place=place, remedy="let `bulkimport check` look at the source"
            ) from error
        try:
            kind, made = annotation_of(row)
        except Unshaped as why:
            self.lost[f"no-coco-form: {why}"] += 1
            return
        self.lost["answers"] += len(row.get("classifications") or ())
        image = self._image(str(key), made)
        self.annotations += 1
        head = {"id": self.annotations, "image_id": image["id"]}
        head["category_id"] = self._category(str(name), keypoint=kind == "point")["id"]
        comma = b"," if self.annotations > 1 else b""
        self._file.write(comma + b"\n" + orjson.dumps(head | made))

    def finish(self) -> None:
        """End the document."""
        for name, values in (("images", self._images), ("categories", self._categories)):
            listed = b",\n".join(orjson.dumps(value) for value in values.values())
            self._file.write(b'\n],"' + name.encode() + b'":[\n' + listed)
        self._file.write(b"\n]}\n")
        sizeless = sum("width" not in image for image in self._images.values())
        self.lost["sizeless-images"] += sizeless
        self.lost = +self.lost

    def _image(self, key: str, made: JSON) -> JSON:
        image = self._images.get(key)
        if image is None:
            image = self._images[key] = {"id": len(self._images) + 1, "file_name": key}
        segmentation: Any = made.get("segmentation")
        if isinstance(segmentation, dict):
            image["height"], image["width"] = segmentation["size"]
        return image

    def _category(self, name: str, *, keypoint: bool) -> JSON:
        category = self._categories.get((name, keypoint))
        if category is None:
            category = {"id": len(self._categories) + 1, "name": name}
            if keypoint:
                category |= {"keypoints": [name], "skeleton": []}
            self._categories[name, keypoint] = category
        return category
