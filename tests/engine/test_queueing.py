"""Data rows are queued once, in batches of at most 100,000, whatever becomes of the answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.sandbox import Sandbox

from bulkimport.api import Options
from bulkimport.destinations.labelbox.batches import LOWEST_PRIORITY, Consensus
from bulkimport.engine.queueing import Queued, Queueing
from bulkimport.errors import DestinationRefused, UsageError
from bulkimport.places import open_places, project_wanted, queue_data_rows
from bulkimport.sandbox.ids import data_row_id
from bulkimport.settings import Settings

CAP = 100_000
RATE = 100_000
LOSSES = ["reset-before", "reset-after", "error-after", "truncated-reply", "late-commit"]


class Queue:
    """A new project of a sandbox, and the call that queues to it."""

    def __init__(self, sandbox: Sandbox, runs: Path) -> None:
        """Write down what is done in `runs`."""
        settings = Settings(quiet_window=0.5, backoff_base=0.05, requests_per_minute=RATE)
        self.sandbox = sandbox
        self.options = Options(
            key=sandbox.key, endpoint=sandbox.graphql, runs=runs, settings=settings
        )
        self.project = self.name = ""

    async def begin(self, name: str) -> None:
        """Make the project."""
        async with open_places(self.options) as places:
            made = await places.create_project(project_wanted(name, media="image"))
        self.project, self.name = made.id, name

    async def __call__(self, prefix: str = "b-", **given: Any) -> list[Queued]:
        """Queue data rows."""
        how = {name: given.pop(name) for name in ("priority", "consensus") if name in given}
        wanted = Queueing(self.project, prefix, **how)
        return await queue_data_rows(wanted, options=self.options, **given)

    def held(self) -> list[dict[str, Any]]:
        """The batches of the project, as the sandbox holds them."""
        projects = self.sandbox.places()["projects"]
        [project] = [each for each in projects if each["name"] == self.name]
        batches: list[dict[str, Any]] = project["batches"]
        return batches


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for this file, with ten data rows."""
    sandbox = Sandbox(tmp_path_factory.mktemp("stage") / "sandbox").start()
    sandbox.seed(10)
    yield sandbox
    sandbox.stop()


@pytest.fixture
async def queue(stage: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Queue:
    """A new project in a sandbox without faults, which has ten data rows."""
    stage.faults({})
    made = Queue(stage, tmp_path / "runs")
    await made.begin(request.node.name)
    return made


def keys(first: int, last: int) -> list[str]:
    """Global keys of seeded data rows."""
    return [f"row-{number}" for number in range(first, last + 1)]


async def test_no_priority_is_the_lowest_and_consensus_is_kept(queue: Queue) -> None:
    """What labelers see first is said by a number from 1 to 5."""
    await queue("plain-", global_keys=keys(1, 2))
    await queue("hurry-", global_keys=keys(3, 4), priority=1, consensus=Consensus(3, 0.1))

    plain, hurry = queue.held()
    assert (plain["name"], plain["priority"]) == ("plain-0000", LOWEST_PRIORITY)
    assert (plain["consensus"], plain["data_rows"]) == (None, 2)
    assert hurry["priority"] == 1
    assert hurry["consensus"] == {"numberOfLabels": 3, "coveragePercentage": 0.1}


@pytest.mark.parametrize("fault", LOSSES)
@pytest.mark.parametrize("operation", ["createEmptyBatch", "addDataRowsToBatchAsync"])
async def test_a_lost_answer_queues_nothing_twice(queue: Queue, operation: str, fault: str) -> None:
    """All fields of a project are asked by one root field; the fault strikes the n-th of them."""
    after = {"createEmptyBatch": 0, "addDataRowsToBatchAsync": 1}[operation]
    strike = {"operation": "project", "fault": fault, "count": 1, "seconds": 0.2}
    # Before the first change the batches are listed twice: for free names, and for the intent.
    queue.sandbox.faults({"faults": [{**strike, "after": 2 + after}]})

    [made] = await queue(global_keys=keys(1, 7))

    assert (made.name, made.asked, made.size) == ("b-0000", 7, 7)
    assert queue.sandbox.faults()["faults"][0]["injected"] == 1
    assert [(each["name"], each["data_rows"]) for each in queue.held()] == [("b-0000", 7)]


async def test_the_same_call_again_only_reports(queue: Queue) -> None:
    """What is done is written down; nothing is asked of the service but nothing is changed."""
    first = await queue(global_keys=keys(1, 3))
    again = await queue(global_keys=keys(1, 3))

    assert again == first
    assert len(queue.held()) == 1


async def test_a_name_that_is_taken_is_an_error_before_anything_is_made(queue: Queue) -> None:
    """Other data rows under the same prefix are another call."""
    await queue(global_keys=keys(1, 3))

    with pytest.raises(DestinationRefused, match="b-0000"):
        await queue(global_keys=keys(4, 6))
    assert [each["data_rows"] for each in queue.held()] == [3]


async def test_data_rows_that_the_project_has_are_not_queued_again(queue: Queue) -> None:
    """The batch says how many were asked for and how many it has."""
    await queue("first-", global_keys=keys(1, 3))

    [made] = await queue("second-", global_keys=keys(2, 5))

    assert (made.asked, made.size) == (4, 2)


async def test_an_unknown_key_is_refused_in_the_words_of_the_service(queue: Queue) -> None:
    """It names the key."""
    with pytest.raises(DestinationRefused, match="never"):
        await queue(global_keys=["row-1", "never"])


async def test_a_dataset_gives_what_the_project_lacks(queue: Queue) -> None:
    """The service cuts and names; a lost answer makes it no second time."""
    dataset = queue.sandbox.places()["datasets"][0]
    async with open_places(queue.options) as places:
        [found] = await places.datasets(dataset["name"])
    await queue("some-", global_keys=keys(1, 4))
    lost = {"operation": "project", "fault": "reset-after", "count": 1, "after": 3}
    queue.sandbox.faults({"faults": [lost]})

    [made] = await queue("rest-", dataset=found.id)

    assert queue.sandbox.faults()["faults"][0]["injected"] == 1
    assert (made.name, made.size) == ("rest-0000", 6)
    assert [each["name"] for each in queue.held()] == ["some-0000", "rest-0000"]


async def test_data_rows_are_named_by_their_ids_from_a_file(queue: Queue, tmp_path: Path) -> None:
    """One a line; blank lines and the line ends of other machines are none of them."""
    ids = [data_row_id(number) for number in (1, 2, 3)]
    path = tmp_path / "ids.txt"
    path.write_text("\r\n".join([*ids, "", ""]))

    [made] = await queue(data_rows=path)

    assert (made.asked, made.size) == (3, 3)


@pytest.mark.parametrize(
    "given",
    [{}, {"global_keys": ["a"], "dataset": "d"}, {"global_keys": ["a"], "data_rows": ["b"]}],
)
async def test_data_rows_are_named_in_one_way(queue: Queue, given: dict[str, Any]) -> None:
    """Neither in none nor in two."""
    with pytest.raises(UsageError, match="either"):
        await queue(**given)


@pytest.mark.parametrize("how", [{"priority": 0}, {"priority": 6}, {"consensus": Consensus(2, 0)}])
def test_what_the_service_would_not_take_is_told_at_once(how: dict[str, Any]) -> None:
    """Priorities are 1 to 5, a share is more than nothing."""
    with pytest.raises(UsageError):
        Queueing("p", "b-", **how)


def test_four_digits_name_ten_thousand_batches() -> None:
    """No dash is added to the prefix."""
    assert Queueing("p", "demo-").name(9999) == "demo-9999"
    with pytest.raises(UsageError, match="10,000"):
        Queueing("p", "demo-").name(10_000)


async def test_a_hundred_thousand_are_one_batch_and_one_more_makes_two(
    stage: Sandbox, tmp_path: Path
) -> None:
    """At the edge of what a batch holds."""
    names = [f"edge-{number}" for number in range(CAP + 1)]
    stage.seed(keys=names)
    queue = Queue(stage, tmp_path / "runs")
    await queue.begin("exactly")
    one = await queue(global_keys=names[:-1])
    await queue.begin("one more")

    two = await queue(global_keys=names)

    assert [(each.name, each.size) for each in one] == [("b-0000", CAP)]
    assert [(each.name, each.size) for each in two] == [("b-0000", CAP), ("b-0001", 1)]


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_million_are_ten_batches_of_deterministic_names(
    make_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """`demo-` makes `demo-0000` to `demo-0009`."""
    sandbox = make_sandbox()
    sandbox.seed(10 * CAP)
    queue = Queue(sandbox, tmp_path / "runs")
    await queue.begin("a million")
    path = tmp_path / "keys.txt"
    path.write_text("\n".join(keys(1, 10 * CAP)))

    made = await queue("demo-", global_keys=path)

    assert [each.name for each in made] == [f"demo-{number:04d}" for number in range(10)]
    assert {each.size for each in made} == {CAP}
    assert [each["data_rows"] for each in queue.held()] == [CAP] * 10
