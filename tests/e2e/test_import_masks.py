"""`import --masks`: pictures are looked at before anything is sent, in flat memory."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from e2e.command import Command
from support.pngs import colours, embedded, four_billion_pixels, mask_row, png

from bulkimport.masks.composite import compose

MakeCommand = Callable[..., Command]

ONTOLOGY = {
    "tools": [{"tool": "raster-segmentation", "name": "road"}],
    "classifications": [],
}
GOOD = png(colours(0, 1, 1, 2))
BROKEN = {
    "R-MASK-3": embedded(GOOD, 7),
    "R-PNG-1": embedded(b"\xff\xd8\xff\xe0 is a JPEG"),
    "R-PNG-2": embedded(four_billion_pixels()),
    "R-PNG-3": embedded(GOOD[:48]),
}
MEBIBYTE = 1 << 20
MOST_MEMORY = 400 * MEBIBYTE
HEIGHT, WIDTH, INSTANCES = 1080, 1920, 20
# ru_maxrss of a child counts what its parent held before exec; VmHWM is of the program alone.
MEASURED = """
import sys
from pathlib import Path
from bulkimport.cli.main import run
code = run(sys.argv[1:])
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
sys.exit(code)
"""


def test_rows_with_bad_pictures_are_not_sent(make_command: MakeCommand) -> None:
    """Each has its slug, in the plan and in the import; the rest goes on."""
    keys = [f"looked-at-{number}" for number in range(len(BROKEN) + 1)]
    command = make_command(keys=keys, ontology=ONTOLOGY, kind="prelabels")
    masks = [embedded(GOOD), *BROKEN.values()]
    rows = [mask_row(key, mask, n) for n, (key, mask) in enumerate(zip(keys, masks, strict=True))]
    source = command.write(rows)

    planned = command.call("plan", *command.importing(source, "--masks")[1:]).is_exit(3)
    ended = command.imports(source, "--masks").is_exit(3)

    assert json.loads(planned.out)["rejected_by_slug"] == dict.fromkeys(BROKEN, 1)
    assert {line["slug"] for line in ended.rejections()} == set(BROKEN)
    assert [row["dataRow"]["globalKey"] for row in command.stored()] == keys[:1]


def test_masks_beyond_what_is_advised_are_told_and_split_when_asked(
    make_command: MakeCommand,
) -> None:
    """R-FILE-8 counts the masks of crowded imports; rows of other kinds do not count."""
    keys = [f"crowded-{number}" for number in range(3)]
    command = make_command(keys=keys, ontology=ONTOLOGY, kind="prelabels")
    mask = {"png": embedded(png(np.eye(2)))["imBytes"]}
    # One data row by stretches, one by rows that have no uuid.
    rows = [mask_row(keys[n % 2], mask, n) for n in range(1001)]
    rows = sorted(rows, key=lambda row: str(row["dataRow"]["globalKey"]))
    for row in rows[:501]:
        del row["uuid"]
    source = command.write(rows)
    words = command.importing(source)[1:]

    crowded = json.loads(command.call("plan", *words).is_exit(0).out)
    split = json.loads(command.call("plan", *words, "--mask-rows", "1000").is_exit(0).out)

    assert (crowded["shards"], crowded["warnings"]["R-FILE-8"]) == (1, 1001)
    assert "--mask-rows 1000" in crowded["limits"][0]
    assert split["shards"] == 2
    assert "R-FILE-8" not in split["warnings"]
    assert split["limits"] == []


def test_pictures_behind_addresses_are_fetched_when_asked(make_command: MakeCommand) -> None:
    """From wherever they lie; an address without a picture is a fault of its row."""
    keys = [f"fetched-{number}" for number in range(3)]
    command = make_command(keys=keys, ontology=ONTOLOGY, kind="prelabels")
    url = uploaded(command, GOOD)
    masks = [
        {"instanceURI": url, "colorRGB": [1, 0, 0]},
        {"instanceURI": url, "colorRGB": [7, 0, 0]},
        {"instanceURI": f"{url}-gone", "colorRGB": [1, 0, 0]},
    ]
    source = command.write(mask_row(key, mask) for key, mask in zip(keys, masks, strict=True))

    ended = command.imports(source, "--fetch-masks", "--allow", "R-MASK-14").is_exit(3)

    told = {line["row"]["dataRow"]["globalKey"]: line for line in ended.rejections()}
    assert {key: line["slug"] for key, line in told.items()} == {
        keys[1]: "R-MASK-3",
        keys[2]: "R-PNG-5",
    }
    assert "status 404" in told[keys[2]]["message"]
    assert url not in ended.err
    assert len(command.stored()) == 1


def test_many_pictures_are_fetched_side_by_side_through_trouble(make_command: MakeCommand) -> None:
    """Each once, as often as it takes; the rows of a picture that is another's fail alone."""
    keys = [f"fetched-many-{number}" for number in range(20)]
    command = make_command(keys=keys, ontology=ONTOLOGY, kind="prelabels")
    urls = [uploaded(command, png(colours(0, 1, number + 2))) for number in range(len(keys))]
    rows = [
        mask_row(key, {"instanceURI": url, "colorRGB": [label, 0, 0]}, 2 * number + (label == 1))
        for number, (key, url) in enumerate(zip(keys, urls, strict=True))
        for label in (1, 2)
    ]
    source = command.write(rows)
    trouble = {"operation": "download", "fault": "error-before", "after": 3, "count": 6}
    command.sandbox.faults({"seed": 0, "faults": [trouble]})
    words = ("--fetch-masks", "--allow", "R-MASK-14", "--max-in-flight", "4")

    ended = command.imports(source, *words).is_exit(3)

    told = ended.rejections()
    assert {line["slug"] for line in told} == {"R-MASK-3"}
    assert {line["row"]["dataRow"]["globalKey"] for line in told} == set(keys[1:])
    assert len(command.stored()) == len(keys) + 1


def uploaded(command: Command, data: bytes) -> str:
    """The address of a file that the sandbox keeps."""
    query = (
        "mutation UploadFile($file: Upload!, $contentLength: Int!)"
        " { uploadFile(file: $file, contentLength: $contentLength) { url } }"
    )
    variables = {"file": None, "contentLength": len(data)}
    answer = requests.post(
        command.sandbox.graphql,
        headers={"Authorization": f"Bearer {command.key}"},
        data={
            "operations": json.dumps({"query": query, "variables": variables}),
            "map": json.dumps({"1": ["variables.file"]}),
        },
        files={"1": ("mask.png", data, "image/png")},
        timeout=10,
    )
    url: str = answer.json()["data"]["uploadFile"]["url"]
    return url


def composite(seed: int) -> bytes:
    """A picture of 1080p with so many instances, each of blocks nearest to a point."""
    chance = np.random.default_rng(seed)
    points = chance.uniform((0, 0), (HEIGHT, WIDTH), (INSTANCES, 2))
    y, x = np.mgrid[0:HEIGHT:8, 0:WIDTH:8]
    near = np.stack([(y - py) ** 2 + (x - px) ** 2 for py, px in points]).argmin(axis=0) + 1
    return compose(near.repeat(8, 0).repeat(8, 1))


def composites(keys: list[str]) -> Iterator[dict[str, Any]]:
    """All instances of a picture for each key."""
    for seed, key in enumerate(keys):
        picture = composite(seed)
        for label in range(1, INSTANCES + 1):
            yield mask_row(key, embedded(picture, label), seed * INSTANCES + label)


@pytest.mark.parametrize(
    "rows", [500, pytest.param(10_000, marks=(pytest.mark.long, pytest.mark.timeout(600)))]
)
def test_memory_is_bounded_however_many_composites(make_command: MakeCommand, rows: int) -> None:
    """Pictures of 1080p, looked at and sent; the whole process stays below 400 MiB."""
    keys = [f"composites-{rows}-{number}" for number in range(rows // INSTANCES)]
    command = make_command(keys=keys, ontology=ONTOLOGY)
    source = command.write(composites(keys))

    peak = measured(command, source, "--masks")

    assert len(command.stored()) == rows
    assert peak < MOST_MEMORY


def measured(command: Command, source: Path, *more: str) -> int:
    """The most memory that an import in which all is well ever held, in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command.importing(source, *more)],
        env=command.environment(),
        cwd=command.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return 1024 * int(done.stdout.splitlines()[-1])
