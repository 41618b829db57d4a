"""Two gigabytes of COCO into Labellerr: flat, valid, whole."""

import io
import json
import resource
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import orjson
import pytest
from e2e.command import PROGRAM
from e2e.labellerr import LabellerrCommand
from support.sandbox import Sandbox

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
IMAGES, EACH = 100_000, 10
LEAST_BYTES = 2_000_000_000
MOST_BYTES = 25_000_000
MOST_MEMORY = 300 << 20
POINTS = ",".join(f"{number / 7:.6f}" for number in range(200))


def write(path: Path) -> None:
    """Annotations first, those of an image far apart, indented; images and categories last."""
    with path.open("w") as file:
        file.write('{\n "annotations": [\n')
        for number in range(IMAGES * EACH):
            comma = "," if number else ""
            image = number * 7919 % IMAGES
            file.write(
                f'{comma}  {{"id": {number}, "image_id": {image}, "category_id": {number % 80},\n'
                f'   "bbox": [0, 0, 28.5, 28.5], "area": 400.25, "iscrowd": 0,\n'
                f'   "segmentation": [[{POINTS}]]}}\n'
            )
        images = (
            f'{{"id": {number}, "file_name": "{number:08d}.jpg", "width": 640, "height": 480}}'
            for number in range(IMAGES)
        )
        file.write(' ], "images": [' + ",\n".join(images) + '], "categories": [')
        file.write(",".join(f'{{"id": {number}, "name": "c{number}"}}' for number in range(80)))
        file.write("]}")


@pytest.fixture
def command(shared_sandbox: Sandbox, tmp_path: Path) -> LabellerrCommand:
    """A project with all the files."""
    names = (f"{number:08d}.jpg" for number in range(IMAGES))
    return LabellerrCommand(tmp_path / "work", shared_sandbox, names)


def test_two_gigabytes_are_split_sent_and_settled(command: LabellerrCommand) -> None:
    """Every annotation once; each part is taken by the format's own library; memory is flat."""
    source = command.folder / "large.json"
    write(source)
    assert source.stat().st_size >= LEAST_BYTES
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    done = subprocess.run(
        [str(PROGRAM), *command.importing(source, "--timeout", "50m")],
        env=command.environment(),
        cwd=command.folder,
        capture_output=True,
        check=True,
        text=True,
    )

    report = json.loads(done.stdout.splitlines()[-1])
    assert report["accepted"] == report["read"] == IMAGES * EACH
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"peak {peak / 1024:.0f} MiB, before {children / 1024:.0f} MiB")  # noqa: T201
    assert max(peak, children) * 1024 < MOST_MEMORY
    seen = bytearray(IMAGES * EACH)
    for upload in command.sandbox.labellerr_uploads(command.project):
        assert upload["size"] <= MOST_BYTES
        shard = orjson.loads(upload["path"].read_bytes())
        for annotation in shard["annotations"]:
            seen[annotation["id"]] += 1
            assert annotation["image_id"] == annotation["id"] * 7919 % IMAGES
        load(shard)
    assert seen.count(1) == len(seen)


def load(shard: dict[str, object]) -> None:
    """Load a document by pycocotools."""
    coco = pytest.importorskip("pycocotools.coco")
    loaded = coco.COCO()
    loaded.dataset = shard
    with redirect_stdout(io.StringIO()):
        loaded.createIndex()
    assert len(loaded.anns) == len(shard["annotations"])  # type: ignore[arg-type]
