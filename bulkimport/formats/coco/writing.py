"""Rows into one COCO document: annotations as they come, images and categories at its end.

An image is there for each data row, a category for each feature, both with ids from 1. Memory: some
200 bytes an image, and one row.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bulkimport.disk import AppendFile
from bulkimport.errors import SourceUnreadable
from bulkimport.formats.coco.shapes import ENVELOPE, JSON, Unshaped, annotation_of
from bulkimport.formats.keys import GLOBAL_KEY, ID, Key
from bulkimport.native import key_hashes
from bulkimport.rows.assets import ASSET, NOWHERE, Assets, read_assets


class DocumentWriter:
    """Takes rows and writes a document; `lost` counts what no annotation can say, by kind."""

    def __init__(self, file: AppendFile) -> None:
        """Begin the document."""
        self._file = file
        self._images: dict[Key, JSON] = {}
        self._categories: dict[tuple[str, bool], JSON] = {}
        self.annotations = 0
        self.lost: Counter[str] = Counter()
        file.write(b'{"annotations":[')

    def add(self, line: bytes, *, place: str) -> None:
        """Take one row. Raises SourceUnreadable when it is none."""
        try:
            row = orjson.loads(line)
            member, key = next(iter(row["dataRow"].items()))
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
        answers = row.get("classifications")
        self.lost["answers"] += len(answers) if isinstance(answers, list) else 0
        self.lost.update(
            f"row-keys: {name}" for name in row if name not in ENVELOPE and name != kind
        )
        image = self._image(Key(member, str(key)), made)
        self.annotations += 1
        head = {"id": self.annotations, "image_id": image["id"]}
        head["category_id"] = self._category(str(name), keypoint=kind == "point")["id"]
        comma = b"," if self.annotations > 1 else b""
        self._file.write(comma + b"\n" + orjson.dumps(head | made))

    def finish(self, assets: Sequence[Path] = ()) -> None:
        """End the document. Files of `assets` say how large images are, the first that knows it.

        Raises SourceUnreadable. Memory: 64 bytes an asset more.
        """
        if assets:
            tables = chain.from_iterable(map(read_assets, assets))
            self._measure(Assets.of(np.concatenate((np.empty(0, ASSET), *tables))))
        for name, values in (("images", self._images), ("categories", self._categories)):
            listed = b",\n".join(orjson.dumps(value) for value in values.values())
            self._file.write(b'\n],"' + name.encode() + b'":[\n' + listed)
        self._file.write(b"\n]}\n")
        sizeless = sum("width" not in image for image in self._images.values())
        self.lost["sizeless-images"] += sizeless
        self.lost = +self.lost

    def _measure(self, assets: Assets) -> None:
        for tag, member in (("g", GLOBAL_KEY), ("i", ID)):
            keys = [key for key in self._images if key.member == member]
            rows = np.zeros(len(keys), ASSET)
            rows["key_low"], rows["key_high"] = key_hashes(tag, [key.value for key in keys]).T
            for key, at in zip(keys, assets.find(rows).tolist(), strict=True):
                image = self._images[key]
                for side in ("width", "height") if at != NOWHERE else ():
                    length = float(assets.table[side][at])
                    if side not in image and length > 0:
                        image[side] = int(length) if length.is_integer() else length

    def _image(self, key: Key, made: JSON) -> JSON:
        image = self._images.get(key)
        if image is None:
            image = self._images[key] = {"id": len(self._images) + 1, "file_name": key.value}
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
