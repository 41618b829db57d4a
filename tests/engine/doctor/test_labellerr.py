"""Each fault of a Labellerr destination by itself, against the sandbox."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from support.sandbox import LABELLERR_KEYS, Sandbox

from bulkimport.clock import SystemClock
from bulkimport.destinations.faults import Cause, Fault
from bulkimport.engine.doctor.examination import Examination
from bulkimport.engine.doctor.finding import Check, Finding, State, exit_code
from bulkimport.engine.doctor.labellerr import judge_project
from bulkimport.model import Address
from bulkimport.settings import LabellerrKeys, Secret, Settings

Findings = dict[Check, Finding]
Look = Callable[..., Awaitable[Findings]]

SIGNED, PROJECT = "labellerr:direct-upload-url", "labellerr:project"


@pytest.fixture
def look(shared_sandbox: Sandbox, tmp_path: Path) -> Look:
    """Look at a project of the sandbox: `look(project, client_id=...)`."""

    async def looked(place: str, **keys: str) -> Findings:
        examination = Examination(
            endpoint=shared_sandbox.endpoint,
            runs=tmp_path,
            settings=Settings(),
            clock=SystemClock(),
        )
        secrets = {name: Secret(key) for name, key in {**LABELLERR_KEYS, **keys}.items()}
        found = await examination.labellerr(Address("labellerr", place), LabellerrKeys(**secrets))
        return {finding.check: finding for finding in found}

    return looked


@pytest.fixture
async def seeded(shared_sandbox: Sandbox) -> AsyncIterator[str]:
    """A project of one image; no faults after."""
    yield shared_sandbox.seed_labellerr(["a.jpg"])
    shared_sandbox.faults({"faults": []})


def bad(found: Findings) -> set[Check]:
    """What is bad."""
    return {check for check, finding in found.items() if finding.state is State.BAD}


async def test_a_place_that_is_fit_has_nothing_bad(look: Look, seeded: str) -> None:
    """What Labellerr does not show is said to be unknown."""
    found = await look(seeded)

    assert bad(found) == set()
    assert {check for check, each in found.items() if each.state is State.UNKNOWN} == {
        Check.ONTOLOGY
    }
    assert "a.jpg" in found[Check.DATASET].words
    assert exit_code(found.values()) == 0


@pytest.mark.parametrize(
    ("keys", "check", "variable"),
    [
        ({"api_key": "other"}, Check.CREDENTIALS, "LABELLERR_API_KEY"),
        ({"api_secret": "other"}, Check.CREDENTIALS, "LABELLERR_API_SECRET"),
        ({"api_secret": ""}, Check.CREDENTIALS, "LABELLERR_API_SECRET"),
        ({"client_id": "other"}, Check.CLIENT, "LABELLERR_CLIENT_ID"),
    ],
    ids=str,
)
async def test_key_and_client_are_told_apart(
    look: Look, seeded: str, keys: dict[str, str], check: Check, variable: str
) -> None:
    """The remedy names the variable; the project is not asked for."""
    found = await look(seeded, **keys)

    assert bad(found) == {check}
    assert variable in found[check].words + found[check].remedy
    assert found[Check.PROJECT].state is State.UNKNOWN
    assert exit_code(found.values()) == 6


async def test_an_unknown_project_is_told(look: Look, seeded: str) -> None:
    """Key and client are good."""
    found = await look("nowhere")

    assert bad(found) == {Check.PROJECT}
    assert found[Check.CLIENT].state is found[Check.CREDENTIALS].state is State.GOOD
    assert exit_code(found.values()) == 6


async def test_a_missing_permission_is_told(shared_sandbox: Sandbox, look: Look) -> None:
    """The project is there and is not opened to the caller."""
    found = await look(shared_sandbox.seed_labellerr(["a.jpg"], access="none"))

    assert bad(found) == {Check.PERMISSION}
    assert exit_code(found.values()) == 6


async def test_a_project_of_videos_is_told(shared_sandbox: Sandbox, look: Look) -> None:
    """COCO is for images."""
    found = await look(shared_sandbox.seed_labellerr(["a.mp4"], data_type="video"))

    assert bad(found) == {Check.MEDIA}
    assert exit_code(found.values()) == 3


async def test_a_project_without_files_is_a_warning(shared_sandbox: Sandbox, look: Look) -> None:
    """Nothing could be matched."""
    found = await look(shared_sandbox.seed_labellerr([]))

    assert found[Check.DATASET].state is State.WARNING
    assert exit_code(found.values()) == 0


@pytest.mark.parametrize(
    ("rule", "check", "code"),
    [
        ({"operation": SIGNED, "fault": "throttle"}, Check.LIMITS, 5),
        ({"operation": PROJECT, "fault": "throttle"}, Check.LIMITS, 5),
        ({"operation": SIGNED, "fault": "error-before"}, Check.CREDENTIALS, 5),
        ({"operation": PROJECT, "fault": "error-before"}, Check.PROJECT, 5),
    ],
    ids=str,
)
async def test_passing_trouble_is_told(
    shared_sandbox: Sandbox, look: Look, seeded: str, rule: dict[str, Any], check: Check, code: int
) -> None:
    """By the thing that was asked for, or as a limit."""
    shared_sandbox.faults({"faults": [rule]})

    found = await look(seeded)

    assert bad(found) == {check}
    assert exit_code(found.values()) == code


async def test_a_listing_that_cannot_be_had_is_a_warning(
    shared_sandbox: Sandbox, look: Look, seeded: str
) -> None:
    """The names can be given by hand."""
    shared_sandbox.faults({"faults": [{"operation": "labellerr:files", "fault": "error-before"}]})

    found = await look(seeded)

    assert found[Check.DATASET].state is State.WARNING
    assert exit_code(found.values()) == 0


async def test_a_service_without_signed_addresses_is_looked_at_all_the_same(
    shared_sandbox: Sandbox, look: Look, seeded: str
) -> None:
    """Only older clients ask for them: the project's answer decides then."""
    gone = {"operation": SIGNED, "fault": "refuse", "code": "NOT_FOUND", "status": 404}
    shared_sandbox.faults({"faults": [gone]})

    assert bad(await look(seeded)) == set()


@pytest.mark.parametrize(
    ("answer", "address_given", "found"),
    [
        (Fault(Cause.CREDENTIALS, "no"), True, {Check.CREDENTIALS}),
        (Fault(Cause.CREDENTIALS, "no"), False, {Check.CREDENTIALS}),
        (Fault(Cause.PERMISSION, "no"), True, {Check.PERMISSION}),
        (Fault(Cause.PERMISSION, "no"), False, {Check.CLIENT}),
        (Fault(Cause.NOT_FOUND, "no"), True, {Check.PROJECT}),
        ({"response": None}, False, {Check.PROJECT}),
        ({"response": {"data_type": "image"}}, False, set()),
    ],
    ids=str,
)
def test_the_second_question_is_judged_by_the_table(
    answer: Any, address_given: Any, found: set[Check]
) -> None:
    """The rows of the table that the sandbox does not answer by itself."""
    findings = judge_project(answer, "p", address_given=address_given)

    assert {finding.check for finding in findings if finding.state is State.BAD} == found
