"""Seeded inputs, made once and kept: rows in order, shuffled, all bad, and cut into bodies.

They lie in `BULKIMPORT_PERF_DIR`, or else in a folder of the machine's temporary one. Ten million
rows are 1.7 GB and take a minute; the shuffled and the bad ones some twenty seconds more each.
"""

import os
import random
import tempfile
import uuid
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson

from bulkimport.sandbox import samples
from bulkimport.sandbox.samples import rows as sample_rows

ROWS_PER_PART = 100_000
VARIABLE = "BULKIMPORT_PERF_DIR"
SEED = 20_261_103
CHUNK = 1 << 24


def folder() -> Path:
    """Where inputs and scratch lie."""
    default = Path(tempfile.gettempdir()) / "bulkimport-perf"
    path = Path(os.environ.get(VARIABLE, default))
    path.mkdir(parents=True, exist_ok=True)
    return path


def grouped(rows: int) -> Path:
    """Good rows with uuids, ten to a data row, data row by data row."""

    def write(file: BinaryIO) -> None:
        lines = sample_rows(rows, seed=SEED)
        while some := list(islice(lines, ROWS_PER_PART)):
            file.write(b"\n".join(some) + b"\n")

    return made(f"{rows}-grouped.ndjson", write)


def shuffled(rows: int) -> Path:
    """The same rows in an order of chance. Costs the whole file in memory."""

    def write(file: BinaryIO) -> None:
        text = grouped(rows).read_bytes()
        ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
        starts = np.concatenate(([0], ends[:-1]))
        order = np.random.default_rng(SEED).permutation(rows)
        for at in range(0, rows, ROWS_PER_PART):
            some = order[at : at + ROWS_PER_PART]
            pairs = zip(starts[some].tolist(), ends[some].tolist(), strict=True)
            file.write(b"".join([text[start:end] for start, end in pairs]))

    return made(f"{rows}-shuffled.ndjson", write)


def bad(path: Path) -> Path:
    """The rows of `path`, each with one letter too many in its uuid: all are rejected."""

    def write(file: BinaryIO) -> None:
        with path.open("rb") as good:
            while lines := good.readlines(CHUNK):
                file.write(b"".join(lines).replace(b'{"uuid":"', b'{"uuid":"x'))

    return made(f"{path.stem}-bad.ndjson", write)


def ontology() -> Path:
    """What the rows bind to."""
    return made("ontology.json", lambda file: _write(file, samples.ontology_text()))


def assets(rows: int) -> Path:
    """A size for each data row of so many rows, which all of them keep to."""
    keys = map(samples.data_row_key, range(-(-rows // samples.ROWS_PER_DATA_ROW)))
    lines = (f"{key},2200,1400\n" for key in keys)
    text = "global_key,width,height\n"
    return made(f"{rows}-assets.csv", lambda file: _write(file, text + "".join(lines)))


def tracks(rows: int, *, keyframes: int = 400) -> Path:
    """Boxes that move through a video, one data row each."""

    def write(file: BinaryIO) -> None:
        chance = random.Random(SEED)
        for number in range(rows):
            frames = [
                {"frame": at, "bbox": {"top": at / 7, "left": at, "height": 31, "width": 17.5}}
                for at in range(1, keyframes + 1)
            ]
            _write_row(file, number, chance, segments=[{"keyframes": frames}])

    return made(f"{rows}-tracks-{keyframes}.ndjson", write)


def rings(rows: int, *, points: int = 10_000) -> Path:
    """Wavy circles that do not cross themselves, one data row each."""

    def write(file: BinaryIO) -> None:
        chance = random.Random(SEED)
        turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
        for number in range(rows):
            radius = 500 + 20 * np.sin(turn * 50 + number)
            across, down = 700 + radius * np.cos(turn), 700 + radius * np.sin(turn)
            pairs = zip(across.round(2).tolist(), down.round(2).tolist(), strict=True)
            _write_row(file, number, chance, polygon=[{"x": x, "y": y} for x, y in pairs])

    return made(f"{rows}-rings-{points}.ndjson", write)


def coco(annotations: int, *, categories_last: bool = False) -> Path:
    """A COCO document of boxes and polygons, ten to an image, those of an image far apart."""
    images = max(1, annotations // 10)

    def write(file: BinaryIO) -> None:
        shapes = _shapes(1_000)
        lists = [
            ("categories", iter([b'{"id":1,"name":"car"}'])),
            ("annotations", (_annotation(n, images, shapes) for n in range(annotations))),
            ("images", (_image(number) for number in range(images))),
        ]
        for number, (name, elements) in enumerate([*lists[1:], lists[0]] if last else lists):
            file.write(b"%s%s:[" % (b"," if number else b"{", orjson.dumps(name)))
            file.write(next(elements))
            file.writelines(b"," + element for element in elements)
            file.write(b"]")
        file.write(b"}")

    last = categories_last
    return made(f"{annotations}-coco{'-categories-last' if last else ''}.json", write)


def first(path: Path, rows: int) -> Path:
    """The first so many rows of `path`."""

    def write(file: BinaryIO) -> None:
        with path.open("rb") as lines:
            file.writelines(islice(lines, rows))

    return made(f"{path.stem}-first-{rows}.ndjson", write)


def parts(path: Path) -> list[Path]:
    """The rows of `path` in files of 100,000: the bodies that peers send without any planning."""
    split = folder() / f"{path.stem}-parts"
    split.mkdir(exist_ok=True)
    done = split / "done"
    if not done.exists():
        with path.open("rb") as file:
            for number, lines in enumerate(_pieces(file)):
                (split / f"{number:05d}.ndjson").write_bytes(b"".join(lines))
        done.touch()
    return sorted(split.glob("*.ndjson"))


def _write(file: BinaryIO, text: str) -> None:
    file.write(text.encode())


def _write_row(file: BinaryIO, number: int, chance: random.Random, **payload: object) -> None:
    name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    row = {"uuid": name, "dataRow": {"globalKey": f"long-{number}"}, "name": "thing", **payload}
    file.write(orjson.dumps(row) + b"\n")


def _shapes(count: int) -> list[bytes]:
    """Boxes and polygons, spelled as COCO spells them."""
    chance = np.random.default_rng(SEED)
    made = []
    for _ in range(count):
        ring = (chance.random(2 * int(chance.integers(12, 37))) * 400).round(2)
        box = [ring[::2].min(), ring[1::2].min(), np.ptp(ring[::2]), np.ptp(ring[1::2])]
        shape = {"segmentation": [ring.tolist()], "bbox": [round(float(side), 2) for side in box]}
        made.append(orjson.dumps(shape | {"area": 702.11, "iscrowd": 0})[1:])
    return made


def _annotation(number: int, images: int, shapes: list[bytes]) -> bytes:
    head = b'{"id":%d,"image_id":%d,"category_id":1,' % (number, number * 7919 % images)
    return head + shapes[number % len(shapes)]


def _image(number: int) -> bytes:
    return b'{"id":%d,"file_name":"%012d.jpg","width":640,"height":480}' % (number, number)


def _pieces(file: BinaryIO) -> Iterator[list[bytes]]:
    while lines := list(islice(file, ROWS_PER_PART)):
        yield lines


def made(name: str, write: Callable[[BinaryIO], None]) -> Path:
    """Give the file of this name; it is made once, whole or not at all."""
    path = folder() / name
    if not path.exists():
        draft = path.with_suffix(".draft")
        with draft.open("wb", buffering=CHUNK) as file:
            write(file)
        draft.rename(path)
    return path
