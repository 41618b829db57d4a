"""Labelbox as a destination, against the local Labelbox in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from bulkimport.clock import SystemClock
from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.errors import CredentialsRefused, DestinationRefused
from bulkimport.model import (
    Accepted,
    Address,
    ImportState,
    ImportStatus,
    Kind,
    NameTaken,
    Parcel,
    Receipt,
    Refused,
    TooLarge,
    TryLater,
)
from bulkimport.settings import Secret, Settings

Make = Callable[..., Labelbox]
Parcels = Callable[..., Parcel]


def rows(count: int) -> bytes:
    """So many boxes, one on each data row."""
    box = {"top": 1, "left": 2, "height": 3, "width": 4}
    lines = [
        {"dataRow": {"globalKey": f"row-{n + 1}"}, "name": "car", "bbox": box} for n in range(count)
    ]
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


@pytest.fixture
def project(sandbox: Any) -> str:
    """A project with ten data rows and an ontology."""
    seeded: str = sandbox.seed(10)["project_id"]
    return seeded


@pytest.fixture
async def destination(sandbox: Any, project: str) -> AsyncIterator[Make]:
    """Make destinations at the sandbox, closed at the end."""
    made: list[Labelbox] = []

    def make(kind: Kind = Kind.LABELS, *, key: str = "", place: str = "") -> Labelbox:
        made.append(
            Labelbox(
                address=Address("labelbox", place or project),
                kind=kind,
                endpoint=sandbox.graphql,
                key=Secret(key or sandbox.key),
                settings=Settings(requests_per_minute=60_000),
                clock=SystemClock(),
            )
        )
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def ended(destination: Labelbox, *receipts: Receipt) -> list[ImportStatus]:
    """Ask until all imports have ended."""
    while True:
        statuses = await destination.statuses(receipts)
        if all(status.state is not ImportState.RUNNING for status in statuses):
            return statuses
        await asyncio.sleep(0.02)


async def sent(destination: Labelbox, parcel: Parcel) -> Receipt:
    """Send what must be accepted."""
    verdict = await destination.send(parcel)
    assert isinstance(verdict, Accepted)
    return verdict.receipt


@pytest.mark.parametrize("kind", [Kind.LABELS, Kind.PRELABELS])
async def test_a_parcel_goes_all_the_way(
    destination: Make, parcel: Parcels, sandbox: Any, project: str, tmp_path: Path, kind: Kind
) -> None:
    """Sent, found, compared, followed to its end, and its statuses fetched."""
    labelbox, content = destination(kind), parcel(rows(10), cut=100)

    receipt = await sent(labelbox, content)
    assert await labelbox.find("run-0001") == receipt
    assert await labelbox.count_named("run-0001") == 1
    assert await labelbox.carries(receipt, content)
    [status] = await ended(labelbox, receipt)
    assert status.state is ImportState.FINISHED
    assert status.status_url is not None
    content = bytearray()

    async def take(pieces: Sequence[bytes]) -> None:
        content.extend(b"".join(pieces))

    await labelbox.read(status.status_url, take)

    lines = content.splitlines()
    assert [orjson.loads(line)["status"] for line in lines] == ["SUCCESS"] * 10
    assert sandbox.account(project, kind.value)["rows"] == 10


async def test_another_content_under_our_name_is_not_ours(
    destination: Make, parcel: Parcels
) -> None:
    """Of the same length or another."""
    labelbox = destination()
    receipt = await sent(labelbox, parcel(rows(2), cut=100))
    twisted = rows(2).replace(b'"top":1', b'"top":9')

    assert not await labelbox.carries(receipt, parcel(rows(3)))
    assert not await labelbox.carries(receipt, parcel(twisted))


async def test_a_name_is_given_once(destination: Make, parcel: Parcels) -> None:
    """For each kind."""
    await sent(destination(), parcel(rows(1)))

    assert await destination().send(parcel(rows(1))) == NameTaken()
    assert isinstance(await destination(Kind.PRELABELS).send(parcel(rows(1))), Accepted)


async def test_several_imports_are_followed_together(destination: Make, parcel: Parcels) -> None:
    """In the order asked, with one request, the missing among them."""
    labelbox = destination()
    receipts = [await sent(labelbox, parcel(rows(n + 1), name=f"run-{n}")) for n in range(3)]
    before = labelbox.requests

    statuses = await labelbox.statuses([receipts[2], Receipt("none", ""), *receipts[:2]])

    assert [status.name for status in statuses] == ["run-2", "none", "run-0", "run-1"]
    assert [status.state is ImportState.MISSING for status in statuses] == [0, 1, 0, 0]
    assert labelbox.requests - before <= 3


async def test_what_was_never_sent_is_not_found(destination: Make) -> None:
    """Nor counted."""
    labelbox = destination()

    assert await labelbox.find("run-0001") is None
    assert await labelbox.count_named("run-0001") == 0


async def test_the_project_is_described(destination: Make, project: str) -> None:
    """With the ontology that rows are checked against."""
    place = await destination().examine()

    assert place.place_id == project
    assert place.media_type == "IMAGE"
    assert place.ontology is not None
    assert {tool["name"] for tool in orjson.loads(place.ontology)["tools"]} >= {"car", "lake"}


async def test_a_wrong_key_is_refused(destination: Make, parcel: Parcels) -> None:
    """To questions and to sends."""
    labelbox = destination(key="wrong")

    with pytest.raises(CredentialsRefused, match="LABELBOX_API_KEY"):
        await labelbox.examine()
    verdict = await labelbox.send(parcel(rows(1)))

    assert isinstance(verdict, Refused)
    assert isinstance(verdict.error, CredentialsRefused)
    assert verdict.fatal


async def test_an_unknown_project_is_refused(destination: Make, parcel: Parcels) -> None:
    """To questions and to sends."""
    labelbox = destination(place="nowhere")

    with pytest.raises(CredentialsRefused, match="nowhere"):
        await labelbox.examine()
    verdict = await labelbox.send(parcel(rows(1)))

    assert isinstance(verdict, Refused)
    assert isinstance(verdict.error, DestinationRefused)
    assert verdict.fatal


@pytest.mark.parametrize(
    ("fault", "committed"),
    [
        ({"fault": "reset-before"}, False),
        ({"fault": "reset-after"}, True),
        ({"fault": "error-before"}, False),
        ({"fault": "error-after"}, True),
        ({"fault": "truncated-reply"}, True),
    ],
)
async def test_a_send_in_doubt_is_cleared_up_by_name(
    destination: Make, parcel: Parcels, sandbox: Any, *, fault: dict[str, Any], committed: bool
) -> None:
    """Whether the service has it can be seen by nothing else."""
    sandbox.faults({"faults": [{"operation": "createLabelImport", "count": 1, **fault}]})
    labelbox, content = destination(), parcel(rows(5), cut=100)

    verdict = await labelbox.send(content)
    receipt = await labelbox.find("run-0001")

    assert isinstance(verdict, TryLater)
    assert verdict.doubt
    assert (receipt is not None) is committed
    if receipt is not None:
        assert await labelbox.carries(receipt, content)


async def test_a_throttled_send_leaves_no_doubt(
    destination: Make, parcel: Parcels, sandbox: Any
) -> None:
    """And is told when to come again."""
    throttle = {"operation": "*", "fault": "throttle", "count": 1, "retry_after": 3}
    sandbox.faults({"faults": [throttle]})
    labelbox = destination()

    verdict = await labelbox.send(parcel(rows(1)))

    assert isinstance(verdict, TryLater)
    assert (verdict.doubt, verdict.pushback, verdict.retry_after) == (False, True, 3.0)
    assert await labelbox.find("run-0001") is None


async def test_a_body_over_the_limit_is_too_large(
    destination: Make, parcel: Parcels, sandbox: Any
) -> None:
    """Even when the answer comes while most of it is still to be sent."""
    limit = {"operation": "createLabelImport", "fault": "too-large", "bytes": 1_000_000}
    sandbox.faults({"faults": [limit]})
    labelbox = destination()

    verdict = await labelbox.send(parcel(b" " * 32_000_000 + rows(1), cut=500_000))

    assert isinstance(verdict, TooLarge)
    assert await labelbox.find("run-0001") is None
