"""Each fault of a Labelbox destination by itself, against the sandbox."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from support.sandbox import Sandbox

from bulkimport.clock import SystemClock
from bulkimport.engine.doctor.examination import Examination
from bulkimport.engine.doctor.finding import Check, Finding, State, exit_code
from bulkimport.engine.doctor.labelbox import judge_media, judge_ontology, judge_rate
from bulkimport.model import Address
from bulkimport.settings import Secret, Settings

Findings = dict[Check, Finding]
Look = Callable[..., Awaitable[Findings]]


class Shifted(SystemClock):
    """A clock that is an hour fast."""

    def now(self) -> float:
        """An hour from now."""
        return super().now() + 3600


def seed(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    """Make a project of one data row, whose key no other has."""
    return sandbox.seed(keys=[str(uuid.uuid4())], **more)


@pytest.fixture
def look(shared_sandbox: Sandbox, tmp_path: Path) -> Look:
    """Look at a project of the sandbox: `look(project, key=..., media=...)`."""

    async def looked(place: str, *, key: str = "", **more: Any) -> Findings:
        examination = Examination(
            endpoint=more.pop("endpoint", shared_sandbox.graphql),
            runs=tmp_path,
            settings=Settings(requests_per_minute=more.pop("rate", 1400)),
            clock=more.pop("clock", SystemClock()),
        )
        address = Address("labelbox", place)
        found = await examination.labelbox(address, Secret(key or shared_sandbox.key), **more)
        return {finding.check: finding for finding in found}

    return looked


@pytest.fixture
async def seeded(shared_sandbox: Sandbox) -> AsyncIterator[str]:
    """A project to import into; no faults before, none after."""
    yield seed(shared_sandbox)["project_id"]
    shared_sandbox.faults({"faults": []})


def bad(found: Findings) -> set[Check]:
    """What is bad."""
    return {check for check, finding in found.items() if finding.state is State.BAD}


async def test_a_place_that_is_fit_is_good_throughout(look: Look, seeded: str) -> None:
    """Ten things, each with a sentence, none with a remedy."""
    found = await look(seeded, media="IMAGE")

    assert {finding.state for finding in found.values()} <= {State.GOOD, State.WARNING}
    assert list(found) == [each for each in Check if each not in (Check.CLIENT, Check.DATASET)]
    assert all(found[check].state is State.GOOD for check in list(found)[:8])
    assert exit_code(found.values()) == 0


@pytest.mark.parametrize("key", ["another", "with blanks"])
async def test_a_wrong_key_is_told(look: Look, seeded: str, key: str) -> None:
    """What needs the key is not looked at; the machine is."""
    found = await look(seeded, key=key)

    assert bad(found) == {Check.CREDENTIALS}
    assert "LABELBOX_API_KEY" in found[Check.CREDENTIALS].remedy
    assert found[Check.PROJECT].state is State.UNKNOWN
    assert found[Check.HANDLES].state is not State.UNKNOWN
    assert exit_code(found.values()) == 6


async def test_an_unknown_project_is_told(look: Look) -> None:
    """The remedy says where its id stands."""
    found = await look("nowhere")

    assert bad(found) == {Check.PROJECT}
    assert "/projects/" in found[Check.PROJECT].remedy
    assert found[Check.CREDENTIALS].state is State.GOOD
    assert exit_code(found.values()) == 6


@pytest.mark.parametrize("operation", ["project", "labelImports"])
async def test_a_missing_permission_is_told(
    shared_sandbox: Sandbox, look: Look, seeded: str, operation: str
) -> None:
    """Refused the project, or what has been imported into it."""
    rule = {"operation": operation, "fault": "refuse", "code": "AUTHORIZATION_ERROR"}
    shared_sandbox.faults({"faults": [rule]})

    found = await look(seeded)

    assert bad(found) == {Check.PERMISSION}
    assert found[Check.PERMISSION].remedy
    assert exit_code(found.values()) == 6


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"fault": "refuse", "code": "OPERATION_NOT_ALLOWED"}, 7),
        ({"fault": "throttle", "retry_after": 9}, 5),
    ],
)
async def test_a_limit_is_told(
    shared_sandbox: Sandbox, look: Look, seeded: str, rule: dict[str, Any], code: int
) -> None:
    """One of the account, or of requests."""
    shared_sandbox.faults({"faults": [{"operation": "project", **rule}]})

    found = await look(seeded)

    assert bad(found) == {Check.LIMITS}
    assert exit_code(found.values()) == code


async def test_a_service_that_breaks_is_told(
    shared_sandbox: Sandbox, look: Look, seeded: str
) -> None:
    """By the thing that was asked for when it broke."""
    shared_sandbox.faults({"faults": [{"operation": "project", "fault": "error-before"}]})

    found = await look(seeded)

    assert bad(found) == {Check.PROJECT}
    assert exit_code(found.values()) == 5


async def test_a_way_that_leads_nowhere_is_told(look: Look, seeded: str) -> None:
    """Nothing else of the service is looked at."""
    found = await look(seeded, endpoint="http://127.0.0.1:1/graphql")

    assert bad(found) == {Check.ROUTE}
    assert found[Check.CREDENTIALS].words == "not looked at, since route is bad"
    assert exit_code(found.values()) == 5


async def test_a_proxy_that_is_not_there_is_told(
    look: Look, seeded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way names the proxy, without its password."""
    monkeypatch.setenv("http_proxy", "http://user:word@127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")

    found = await look(seeded)

    assert bad(found) == {Check.ROUTE}
    assert "the proxy http://127.0.0.1:1/…" in found[Check.ROUTE].words
    assert "word" not in found[Check.ROUTE].words


async def test_a_clock_that_is_off_is_a_warning(look: Look, seeded: str) -> None:
    """The import would run."""
    found = await look(seeded, clock=Shifted())

    assert found[Check.CLOCK].state is State.WARNING
    assert " s fast" in found[Check.CLOCK].words
    assert exit_code(found.values()) == 0


async def test_a_project_without_ontology_is_told(shared_sandbox: Sandbox, look: Look) -> None:
    """Every row would be rejected, so an import would send nothing."""
    project = seed(shared_sandbox, ontology={"tools": [], "classifications": []})["project_id"]

    found = await look(project)

    assert bad(found) == {Check.ONTOLOGY}
    assert exit_code(found.values()) == 4


async def test_rows_of_another_medium_are_told(look: Look, seeded: str) -> None:
    """The project takes images."""
    found = await look(seeded, media="VIDEO")

    assert bad(found) == {Check.MEDIA}
    assert exit_code(found.values()) == 4


async def test_a_project_without_data_rows_is_a_warning(
    shared_sandbox: Sandbox, look: Look
) -> None:
    """There is nothing that a label could be of."""
    found = await look(shared_sandbox.seed(0)["project_id"])

    assert found[Check.PROJECT].state is State.WARNING
    assert exit_code(found.values()) == 0


async def test_a_dataset_is_a_place_too(shared_sandbox: Sandbox, look: Look) -> None:
    """It has neither ontology nor medium."""
    dataset = seed(shared_sandbox)["dataset_id"]

    found = await look(f"dataset/{dataset}")
    missing = await look("dataset/nowhere")

    assert found[Check.DATASET].state is State.GOOD
    assert Check.ONTOLOGY not in found
    assert bad(missing) == {Check.DATASET}


@pytest.mark.parametrize(
    ("project", "wanted", "state"),
    [
        (None, None, State.WARNING),
        ("DICOM", None, State.BAD),
        ("IMAGE", "IMAGE", State.GOOD),
        ("IMAGE", None, State.GOOD),
        ("IMAGE", "VIDEO", State.BAD),
    ],
)
def test_media_are_judged_by_the_table(
    project: str | None, wanted: str | None, state: State
) -> None:
    """The rows of the table of judge_media."""
    assert judge_media(project, wanted).state is state


@pytest.mark.parametrize(
    ("ontology", "state"),
    [
        (None, State.BAD),
        ({"normalized": None}, State.BAD),
        ({"normalized": {"tools": [], "classifications": []}}, State.BAD),
        ({"normalized": {"tools": [{"name": "car"}]}}, State.GOOD),
        ({"normalized": '{"classifications": [{"instructions": "sky?"}]}'}, State.GOOD),
    ],
)
def test_an_ontology_needs_features(ontology: Any, state: State) -> None:
    """As an object or as its text; none is told from an empty one by the words."""
    assert judge_ontology(ontology).state is state


@pytest.mark.parametrize(("rate", "state"), [(1500, State.GOOD), (1501, State.WARNING)])
def test_a_rate_over_the_smallest_plan_is_a_warning(rate: int, state: State) -> None:
    """Larger plans take more; the service will say."""
    assert judge_rate(rate).state is state
