"""Watching imports: each end is seen soon, with few requests, and none is lost."""

import asyncio
from collections.abc import Sequence

import pytest
from support.scripted import ScriptedDestination
from support.story import Story
from support.virtual import virtual

from bulkimport.errors import CredentialsRefused, DestinationAway
from bulkimport.events import OutageBegan, OutageEnded
from bulkimport.model import ImportState, ImportStatus, Receipt
from bulkimport.settings import Settings
from bulkimport.uploads.settle import RECEIPTS_A_REQUEST, Overdue, Watch

HOUR = 3600.0


class Imports(ScriptedDestination):
    """Imports that end when told, so many seconds after the loop began."""

    def __init__(self, **options: object) -> None:
        """Hold nothing."""
        super().__init__(**options)
        self.ends: dict[str, tuple[float, ImportState]] = {}
        self.requests: list[int] = []

    def run(self, number: int, seconds: float, state: str = "FINISHED") -> Receipt:
        """Make an import that ends in `seconds` from now."""
        import_id = f"id-{number}"
        self.ends[import_id] = (now() + seconds, ImportState(state))
        return Receipt(f"name-{number}", import_id)

    async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
        """RUNNING until the end has come; MISSING for what was never made."""
        self.requests.append(len(receipts))
        self._ask("statuses")
        return [self._status(one) for one in receipts]

    def _status(self, receipt: Receipt) -> ImportStatus:
        """Of an import that is not there the service knows no id."""
        state = self._of(receipt.import_id)
        import_id = "" if state is ImportState.MISSING else receipt.import_id
        return ImportStatus(receipt.name, import_id, state)

    def _of(self, import_id: str) -> ImportState:
        if import_id not in self.ends:
            return ImportState.MISSING
        at, state = self.ends[import_id]
        return state if now() >= at else ImportState.RUNNING


def now() -> float:
    """Virtual seconds."""
    return asyncio.get_running_loop().time()


def watch_of(imports: Imports, settings: Settings = Settings()) -> tuple[Watch, Story]:  # noqa: B008
    """A watch over a destination."""
    story = Story(imports, settings)
    return Watch(destination=imports, pace=story.pace), story


@pytest.mark.parametrize("state", ["FINISHED", "FAILED"])
@virtual
async def test_an_import_that_ended_is_returned_and_watched_no_more(state: str) -> None:
    """Both ends are ends."""
    imports = Imports()
    watch, _ = watch_of(imports)
    receipt = imports.run(1, 3.0, state)
    watch.add(receipt)

    (ended,) = await watch.wait()

    assert ended == ImportStatus("name-1", "id-1", ImportState(state))
    assert len(watch) == 0


@pytest.mark.parametrize("seconds", [0.0, 0.5, 2.0, 20.0, 200.0, HOUR])
@virtual
async def test_an_end_is_seen_soon_and_asked_for_seldom(seconds: float) -> None:
    """At most a quarter of its age late, and never more than ten seconds."""
    imports = Imports()
    watch, _ = watch_of(imports)
    watch.add(imports.run(1, seconds))

    await watch.wait()

    late = now() - seconds
    assert late <= min(max(0.2, seconds * 0.25), 10.0) + 1e-6
    assert len(imports.requests) <= 25 + seconds / 10.0


@virtual
async def test_imports_that_end_alike_are_asked_for_when_they_are_due() -> None:
    """After the first has shown how long they take, the others cost a request or two each."""
    imports = Imports()
    watch, _ = watch_of(imports)
    watch.add(imports.run(0, 8.0))
    await watch.wait()
    asked = len(imports.requests)

    for number in range(1, 6):
        watch.add(imports.run(number, 8.0))
        await watch.wait()

    assert len(imports.requests) - asked <= 5 * 3


@virtual
async def test_all_imports_are_asked_for_in_one_request() -> None:
    """Fifty at a time; more are asked for in several."""
    imports = Imports()
    watch, _ = watch_of(imports)
    for number in range(2 * RECEIPTS_A_REQUEST + 1):
        watch.add(imports.run(number, 0.1))

    ended = await watch.wait()

    assert len(ended) == 2 * RECEIPTS_A_REQUEST + 1
    assert imports.requests == [RECEIPTS_A_REQUEST, RECEIPTS_A_REQUEST, 1]


@virtual
async def test_who_is_added_meanwhile_is_seen_as_soon_as_who_was_there() -> None:
    """A slow import that is asked for every ten seconds does not hold up a quick one."""
    imports = Imports()
    watch, _ = watch_of(imports)
    watch.add(imports.run(1, HOUR))
    waiting = asyncio.create_task(watch.wait())
    await asyncio.sleep(1000.0)

    watch.add(imports.run(2, 1.0))
    (ended,) = await waiting

    assert ended.name == "name-2"
    assert now() <= 1001.5
    assert len(watch) == 1


@virtual
async def test_an_empty_watch_waits_without_asking() -> None:
    """It costs nothing until somebody is added."""
    imports = Imports()
    watch, _ = watch_of(imports)
    waiting = asyncio.create_task(watch.wait())
    await asyncio.sleep(100.0)
    assert imports.requests == []

    watch.add(imports.run(1, 1.0))

    assert len(await waiting) == 1


@virtual
async def test_an_import_that_never_ends_is_overdue() -> None:
    """Once, at its own deadline, while younger ones are still watched."""
    imports = Imports()
    watch, _ = watch_of(imports, Settings(settle_deadline=HOUR))
    stuck = imports.run(1, 1e9)
    watch.add(stuck)
    await asyncio.sleep(600.0)
    watch.add(imports.run(2, 1e9))

    (overdue,) = await watch.wait()

    assert isinstance(overdue, Overdue)
    assert overdue.receipt == stuck
    assert HOUR <= overdue.seconds <= HOUR + 11
    assert len(watch) == 1


@virtual
async def test_an_import_that_is_missing_at_first_is_waited_for() -> None:
    """A reply may come from a copy that lags behind."""
    imports = Imports()
    watch, _ = watch_of(imports)
    watch.add(Receipt("name-1", "id-1"))
    waiting = asyncio.create_task(watch.wait())
    await asyncio.sleep(20.0)

    imports.run(1, 0.0)
    (ended,) = await waiting

    assert ended == ImportStatus("name-1", "id-1", ImportState.FINISHED)


@virtual
async def test_an_import_that_stays_missing_is_said_to_be() -> None:
    """After the quiet window nobody believes in it any more."""
    imports = Imports()
    watch, _ = watch_of(imports)
    watch.add(Receipt("name-1", "id-1"))

    (ended,) = await watch.wait()

    assert ended == ImportStatus("name-1", "", ImportState.MISSING)
    assert 60.0 <= now() <= 71.0


@virtual
async def test_an_outage_is_waited_out_at_the_gate() -> None:
    """The imports go on without us; probes are few, and the ends are seen afterwards."""
    imports = Imports(away=[(5.0, 300.0)])
    watch, story = watch_of(imports)
    watch.add(imports.run(1, 60.0))

    (ended,) = await watch.wait()

    assert ended.name == "name-1"
    assert 300.0 <= now() <= 400.0
    assert sum(5.0 <= at < 300.0 for _, at in imports.questions) <= 30
    assert (len(story.told(OutageBegan)), len(story.told(OutageEnded))) == (1, 1)


@virtual
async def test_patience_ends_and_everything_is_still_watched() -> None:
    """Whoever goes on later finds all receipts."""
    imports = Imports(away=[(0.0, 1e9)])
    watch, _ = watch_of(imports)
    watch.add(imports.run(1, 60.0))
    watch.add(imports.run(2, 60.0))

    with pytest.raises(DestinationAway):
        await watch.wait()

    assert len(watch) == 2


@virtual
async def test_a_key_that_is_taken_back_ends_the_wait() -> None:
    """What cannot be waited out passes through."""

    class Closed(Imports):
        async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
            raise CredentialsRefused("the key was revoked")

    watch, _ = watch_of(Closed())
    watch.add(Receipt("name-1", "id-1"))

    with pytest.raises(CredentialsRefused):
        await watch.wait()


@virtual
async def test_cancelling_a_wait_loses_no_import() -> None:
    """Whatever the moment, the next wait returns it."""
    imports = Imports()
    watch, _ = watch_of(imports)
    watch.add(imports.run(1, 3.0))
    for _ in range(50):
        waiting = asyncio.create_task(watch.wait())
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert len(watch) == 1

    assert [one.name for one in await watch.wait()] == ["name-1"]


@virtual
async def test_ends_are_told_once_each() -> None:
    """Three hundred imports of all lengths: every one comes back, none twice."""
    imports = Imports()
    watch, _ = watch_of(imports)
    names: list[str] = []

    async def add_slowly() -> None:
        for number in range(300):
            watch.add(imports.run(number, (number * 37 % 101) / 3.0))
            await asyncio.sleep(0.1)

    adding = asyncio.create_task(add_slowly())
    while len(names) < 300:
        names += [one.name for one in await watch.wait() if isinstance(one, ImportStatus)]
    await adding

    assert sorted(names) == sorted(f"name-{number}" for number in range(300))
    assert len(imports.requests) <= 600
