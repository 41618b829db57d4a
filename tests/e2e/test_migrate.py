"""From assets to labels by one file: whole, resumable at any point, nothing twice."""

import csv
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command
from e2e.killing import await_either, wait
from e2e.migrating import JOB, Migrating
from support.sandbox import Sandbox

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]

ROWS = 1_000
WORDS = ("--quiet-window", "1s", "--requests-per-minute", "100000")
# The steps as they are written down when they begin, in their order.
BEGINNINGS = ("dataset", "data rows", "ontology", "project", "batch ", "annotations")
CHANCE, SOON, LATE = "", 0.15, 3.0
# Seven kills at chance moments of each of the two steps that take long.
MOMENTS = (*BEGINNINGS[:2], *[CHANCE] * 7, *BEGINNINGS[2:], *[CHANCE] * 7)
OPERATIONS = (
    *("createDataset", "uploadFile", "upsertDataRows", "upsertOntology", "createProject"),
    *("project", "createLabelImport"),
)
INTO = """
name = "{name}"
data_rows = {{sources = ["assets.ndjson"]}}
project = {{id = "{project}"}}
"""
LOST = ("error-after", "reset-after", "late-commit")
IMAGES, INSTANCES = 79, 645


def faults_on(probability: float) -> list[dict[str, Any]]:
    """Slow answers, lost answers and late commits of all that makes something."""
    slow = [{"operation": each, "fault": "delay", "seconds": 0.25} for each in OPERATIONS]
    lost = [
        {"operation": each, "fault": fault, "probability": probability, "seconds": 0.3}
        for each in OPERATIONS
        for fault in LOST
    ]
    return slow + lost


def kill(migrating: Migrating, step: str, chance: random.Random) -> bool:
    """Start the command and kill it; False when it came to its end.

    It is killed soon after a step has begun. Without a step, or when that one has begun before, it
    is killed some time after it has gone on: more shards are sent, or a step is done.
    """
    before = migrating.progress()
    waits = step and not any(name.startswith(step) for name in migrating.steps())
    running = migrating.start(*WORDS)
    if waits:
        await_either(
            running,
            lambda: any(
                name.startswith(step) and each["state"] == "intended"
                for name, each in migrating.steps().items()
            ),
        )
    else:
        await_either(running, lambda: migrating.progress() != before)
    wait(running, chance.uniform(0, SOON if waits else LATE))
    if running.over:
        return running.ended().is_exit(0).code < 0
    return running.kill().code < 0


def test_one_file_leads_from_assets_to_labels(make_command: MakeCommand) -> None:
    """All steps in one command; the same command again finds them done and sends nothing."""
    migrating = Migrating(make_command(keys=[]), ROWS)

    planned = migrating.call("--plan").is_exit(0)
    same = migrating.command.call("plan", *migrating.words()[1:]).is_exit(0)
    first = migrating.call().is_exit(0)
    again = migrating.call().is_exit(0)

    plan, steps = migrating.told(planned)["plan"], migrating.told(first)
    assert migrating.told(same)["plan"] == plan
    made = json.loads((Path(steps["data rows"]["run"]) / "plan.json").read_bytes())
    assert plan["data rows"]["bytes"] == made["totals"]["bytes"]
    assert plan["data rows"]["planned"] == plan["annotations"]["data_rows"] == ROWS // 10
    assert (plan["batches"]["batches"], plan["annotations"]["planned"]) == (1, ROWS)
    assert [step["state"] for step in steps.values()] == ["done"] * 7
    assert steps["batches"]["data_rows"] == steps["data rows"]["accepted"] == ROWS // 10
    assert steps["annotations"]["accepted"] == ROWS
    assert migrating.told(again) == steps
    migrating.is_whole()


def test_kills_at_every_step_with_faults_on_lose_nothing(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """A thousand data rows; each step is killed as it begins, then it ends in peace."""
    migrating = Migrating(make_command(keys=[], sandbox=make_sandbox()), 10 * ROWS)
    migrating.command.suffers(*faults_on(0.05), seed=1)
    chance = random.Random(1)

    kills = sum(kill(migrating, step, chance) for step in BEGINNINGS)
    migrating.call(*WORDS).is_exit(0)

    migrating.is_whole()
    assert kills >= len(BEGINNINGS) - 1


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_million_data_rows_and_twenty_kills_lose_nothing(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """Ten annotations each; killed as each step begins, and by chance in the long ones."""
    command = make_command(keys=[], sandbox=make_sandbox())
    migrating = Migrating(command, 10 * int(os.environ.get("BULKIMPORT_MIGRATED", "1000000")))
    command.suffers(*faults_on(0.02), seed=2)
    chance = random.Random(2)

    kills = Counter(step for step in MOMENTS if kill(migrating, step, chance))
    migrating.start(*WORDS).ended(3000).is_exit(0)

    migrating.is_whole()
    print(dict(kills))  # noqa: T201
    assert kills.total() >= 20


def test_a_signal_ends_a_migration_between_runs_too(make_command: MakeCommand) -> None:
    """Nobody waits for an answer that is late, and the next command goes on."""
    migrating = Migrating(make_command(keys=[]), 100)
    late = {"operation": "project", "fault": "delay", "seconds": 20, "count": 1}
    migrating.command.suffers(late)
    running = migrating.start(*WORDS)
    running.until(lambda: "project" in migrating.steps(), "the project has begun")
    running.until(lambda: migrating.steps()["project"]["state"] == "done", "it is made")

    told = migrating.told(running.signal(signal.SIGTERM).ended().is_exit(143))
    migrating.command.suffers()
    migrating.call(*WORDS).is_exit(0)

    assert (told["project"]["state"], told["connected"]["state"]) == ("done", "planned")
    migrating.is_whole()


def test_a_bad_job_makes_nothing(make_command: MakeCommand) -> None:
    """With `all_or_nothing` one rejected row of the last step stops the first; then it goes on."""
    migrating = Migrating(make_command(keys=[]), 100)
    whole = migrating.source.read_bytes()
    migrating.source.write_bytes(whole + b'{"dataRow": {}}\n')
    migrating.write("all_or_nothing = true\n" + JOB.format(name=migrating.name))

    refused = migrating.call().is_exit(4)
    before = migrating.command.sandbox.places()
    migrating.source.write_bytes(whole)
    migrating.call().is_exit(0)

    assert "1 row" in refused.err
    assert migrating.name not in {each["name"] for each in before["datasets"]}
    migrating.is_whole()


def test_the_plan_holds_rows_to_the_ontology_before_there_is_one(
    make_command: MakeCommand,
) -> None:
    """A feature that the file does not name, and data rows that nobody makes, are told first."""
    migrating = Migrating(make_command(keys=[]), 100)
    with migrating.source.open("a") as file:
        box = {"top": 1, "left": 2, "height": 3, "width": 4}
        for name in ("unheard of", "vehicle"):
            row = {"dataRow": {"globalKey": f"else {name}"}, "name": name, "bbox": box}
            file.write(json.dumps(row) + "\n")

    planned = migrating.call("--plan").is_exit(3)

    plan = migrating.told(planned)["plan"]
    assert plan["annotations"]["rejected"] == 1
    assert sum(plan["annotations"]["rejected_by_slug"].values()) == 1
    assert (plan["data rows"]["planned"], plan["annotations"]["data_rows"]) == (10, 11)
    [others] = [each for each in plan["annotations"]["limits"] if "project" in each["what"]]
    assert (others["count"], others["most"]) == (11, 10)
    assert "over the limit: 11 of 10 data rows with annotations" in planned.err


def test_the_plan_of_an_account_limits_the_ground_truth_of_a_migration(
    make_command: MakeCommand,
) -> None:
    """What is planned and what may be stand side by side, step by step."""
    migrating = Migrating(make_command(keys=[]), 10_001)
    migrating.write('tier = "free"\n' + JOB.format(name=migrating.name))

    planned = migrating.call("--plan").is_exit(3)

    plan = migrating.told(planned)["plan"]
    assert plan["annotations"]["rejected_by_slug"] == {"R-FILE-7": 10_001}
    assert plan["account"]["limits"] == [{"what": "requests a minute", "count": 1400, "most": 1500}]
    assert "over the limit: 10,001 of 10,000 ground-truth annotations" in planned.err
    assert "limit: 1,001 of 100,000 data rows of one batch" in planned.err


def test_a_batch_that_is_there_stops_a_migration_before_anything_is_made(
    make_command: MakeCommand,
) -> None:
    """A project that is there is asked for the names of its batches while all is planned."""
    migrating = Migrating(make_command(keys=[]), 100)
    migrating.call().is_exit(0)
    [project] = [
        found
        for found in map(json.loads, migrating.labelbox("projects", "list").out.splitlines())
        if found["name"] == migrating.name
    ]
    before = migrating.command.sandbox.places()
    migrating.write(INTO.format(name=migrating.name, project=project["id"]))
    other = migrating.command.folder / "job.toml"
    other.rename(other.with_name("other.toml"))

    said = migrating.command.call("migrate", "other.toml", *migrating.words()[2:]).is_exit(3).err

    assert f"{migrating.name}-0000" in said
    assert migrating.command.sandbox.places() == before


def test_a_job_that_changed_half_way_is_another_job(make_command: MakeCommand) -> None:
    """What was made cannot be made differently any more."""
    migrating = Migrating(make_command(keys=[]), 100)
    migrating.call().is_exit(0)
    migrating.write(JOB.format(name=f"{migrating.name}-other"))

    assert "has changed" in migrating.call().is_exit(10).err


def test_the_real_coco_file_is_migrated(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """79 images of COCO with their polygons and boxes, from the vendor's own document."""
    if "BULKIMPORT_TEST_DATA" not in os.environ:
        pytest.skip("BULKIMPORT_TEST_DATA is not set")
    coco = Path(os.environ["BULKIMPORT_TEST_DATA"]) / "coco"
    command = make_command(keys=[], sandbox=make_sandbox())
    assets = command.folder / "assets.csv"
    # The file tells sizes too, which are for `check --assets`.
    with (coco / "assets.csv").open(newline="") as file:
        lines = [f"{row['global_key']},{row['row_data']}\n" for row in csv.DictReader(file)]
    assets.write_text("global_key,row_data\n" + "".join(lines))

    migrated = migrates_coco(
        command,
        assets=assets,
        document=coco / "instances_val2017_79images.json",
    )
    assert migrated["data_rows"] == IMAGES


def test_a_coco_file_of_the_same_shape_is_migrated(make_command: MakeCommand) -> None:
    """The generated twin of the real file."""
    command = make_command(keys=[])
    names = [f"{command.tag}{number:012d}.jpg" for number in range(IMAGES)]
    images = [
        {"id": number, "file_name": name, "width": 640, "height": 480}
        for number, name in enumerate(names)
    ]
    annotations = [
        {
            "id": number,
            "image_id": number % IMAGES,
            "category_id": 1,
            "bbox": [1, 2, 30.5, 40],
            "area": 1220,
            "iscrowd": 0,
            "segmentation": [[1, 2, 31.5, 2, 31.5, 42, 1, 42]],
        }
        for number in range(INSTANCES)
    ]
    document = command.folder / "twin.json"
    document.write_text(
        json.dumps(
            {
                "images": images,
                "categories": [{"id": 1, "name": "car"}],
                "annotations": annotations,
            }
        )
    )
    assets = command.folder / "twin.csv"
    assets.write_text("global_key,row_data\n" + "".join(f"{n},https://e.com/{n}\n" for n in names))

    migrated = migrates_coco(command, assets=assets, document=document)

    assert (migrated["data_rows"], migrated["rows"]) == (IMAGES, 2 * INSTANCES)


def migrates_coco(command: Command, *, assets: Path, document: Path) -> dict[str, Any]:
    """Convert for the ontology, migrate the document, hold what is stored against the rows."""
    rows = command.folder / "coco.ndjson"
    ontology = command.folder / "ontology.json"
    converted = ("convert", str(document), "--format", "coco", "-o", str(rows))
    command.call(*converted, "--ontology-out", str(ontology))
    name = f"coco-{command.tag}"
    (command.folder / "job.toml").write_text(
        f"""
name = "{name}"
data_rows = {{sources = ["{assets}"]}}
ontology = {{file = "ontology.json"}}
project = {{media = "image"}}
annotations = {{sources = ["{document}"], kind = "prelabels", format = "coco"}}
"""
    )
    where = ("--endpoint", command.sandbox.graphql, "--runs", str(command.runs))
    command.call("migrate", "job.toml", *where, "--json").is_exit(0)
    projects = command.sandbox.audit()["projects"].values()
    [project] = [each for each in projects if each["name"] == name]
    account: dict[str, Any] = project["prelabels"]
    assert account["rows"] == len(rows.read_bytes().splitlines())
    assert account["labels_per_data_row"] == {"1": account["data_rows"]}
    return account
