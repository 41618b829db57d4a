"""Datasets, ontologies and projects are made once, whatever becomes of the answers."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from support.sandbox import Sandbox

from bulkimport.api import Options
from bulkimport.engine.places import Places, StepAt
from bulkimport.errors import CredentialsRefused, DestinationRefused, FateUnknown, UsageError
from bulkimport.ledger.steps import Steps
from bulkimport.places import open_places, project_wanted
from bulkimport.settings import Settings

WINDOW, RATE = 1.0, 100_000
CAR = {"tool": "rectangle", "name": "car", "classifications": []}
LAKE = {"tool": "polygon", "name": "lake", "classifications": []}
SKY = {
    "type": "radio",
    "name": "sky",
    "instructions": "sky",
    "options": [{"label": "grey", "value": "grey"}],
}
# The answer is lost: before anything is done, after it, and with what is done a moment later.
LOSSES = ["reset-before", "reset-after", "error-after", "truncated-reply", "late-commit"]


@pytest.fixture
async def places(shared_sandbox: Sandbox) -> AsyncIterator[Places]:
    """An account in a sandbox without faults."""
    shared_sandbox.faults({})
    settings = Settings(quiet_window=WINDOW, backoff_base=0.05, requests_per_minute=RATE)
    options = Options(key=shared_sandbox.key, endpoint=shared_sandbox.graphql, settings=settings)
    async with open_places(options) as places:
        yield places
    shared_sandbox.faults({})


def losing(operation: str, fault: str) -> dict[str, Any]:
    """One fault for the next call of an operation."""
    return {"faults": [{"operation": operation, "fault": fault, "count": 1, "seconds": 0.2}]}


@pytest.mark.parametrize("fault", LOSSES)
async def test_a_lost_answer_makes_no_second_dataset(
    places: Places, shared_sandbox: Sandbox, fault: str
) -> None:
    """Names need not be unique, so the one that was not there before is taken for ours."""
    name = f"photos {fault}"
    older = await places.create_dataset(name, "older")
    shared_sandbox.faults(losing("createDataset", fault))

    made = await places.create_dataset(name, "newer")

    assert made.id != older.id
    assert (made.description, made.rows) == ("newer", 0)
    assert len(await places.datasets(name)) == 2


async def test_an_ontology_and_a_project_survive_lost_answers(
    places: Places, shared_sandbox: Sandbox
) -> None:
    """Each is there once, and what it was made of is shown."""
    shared_sandbox.faults(losing("upsertOntology", "reset-after"))
    ontology = await places.create_ontology("o-lost", {"tools": [CAR]}, media_type="IMAGE")
    shared_sandbox.faults(losing("createProject", "error-after"))
    project = await places.create_project(project_wanted("p-lost", media="image"))

    connected = await places.connect_ontology(project.id, ontology.id)

    assert connected.ontology == ontology.id
    assert connected.media_type == "IMAGE"
    assert [each.id for each in await places.ontologies("O-LOST")] == [ontology.id]
    assert [each.id for each in await places.projects("p-lost")] == [project.id]


async def test_what_was_written_down_is_not_made_again(places: Places, tmp_path: Path) -> None:
    """A process that died before it heard the answer finds what it had asked for."""
    steps = Steps.open(tmp_path, digest="job")
    steps.intend("dataset", before=[])
    dead = await places.create_dataset("taken up")

    found = await places.create_dataset("taken up", step=StepAt(steps, "dataset"))
    again = StepAt(Steps.open(tmp_path, digest="job"), "dataset")

    assert found.id == dead.id
    assert (await places.create_dataset("taken up", step=again)).id == dead.id
    assert len(await places.datasets("taken up")) == 1


async def test_two_that_could_be_ours_are_named_and_not_guessed(
    places: Places, tmp_path: Path
) -> None:
    """Somebody else used the same name in the same moment."""
    steps = Steps.open(tmp_path, digest="job")
    steps.intend("dataset", before=[])
    both = [(await places.create_dataset("twins")).id for _ in range(2)]

    with pytest.raises(FateUnknown) as raised:
        await places.create_dataset("twins", step=StepAt(steps, "dataset"))

    assert all(each in str(raised.value) for each in both)


async def test_an_update_adds_and_changes_features_and_removes_none(places: Places) -> None:
    """What is known again keeps its ids, an option too; a second update finds nothing to do."""
    made = await places.create_ontology("grows", {"tools": [CAR], "classifications": [SKY]})
    options = [*SKY["options"], {"label": "blue", "value": "blue"}]
    wanted = {"tools": [LAKE], "classifications": [{**SKY, "options": options}]}

    updated = await places.update_ontology(made.id, wanted)
    again = await places.update_ontology(made.id, wanted)

    old_sky, [sky] = made.normalized["classifications"][0], updated.normalized["classifications"]
    assert [tool["name"] for tool in updated.normalized["tools"]] == ["car", "lake"]
    assert updated.normalized["tools"][0] == made.normalized["tools"][0]
    assert [option["value"] for option in sky["options"]] == ["grey", "blue"]
    assert sky["options"][0] == old_sky["options"][0]
    assert len(sky["options"][1]["featureSchemaId"]) == 25
    assert again == updated


async def test_an_ontology_in_use_is_not_deleted(places: Places) -> None:
    """The service says who has it; without a project it goes, and a second time too."""
    ontology = await places.create_ontology("used", {"tools": [CAR]}, media_type="IMAGE")
    project = await places.create_project(project_wanted("its user", media="image"))
    await places.connect_ontology(project.id, ontology.id)

    with pytest.raises(DestinationRefused, match="its user"):
        await places.delete_ontology(ontology.id)
    await places.delete_project(project.id)
    await places.delete_ontology(ontology.id)
    await places.delete_ontology(ontology.id)

    with pytest.raises(CredentialsRefused, match="knows no ontology"):
        await places.ontology(ontology.id)


async def test_media_types_must_be_equal(places: Places) -> None:
    """A project of another medium does not take the ontology; of no medium it goes with any."""
    videos = await places.create_ontology("videos", {"tools": [CAR]}, media_type="VIDEO")
    either = await places.create_ontology("any", {"tools": [CAR]})
    project = await places.create_project(project_wanted("pictures", media="image"))

    with pytest.raises(DestinationRefused, match="VIDEO"):
        await places.connect_ontology(project.id, videos.id)
    assert (await places.connect_ontology(project.id, either.id)).ontology == either.id


async def test_a_project_is_changed_and_deleted(places: Places) -> None:
    """Only what is named changes."""
    project = await places.create_project(
        project_wanted("before", media="text", description="kept")
    )

    changed = await places.update_project(project.id, name="after", allowedMediaType="HTML")
    await places.delete_project(project.id)

    assert (changed.name, changed.description, changed.media_type) == ("after", "kept", "HTML")
    with pytest.raises(CredentialsRefused, match="knows no project"):
        await places.project(project.id)


async def test_a_project_needs_a_name(places: Places) -> None:
    """Told before anything is asked."""
    with pytest.raises(UsageError, match="name"):
        await places.create_project(project_wanted(" ", media="image"))


async def test_lists_are_read_to_their_last_page(
    places: Places, make_sandbox: Callable[..., Sandbox]
) -> None:
    """A page holds a hundred; the next one is asked for by what the last one said."""
    sandbox = make_sandbox()
    settings = Settings(requests_per_minute=RATE)
    options = Options(key=sandbox.key, endpoint=sandbox.graphql, settings=settings)
    async with open_places(options) as own:
        await own.create_ontology("one", {"tools": [CAR]})
        for number in range(101):
            await own.create_dataset(f"d{number}")

        listed = await own.datasets()

    assert len({each.id for each in listed}) == 101
