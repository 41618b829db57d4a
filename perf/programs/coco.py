"""COCO into rows, ours and the ways that everybody takes. `coco.py WAY FILE`.

`ours` streams; `json` loads the whole document and loops over it, `orjson` does the same with the
fast library, and `loads` only loads it, whole, by that library.
"""

import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from telling import tell

JSON = Any
Convert = Callable[[Path, Path], int]
NAMESPACE = uuid.UUID("6b1f0a52-3d0e-5c1b-9a77-5e0c402d913a")


def main(way: str, path: Path) -> None:
    """Make rows of a document, and tell what that took, without the start of the program."""
    convert = ours() if way == "ours" else PEERS[way]
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        began, cpu = time.perf_counter(), time.process_time()
        rows = convert(path, Path(name))
        tell(began, cpu, rows=rows, path=path)


def ours() -> Convert:
    """As `convert --format coco` does it; imported for ours alone: the peers' memory is theirs."""
    from bulkimport.formats.conversion import Conversion, Format  # noqa: PLC0415
    from bulkimport.formats.converter import Converter, Paths  # noqa: PLC0415
    from bulkimport.settings import Settings  # noqa: PLC0415

    def convert(path: Path, folder: Path) -> int:
        converter = Converter(
            Conversion(Format.COCO),
            relationships=True,
            block_bytes=Settings().scan_block_bytes,
            told=lambda _: None,
        )
        to = Paths(lambda ordinal: folder / f"{ordinal}.ndjson", folder / "refused")
        return sum(converter.convert(path, name=path.name, to=to).rows.values())

    return convert


def by_json(path: Path, folder: Path) -> int:
    """Load it and write a line for each row."""
    with path.open() as file:
        read = json.load(file)
    return written(read, folder, lambda row: json.dumps(row).encode())


def by_orjson(path: Path, folder: Path) -> int:
    """Do the same with the fast library."""
    return written(orjson.loads(path.read_bytes()), folder, orjson.dumps)


def loaded(path: Path, _: Path) -> int:
    """Only load it, and make nothing of it."""
    return 2 * len(orjson.loads(path.read_bytes())["annotations"])


def written(read: JSON, folder: Path, line: Callable[[JSON], bytes]) -> int:
    """Write a line for each row of a document, and count them."""
    count = 0
    with (folder / "rows.ndjson").open("wb") as file:
        for row in made(read):
            file.write(line(row) + b"\n")
            count += 1
    return count


def made(read: JSON) -> Iterator[JSON]:
    """The rows of a document, in its order."""
    images = {image["id"]: image["file_name"] for image in read["images"]}
    names = {category["id"]: category["name"] for category in read["categories"]}
    for annotation in read["annotations"]:
        key, name = images[annotation["image_id"]], names[annotation["category_id"]]
        left, top, width, height = annotation["bbox"]
        box = {"top": top, "left": left, "height": height, "width": width}
        yield row(key, f"{annotation['id']} box 0", name=f"{name} box", bbox=box)
        for number, ring in enumerate(annotation["segmentation"]):
            pairs = zip(ring[::2], ring[1::2], strict=True)
            part = f"{annotation['id']} polygon {number}"
            yield row(key, part, name=name, polygon=[{"x": x, "y": y} for x, y in pairs])


def row(key: str, part: str, **payload: JSON) -> JSON:
    """One row, with the uuid that ours has."""
    own = str(uuid.uuid5(NAMESPACE, f"{key}\n{part}"))
    return {"uuid": own, "dataRow": {"globalKey": key}, **payload}


PEERS: dict[str, Convert] = {"json": by_json, "orjson": by_orjson, "loads": loaded}
main(sys.argv[1], Path(sys.argv[2]))
