"""One thing done to masks: `masks.py WHAT SECONDS`. Tells CPU seconds a turn."""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from plane import digest, plane, tell_turns

from bulkimport.formats.label_maps import image_masks
from bulkimport.masks.arrays import count_colours
from bulkimport.masks.composite import colour_of, compose
from bulkimport.masks.pictures import pack, read_masks, read_pixels, unpack
from bulkimport.masks.runs import masks_of_labels
from bulkimport.row_json import row_json
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.label import Label

KEY = "a.jpg"
LABELS = plane()
NAMES = {int(label): f"tool {label % 7}" for label in np.unique(LABELS)}
COLOURS = unpack(LABELS)
SMALL = LABELS.astype(np.uint8)


def colours() -> list[tuple[int, int]]:
    """Ours, of an RGB array."""
    found = count_colours(COLOURS)
    return list(zip(found["label"].tolist(), found["count"].tolist(), strict=True))


def unique() -> list[tuple[int, int]]:
    """NumPy's best: 24 bits in one number, then sorted."""
    labels, counts = np.unique(pack(COLOURS), return_counts=True)
    return list(zip(labels.tolist(), counts.tolist(), strict=True))


def getcolors() -> Callable[[], Any]:
    """Pillow's, of an image that is there already."""
    image = import_module("PIL.Image").fromarray(COLOURS)
    return lambda: sorted((r | g << 8 | b << 16, n) for n, (r, g, b) in image.getcolors(65536))


def runs() -> dict[int, bytes]:
    """Ours: every instance's compressed counts, in one pass over labels of a byte."""
    return {label: one.compressed() for label, one in masks_of_labels(SMALL)[0].items()}


def wide_runs() -> dict[int, bytes]:
    """The same of labels of four bytes, the narrowest that fastlabelrle takes."""
    return {label: one.compressed() for label, one in masks_of_labels(LABELS)[0].items()}


def coco() -> Callable[[], Any]:
    """A mask for each instance, each encoded; labels lie as pycocotools wants its masks."""
    official, down = import_module("pycocotools.mask"), np.asfortranarray(SMALL)
    return lambda: {label: official.encode((down == label).view(np.uint8)) for label in NAMES}


def rows() -> bytes:
    """Labels into the lines of an import file."""
    label = Label(DataRow(global_key=KEY), image_masks(LABELS, NAMES))
    return b"\n".join(row_json(row) for row in label.__rows__())


def sdk() -> Callable[[], Any]:
    """The same instances as the official SDK serialises them."""
    data = import_module("labelbox.data.annotation_types")
    converter = import_module("labelbox.data.serialization").NDJsonConverter
    picture = data.MaskData(arr=COLOURS)

    def serialise() -> bytes:
        annotations = [
            data.ObjectAnnotation(name=name, value=data.Mask(mask=picture, color=colour_of(label)))
            for label, name in NAMES.items()
        ]
        label = data.Label(data={"global_key": KEY}, annotations=annotations)
        return b"\n".join(json.dumps(row).encode() for row in converter.serialize([label]))

    return serialise


PICTURE = compose(LABELS)


def decode() -> object:
    """The pixels of a PNG and nothing else."""
    return read_pixels(PICTURE)


def fused() -> object:
    """Colours, counts, boxes and the masks of all instances of a PNG."""
    return read_masks(PICTURE)


OURS = {one.__name__: one for one in (colours, unique, runs, wide_runs, rows, decode, fused)}
MADE = {one.__name__: one for one in (getcolors, coco, sdk)}


def main(name: str, spend: float) -> None:
    """Time one of them, after a turn that does not count."""
    turn = OURS[name] if name in OURS else MADE[name]()
    found = turn()
    if name in {"unique", "getcolors"}:
        assert found == colours()
    if name == "coco":
        assert {label: one["counts"] for label, one in found.items()} == runs()
    told = {"bytes": len(found) if isinstance(found, bytes) else 0}
    if name == "wide_runs":
        assert found == runs()
        told["digest"] = digest(found)
    tell_turns(turn, spend=spend, **told)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
