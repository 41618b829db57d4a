"""One thing done to masks: `masks.py WHAT SECONDS`. Tells CPU seconds a turn."""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulkimport.formats.label_maps import image_masks
from bulkimport.masks.composite import colour_of, compose
from bulkimport.masks.pictures import pack, read_masks, read_pixels, unpack
from bulkimport.masks.runs import masks_of_labels
from bulkimport.native import COLOUR, count_colours
from bulkimport.row_json import row_json
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.label import Label

HEIGHT, WIDTH, INSTANCES, GRID = 1080, 1920, 100, 4
KEY = "a.jpg"


def plane() -> NDArray[np.uint32]:
    """The labels: of each block of pixels the nearest point, from 1."""
    chance = np.random.default_rng(2026)
    points = chance.uniform((0, 0), (HEIGHT, WIDTH), (INSTANCES, 2))
    y, x = np.mgrid[0:HEIGHT:GRID, 0:WIDTH:GRID]
    near = np.stack([(y - py) ** 2 + (x - px) ** 2 for py, px in points]).argmin(axis=0) + 1
    return near.astype(np.uint32).repeat(GRID, 0).repeat(GRID, 1)


LABELS = plane()
NAMES = {int(label): f"tool {label % 7}" for label in np.unique(LABELS)}
COLOURS = unpack(LABELS)
SMALL = LABELS.astype(np.uint8)


def colours() -> list[tuple[int, int]]:
    """Ours, of an RGB array."""
    packed, _ = count_colours(COLOURS.tobytes(), width=WIDTH, size=3, most=1 << 16)
    found = np.frombuffer(packed, COLOUR)
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
    """Ours: every instance's compressed counts, in one pass over the labels."""
    return {label: one.compressed() for label, one in masks_of_labels(SMALL)[0].items()}


def coco() -> Callable[[], Any]:
    """A mask for each instance, each encoded."""
    official = import_module("pycocotools.mask")
    return lambda: {
        label: official.encode(np.asfortranarray(label == LABELS).view(np.uint8)) for label in NAMES
    }


def fastlabelrle() -> Callable[[], Any]:
    """The other one that passes over the labels once."""
    peer = import_module("fastlabelrle")
    return lambda: peer.encode(LABELS)


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


OURS = {one.__name__: one for one in (colours, unique, runs, rows, decode, fused)}
MADE = {one.__name__: one for one in (getcolors, coco, fastlabelrle, sdk)}


def main(name: str, seconds: float) -> None:
    """Time one of them, after a turn that does not count."""
    turn = OURS[name] if name in OURS else MADE[name]()
    found = turn()
    if name in {"unique", "getcolors"}:
        assert found == colours()
    if name == "coco":
        assert {label: one["counts"] for label, one in found.items()} == runs()
    if name == "fastlabelrle":
        assert dict(zip(found.ids.tolist(), found.counts, strict=True)) == runs()
    turns, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        turn()
        turns += 1
    size = len(found) if isinstance(found, bytes) else 0
    print(json.dumps({"seconds": spent / turns, "turns": turns, "bytes": size}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
