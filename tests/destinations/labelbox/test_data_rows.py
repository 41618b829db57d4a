"""A dataset as a destination, against the local Labelbox: verdicts, waiting, keys, signing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from typing import Any

import orjson
import pytest
from support.sandbox import Sandbox

from bulkimport.clock import SystemClock
from bulkimport.destinations.labelbox.data_rows import LabelboxDataRows
from bulkimport.destinations.labelbox.keys import DataRowKeys
from bulkimport.errors import BudgetReached
from bulkimport.formats.data_rows import Maker
from bulkimport.model import Accepted, Address, ImportState, OnExisting, Parcel, Receipt, Refused
from bulkimport.sandbox import documents
from bulkimport.sandbox.signers import INTEGRATION
from bulkimport.sandbox.store import Store
from bulkimport.settings import Secret, Settings


class Place:
    """A dataset of a sandbox, with data rows `row-1` to `row-3`, and destinations in it."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Make it."""
        self.sandbox = sandbox
        self.dataset: str = sandbox.seed(3)["dataset_id"]
        self.opened: list[LabelboxDataRows] = []

    def destination(self, *, deadline: float = 60.0, **more: Any) -> LabelboxDataRows:
        """One more destination."""
        made = LabelboxDataRows(
            address=Address("labelbox", f"dataset/{self.dataset}"),
            endpoint=self.sandbox.graphql,
            key=Secret(self.sandbox.key),
            settings=Settings(requests_per_minute=60_000, settle_deadline=deadline),
            clock=SystemClock(),
            **more,
        )
        self.opened.append(made)
        return made

    def parcel(self, *keys: str) -> Parcel:
        """Data rows with these keys."""
        told = [Maker(self.dataset).make({"global_key": key, "row_data": "x"}) for key in keys]
        body = b"".join(one[1] + b"\n" for one in told if isinstance(one, tuple))

        async def pieces() -> AsyncIterator[bytes]:
            yield body

        return Parcel("parcel", len(keys), len(body), "", pieces)


@pytest.fixture
async def place(sandbox: Sandbox) -> AsyncIterator[Place]:
    """A dataset."""
    made = Place(sandbox)
    yield made
    for each in made.opened:
        await each.close()


async def verdicts(destination: LabelboxDataRows, receipt: Receipt) -> dict[str, str]:
    """What is said of each key, once the task is done."""
    while True:
        [status] = await destination.statuses([receipt])
        if status.state is not ImportState.RUNNING:
            break
        await asyncio.sleep(0.02)
    said: list[bytes] = []

    async def take(pieces: Sequence[bytes]) -> None:
        said.extend(pieces)

    if status.status_url is not None:
        await destination.read(status.status_url, take)
    lines = [orjson.loads(line) for line in b"".join(said).splitlines()]
    return {line["dataRow"]["globalKey"]: line["status"] for line in lines}


async def sent(destination: LabelboxDataRows, parcel: Parcel) -> Receipt:
    """The receipt of a parcel that is taken."""
    verdict = await destination.send(parcel)
    assert isinstance(verdict, Accepted)
    return verdict.receipt


@pytest.mark.parametrize(
    ("on_existing", "resent", "taken"),
    [
        (OnExisting.SKIP, False, "SUCCESS"),
        (OnExisting.FAIL, False, "FAILURE"),
        (OnExisting.FAIL, True, "SUCCESS"),
        (OnExisting.SKIP, True, "SUCCESS"),
    ],
)
async def test_a_key_that_is_taken_counts_by_the_table(
    place: Place, on_existing: OnExisting, *, resent: bool, taken: str
) -> None:
    """Of what was sent again, a data row that is there is our own."""
    destination = place.destination(on_existing=on_existing)
    receipt = await sent(destination, place.parcel("a", "row-1", "b"))

    told = await verdicts(destination, Receipt(receipt.name, receipt.import_id, resent))

    assert told == {"a": "SUCCESS", "row-1": taken, "b": "SUCCESS"}


async def test_a_parcel_without_rows_costs_no_request(place: Place) -> None:
    """All of it was there already."""
    destination = place.destination()

    receipt = await sent(destination, place.parcel())

    assert await verdicts(destination, receipt) == {}
    assert destination.requests == 0


async def test_a_slow_task_is_followed_to_its_end(place: Place) -> None:
    """It is running, and not without errors."""
    fault = {"operation": "upsertDataRows", "fault": "slow-task", "seconds": 0.5}
    place.sandbox.faults({"faults": [fault]})
    destination = place.destination()

    receipt = await sent(destination, place.parcel("a"))
    [first] = await destination.statuses([receipt])

    assert first.state is ImportState.RUNNING
    assert await verdicts(destination, receipt) == {"a": "SUCCESS"}


async def test_data_rows_are_waited_for_until_they_are_processed(place: Place) -> None:
    """Who has no time for that is told that they are made."""
    fault = {"operation": "upsertDataRows", "fault": "slow-processing", "seconds": 0.4}
    place.sandbox.faults({"faults": [fault]})
    receipt = await sent(place.destination(), place.parcel("a"))

    with pytest.raises(BudgetReached, match="not yet processed"):
        await verdicts(place.destination(deadline=0.0), receipt)

    assert await verdicts(place.destination(), receipt) == {"a": "SUCCESS"}


async def test_a_task_that_failed_is_told_as_failed(place: Place) -> None:
    """Nothing is accepted then."""
    fault = {"operation": "upsertDataRows", "fault": "fail-import"}
    place.sandbox.faults({"faults": [fault]})
    destination = place.destination()
    receipt = await sent(destination, place.parcel("a"))

    [status] = await destination.statuses([receipt])

    assert status.state is ImportState.FAILED
    assert await verdicts(destination, receipt) == {}


async def test_keys_are_looked_up_many_at_a_time(place: Place) -> None:
    """In any case; the ids come in the order asked."""
    destination = place.destination()
    keys = DataRowKeys(destination._graphql, SystemClock())

    assert await destination.known_keys(["row-1", "a", "ROW-2"]) == {"row-1", "ROW-2"}
    found = await keys.ids(["a", "row-3", "row-1"])
    assert [bool(one) for one in found] == [False, True, True]
    assert len(set(found)) == 3


@pytest.mark.parametrize(("iam", "signs"), [("default", True), ("none", False)])
async def test_a_dataset_is_signed_for_before_anything_is_sent(
    place: Place, iam: str, *, signs: bool
) -> None:
    """By the organization's default, or by nobody."""
    with closing(Store(place.sandbox.dir)) as store, store.writing() as db:
        body = {"isOrgDefault": True, "valid": True}
        known = documents.add(db, INTEGRATION, body)["id"]

    await sent(place.destination(iam=iam), place.parcel("a"))

    with closing(Store(place.sandbox.dir)) as store, store.reading() as db:
        found = documents.find(db, documents.DATASET, place.dataset)
    assert found is not None
    assert found["signerId"] == (known if signs else None)


async def test_an_integration_that_cannot_read_the_assets_stops_the_import(place: Place) -> None:
    """Every other shard would meet the same."""
    with closing(Store(place.sandbox.dir)) as store, store.writing() as db:
        body = {"isOrgDefault": False, "valid": False}
        known = documents.add(db, INTEGRATION, body)["id"]

    verdict = await place.destination(iam=known).send(place.parcel("a"))

    assert isinstance(verdict, Refused)
    assert verdict.fatal
