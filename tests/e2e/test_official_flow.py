"""The flow of the vendor's own tutorial: the official SDK, our commands and our Python alike."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import labelbox
import pytest
from e2e.command import Command
from labelbox import MALPredictionImport
from labelbox.schema.quality_mode import QualityMode
from support.sandbox import Sandbox

import bulkimport
from bulkimport import Options, Queueing, open_places, project_wanted, queue_data_rows
from bulkimport.destinations.labelbox.media import Quality, QualitySettings

DATASET, ONTOLOGY, PROJECT = "stanford-demo-dataset", "stanford-test-ontology", "stanford demo"
PREFIX, PRIORITY = "stanford-demo-batch-", 1
KEYS = [f"stanford-test-image-{number}" for number in range(3)]
INSTANT = 0.02
BUILDER = labelbox.OntologyBuilder(
    classifications=[
        labelbox.Classification(
            class_type=labelbox.Classification.Type.RADIO,
            name="Is it daytime or nighttime?",
            options=[labelbox.Option(value="Daytime"), labelbox.Option(value="Nighttime")],
        )
    ],
    tools=[
        labelbox.Tool(tool=labelbox.Tool.Type.BBOX, name="Human"),
        labelbox.Tool(tool=labelbox.Tool.Type.POLYGON, name="Shopping store"),
    ],
)


def assets() -> list[dict[str, Any]]:
    """The images of the tutorial."""
    return [{"row_data": f"https://example.com/{key}.jpg", "global_key": key} for key in KEYS]


def rows() -> list[dict[str, Any]]:
    """Its three annotations, on each image."""
    values = (
        {"name": "Is it daytime or nighttime?", "answer": {"name": "Daytime"}},
        {"name": "Human", "bbox": {"top": 670.0, "left": 55.0, "height": 286.0, "width": 96.0}},
        {
            "name": "Shopping store",
            "polygon": [{"x": 1.2, "y": 1.2}, {"x": 380.4, "y": 0.0}, {"x": 568.8, "y": 426.0}],
        },
    )
    return [
        {
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{key}{value['name']}")),
            "dataRow": {"globalKey": key},
            **value,
        }
        for key in KEYS
        for value in values
    ]


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What a sandbox holds after the tutorial, with what has replaced what is gone from the SDK."""
    sandbox = Sandbox(tmp_path_factory.mktemp("official") / "sandbox").start()
    client = labelbox.Client(
        api_key=sandbox.key, endpoint=sandbox.graphql, rest_endpoint=sandbox.rest
    )
    dataset = client.create_dataset(name=DATASET)
    task = dataset.create_data_rows(assets())
    task.wait_till_done()
    assert (task.errors, task.failed_data_rows) == (None, None)
    ontology = client.create_ontology(
        ONTOLOGY, BUILDER.asdict(), media_type=labelbox.MediaType.Image
    )
    project = client.create_project(
        name=PROJECT, media_type=labelbox.MediaType.Image, quality_modes={QualityMode.Benchmark}
    )
    project.connect_ontology(ontology)
    project.create_batch(f"{PREFIX}0000", global_keys=KEYS, priority=PRIORITY)
    job = MALPredictionImport.create_from_objects(
        client=client, project_id=project.uid, name="mal_job", predictions=rows()
    )
    job.wait_till_done(sleep_time_seconds=INSTANT)
    assert job.errors == []
    yield state(sandbox)
    sandbox.stop()


def state(sandbox: Sandbox) -> dict[str, Any]:
    """What a sandbox holds, without ids, times and names of imports."""
    [project] = sandbox.audit()["projects"].values()
    return {**sandbox.places(), "prelabels": project["prelabels"], "labels": project["labels"]}


def test_the_commands_leave_what_the_sdk_leaves(
    make_sandbox: Callable[..., Sandbox], tmp_path: Path, official: dict[str, Any]
) -> None:
    """Dataset, data rows, ontology, project, batch, pre-labels, one command each."""
    command = Command(tmp_path, make_sandbox(), project="", kind="prelabels", tag="")
    where = ("--endpoint", command.sandbox.graphql)
    runs = (*where, "--runs", str(command.runs))

    def made(*words: str) -> str:
        ended = command.call("labelbox", *words, *where).is_exit(0)
        identity: str = json.loads(ended.out)["id"]
        return identity

    command.write(assets(), "assets.ndjson")
    command.write(rows(), "rows.ndjson")
    (tmp_path / "ontology.json").write_text(json.dumps(BUILDER.asdict()))
    (tmp_path / "keys.txt").write_text("\n".join(KEYS))

    dataset = made("datasets", "create", DATASET)
    to = ("--to", f"labelbox:dataset/{dataset}", "--kind", "data-rows")
    command.call("import", "assets.ndjson", *to, *runs).is_exit(0)
    image = ("--media", "image")
    ontology = made("ontologies", "create", ONTOLOGY, "--features", "ontology.json", *image)
    project = made("projects", "create", PROJECT, *image, "--quality", "benchmark")
    made("ontologies", "connect", ontology, "--project", project)
    how = ("--prefix", PREFIX, "--priority", str(PRIORITY), "--keys", "keys.txt")
    command.call("labelbox", "batches", "create", project, *how, *runs).is_exit(0)
    to = ("--to", f"labelbox:{project}", "--kind", "prelabels")
    command.call("import", "rows.ndjson", *to, *runs).is_exit(0)

    assert state(command.sandbox) == official


async def test_python_leaves_what_the_sdk_leaves(
    make_sandbox: Callable[..., Sandbox], tmp_path: Path, official: dict[str, Any]
) -> None:
    """The same by functions."""
    sandbox = make_sandbox()
    options = Options(key=sandbox.key, endpoint=sandbox.graphql, runs=tmp_path / "runs")

    async with open_places(options) as places:
        dataset = await places.create_dataset(DATASET)
        to = f"labelbox:dataset/{dataset.id}"
        await bulkimport.import_rows(assets(), to=to, kind="data-rows", options=options)
        ontology = await places.create_ontology(ONTOLOGY, BUILDER.asdict(), media_type="IMAGE")
        quality = QualitySettings.of(frozenset({Quality.BENCHMARK}))
        wanted = project_wanted(PROJECT, media="image", quality=quality)
        project = await places.create_project(wanted)
        await places.connect_ontology(project.id, ontology.id)
    queueing = Queueing(project.id, PREFIX, PRIORITY)
    [queued] = await queue_data_rows(queueing, global_keys=KEYS, options=options)
    to = f"labelbox:{project.id}"
    report = await bulkimport.import_rows(rows(), to=to, kind="prelabels", options=options)

    assert (queued.size, report.account.accepted) == (len(KEYS), len(rows()))
    assert state(sandbox) == official
