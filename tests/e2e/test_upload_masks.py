"""`import --upload-masks`: pictures go first, once each, and the rows name where they are."""

import json
import os
import signal
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from e2e.command import Command
from support.pngs import colours, embedded, mask_row, png

from bulkimport import MaskLook, Masks, Options, Settings, Shaping, import_rows
from bulkimport.events import Event, PicturesSent, Scanned
from bulkimport.sandbox.audit import audit_file

MakeCommand = Callable[..., Command]

ONTOLOGY = {"tools": [{"tool": "raster-segmentation", "name": "road"}], "classifications": []}
PICTURES = [png(colours(0, 1, 2, number)) for number in range(3, 9)]
UPLOAD = "--upload-masks"
VARIABLE = "BULKIMPORT_TEST_DATA"


def keys_of(name: str) -> list[str]:
    """A key for each picture."""
    return [f"{name}-{number}" for number in range(len(PICTURES))]


def rows_of(keys: list[str]) -> list[dict[str, Any]]:
    """Three rows for each picture, which share it."""
    return [
        mask_row(key, embedded(picture, label), 10 * number + label)
        for number, (key, picture) in enumerate(zip(keys, PICTURES, strict=True))
        for label in (1, 2, number + 3)
    ]


def sent(command: Command) -> int:
    """How many pictures the sandbox was asked to keep since `counts`."""
    asked: int = command.sandbox.faults()["faults"][0]["asked"]
    return asked


def counts(command: Command, *faults: dict[str, Any]) -> None:
    """Count what is asked of uploadFile, which may suffer."""
    counting = {"fault": "delay", "seconds": 0, "probability": 0}
    plan = [{"operation": "uploadFile", **fault} for fault in (counting, *faults)]
    command.sandbox.faults({"seed": 0, "faults": plan})


def is_whole(command: Command, keys: list[str]) -> None:
    """Every stored row names an address, behind which its picture is, bit for bit."""
    stored = command.stored()
    assert len(stored) == 3 * len(keys)
    urls = {}
    for row in stored:
        key = row["dataRow"]["globalKey"]
        assert set(row["mask"]) == {"instanceURI", "colorRGB"}
        urls.setdefault(key, set()).add(row["mask"]["instanceURI"])
    assert all(len(each) == 1 for each in urls.values())
    for key, picture in zip(keys, PICTURES, strict=True):
        [url] = urls[key]
        answer = requests.get(url, timeout=10)
        assert (answer.content, answer.headers["Content-Type"]) == (picture, "image/png")


def test_pictures_are_sent_once_and_read_back_bit_for_bit(make_command: MakeCommand) -> None:
    """The same command again sends nothing; a look at pictures finds them where they were."""
    keys = keys_of("uploaded")
    command = make_command(keys=keys, ontology=ONTOLOGY)
    source = command.write(rows_of(keys))
    counts(command)

    report = command.imports(source, UPLOAD, "--masks").is_exit(0).report
    again = command.imports(source, UPLOAD, "--masks").is_exit(0).report

    assert report["accepted"] == again["accepted"] == 3 * len(keys)
    assert sent(command) == len(keys)
    is_whole(command, keys)
    account = command.sandbox.account(command.project, command.kind)["masks"]
    assert account == audit_file(source)["masks"]
    assert account["rows"] == 3 * len(keys)
    assert account["pictures"] == len(keys)
    assert account["picture_bytes"] == sum(map(len, PICTURES))
    assert account["missing_pictures"] == 0


def test_nothing_is_sent_for_rows_that_do_not_pass(make_command: MakeCommand) -> None:
    """Their pictures stay; with --all-or-nothing no picture goes at all."""
    keys = keys_of("refused")
    command = make_command(keys=keys, ontology=ONTOLOGY, kind="prelabels")
    bad = embedded(png(colours(0, 1)), 99)
    rows = [*rows_of(keys)[:3], mask_row(keys[1], bad, 500), mask_row(keys[2], {}, 501)]
    rows.append(mask_row(keys[0], embedded(PICTURES[0], 77), 502))
    source = command.write(rows)
    counts(command)

    command.imports(source, UPLOAD, "--masks", "--all-or-nothing").is_exit(4)
    assert sent(command) == 0
    ended = command.imports(source, UPLOAD, "--masks").is_exit(3)

    assert sent(command) == 1
    assert [line["slug"] for line in ended.rejections()] == ["R-MASK-1", "R-MASK-3", "R-MASK-3"]
    assert {line["line"] for line in ended.rejections()} == {4, 5, 6}
    assert len(command.stored()) == 3


def test_an_upload_that_was_killed_goes_on(make_command: MakeCommand) -> None:
    """What is on record is not sent again."""
    keys = keys_of("killed")
    command = make_command(keys=keys, ontology=ONTOLOGY)
    source = command.write(rows_of(keys))
    slow = {"fault": "delay", "seconds": 30, "after": 4}
    counts(command, slow)
    running = command.starts(source, UPLOAD, "--max-in-flight", "2")
    running.until(lambda: sent(command) > 4, "the fifth picture")
    assert running.kill().code == -signal.SIGKILL
    assert command.stored() == []
    counts(command)

    command.imports(source, UPLOAD, "--max-in-flight", "2").is_exit(0)

    assert sent(command) == len(keys) - 4
    is_whole(command, keys)


def test_trouble_that_passes_costs_another_attempt(make_command: MakeCommand) -> None:
    """As for every other question."""
    keys = keys_of("trouble")
    command = make_command(keys=keys, ontology=ONTOLOGY)
    source = command.write(rows_of(keys))
    counts(command, {"fault": "error-before", "count": 2})

    command.imports(source, UPLOAD).is_exit(0)

    is_whole(command, keys)


def test_frames_of_a_video_are_sent_too(make_command: MakeCommand) -> None:
    """Each frame names its address; one that named an address already stays as it is."""
    key = "uploaded-video"
    command = make_command(keys=[key], ontology=ONTOLOGY, media="video")
    frames = [
        {"index": index, "imBytes": embedded(png(colours(0, 1)), 1)["imBytes"]} for index in (1, 2)
    ]
    instances = [{"name": "road", "colorRGB": [1, 0, 0]}]
    masks = {"frames": frames, "instances": instances}
    source = command.write([{"dataRow": {"globalKey": key}, "masks": masks}])

    command.imports(source, UPLOAD, "--masks").is_exit(0)

    stored = command.stored()[0]["masks"]["frames"]
    assert [frame["index"] for frame in stored] == [1, 2]
    assert {requests.get(one["instanceURI"], timeout=10).content for one in stored} == {
        b64decode(frames[0]["imBytes"])
    }


async def test_it_is_told_how_far_the_pictures_are(
    make_command: MakeCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batch by batch, to whoever listens; then the rows are scanned anew."""
    keys = keys_of("told")
    command = make_command(keys=keys, ontology=ONTOLOGY)
    monkeypatch.setenv("LABELBOX_API_KEY", command.key)
    monkeypatch.setenv("LABELBOX_ENDPOINT", command.sandbox.graphql)
    heard: list[Event] = []

    report = await import_rows(
        command.write(rows_of(keys)),
        to=f"labelbox:{command.project}",
        kind=command.kind,
        options=Options(
            runs=command.folder / "told",
            settings=Settings(max_in_flight=4),
            shaping=Shaping(masks=Masks(MaskLook.EMBEDDED, upload=True)),
        ),
        listener=heard.append,
    )

    told = [event for event in heard if isinstance(event, PicturesSent)]
    assert report.account.accepted == 3 * len(keys)
    assert [event.pictures for event in told] == [4, len(keys)]
    assert told[0].bytes < told[1].bytes < told[1].total_bytes
    scans = [at for at, event in enumerate(heard) if isinstance(event, Scanned)]
    assert scans[0] < heard.index(told[0]) < heard.index(told[-1]) < scans[-1]


def test_a_plan_sends_no_pictures(make_command: MakeCommand, tmp_path: Path) -> None:
    """The flag is of an import alone."""
    command = make_command(keys=keys_of("planned"), ontology=ONTOLOGY)
    source = command.write(rows_of(keys_of("planned")))

    command.call("plan", *command.importing(source, UPLOAD)[1:]).is_exit(2)


def test_real_pictures_are_sent_and_read_back(make_command: MakeCommand) -> None:
    """Two images of COCO by their addresses, through --format masks."""
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set")
    folder = Path(os.environ[VARIABLE]) / "panoptic"
    document = json.loads((folder / "panoptic_examples.json").read_text())
    images = {one["id"]: one["file_name"] for one in document["images"]}
    files = {
        f"uploaded-{images[one['image_id']]}": folder / one["file_name"]
        for one in document["annotations"]
    }
    tools = [{"tool": "raster-segmentation", "name": one["name"]} for one in document["categories"]]
    command = make_command(keys=list(files), ontology={"tools": tools, "classifications": []})
    masks = ("--format", "masks", "--key-template", "uploaded-{key}")

    command.imports(folder / "panoptic_examples.json", *masks, UPLOAD, "--masks").is_exit(0)

    stored = command.stored()
    assert len(stored) == sum(len(one["segments_info"]) for one in document["annotations"])
    urls = {(row["dataRow"]["globalKey"], row["mask"]["instanceURI"]) for row in stored}
    assert sorted(key for key, _ in urls) == sorted(files)
    for key, url in urls:
        assert requests.get(url, timeout=10).content == files[key].read_bytes()
