"""Answers of Labellerr that are lost: what may be double is named, and nothing is lost."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.killing import Killing, doubted
from e2e.labellerr import LabellerrCommand, made_up, names_of
from support.sandbox import Sandbox

Make = Callable[..., LabellerrCommand]
# A few images a shard.
SMALL = ("--bytes-per-shard", "3000", "--max-in-flight", "4")
LOST = {"fault": "reset-after", "probability": 1}


@pytest.fixture
def make(shared_sandbox: Sandbox, tmp_path: Path) -> Iterator[Make]:
    """Make a project with files of these names, and the command for it."""
    made: list[LabellerrCommand] = []

    def command(names: list[str], **more: object) -> LabellerrCommand:
        made.append(LabellerrCommand(tmp_path / f"work-{len(made)}", shared_sandbox, names, **more))
        made[-1].suffers()
        return made[-1]

    yield command
    for each in made:
        for running in each.started:
            running.stop()
    shared_sandbox.faults({})


def came(command: LabellerrCommand) -> Counter[str]:
    """How often each shard arrived, by its name."""
    uploads = command.sandbox.labellerr_uploads(command.project)
    return Counter(upload["file_name"].removesuffix(".json") for upload in uploads)


def twice(command: LabellerrCommand) -> set[str]:
    """The shards that arrived more than once."""
    return {name for name, count in came(command).items() if count > 1}


def test_a_lost_answer_is_sent_again_and_named(make: Make) -> None:
    """Just the one in doubt, with its images; the rest is whole and once."""
    document = made_up(10)
    command = make(names_of(document))
    source = command.document(document)
    command.suffers({**LOST, "count": 1})

    ended = command.imports(source, *SMALL).is_exit(0)

    assert ended.report["accepted"] == 30
    assert set(ended.report["double_shards"]) == twice(command)
    assert len(ended.report["double_shards"]) == 1
    assert "possibly double" in ended.err
    [named] = (ended.folder / "double").iterdir()
    assert named.stem in twice(command)
    assert b'"file_name":' in named.read_bytes()


def test_an_answer_that_says_nothing_was_done_is_no_doubt(make: Make) -> None:
    """A 429 is tried again, and nobody is named."""
    document = made_up(4)
    command = make(names_of(document))
    command.suffers({"fault": "throttle", "count": 2})

    ended = command.imports(command.document(document), *SMALL).is_exit(0)

    assert ended.report["retries"] == 2
    assert ended.report["double_shards"] == []
    assert not twice(command)


def test_in_doubt_unknown_lists_it_instead(make: Make) -> None:
    """Exit 9; it is sent once at most, and its annotations are named."""
    document = made_up(10)
    command = make(names_of(document))
    command.suffers({**LOST, "count": 1})

    words = (command.document(document), *SMALL, "--in-doubt", "unknown")
    ended = command.imports(*words).is_exit(9)

    [unknown] = ended.report["unknown_shards"]
    assert ended.report["unknown"] == len(ended.unknown()[unknown]) > 0
    assert ended.report["double_shards"] == []
    assert not twice(command)


def test_who_knows_that_a_second_upload_replaces_is_told_of_none(make: Make) -> None:
    """`--assume resent-replaces`."""
    document = made_up(4)
    command = make(names_of(document))
    command.suffers({**LOST, "count": 1})

    words = (command.document(document), *SMALL, "--assume", "resent-replaces")
    ended = command.imports(*words).is_exit(0)

    assert ended.report["double_shards"] == []
    assert len(twice(command)) == 1


def test_a_job_that_failed_names_its_annotations_with_the_words_of_the_service(make: Make) -> None:
    """It is not sent again: nothing says that none of it was applied."""
    document = made_up(4)
    command = make(names_of(document))
    command.suffers({"fault": "fail-import", "count": 1, "message": "it broke"})

    ended = command.imports(command.document(document)).is_exit(3)

    assert ended.report["failed"] == 12
    assert len(command.shards()) == 1
    failure = ended.failures()[0]
    assert "it broke" in str(failure["errors"])
    assert failure["row"] in document["annotations"]


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("api_key", "LABELLERR_API_KEY"),
        ("api_secret", "LABELLERR_API_SECRET"),
        ("client_id", "LABELLERR_CLIENT_ID"),
    ],
)
def test_wrong_keys_are_told_apart_before_anything_is_read(
    make: Make, variable: str, words: str
) -> None:
    """Exit 6, and which to check."""
    document = made_up(1)
    command = make(names_of(document))
    command.variables[f"LABELLERR_{variable.upper()}"] = "wrong-one"

    ended = command.imports(command.document(document)).is_exit(6)

    assert words in ended.err
    assert "wrong-one" not in ended.err


def test_kills_lose_nothing_and_name_what_may_be_double(make: Make) -> None:
    """Three kills with faults on; thirty in the long form."""
    killed(make, kills=3, images=60, seed=7)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_thirty_kills_lose_nothing_and_name_what_may_be_double(make: Make) -> None:
    """Each at a moment by chance, with answers lost, late and broken."""
    killed(make, kills=30, images=1200, seed=11)


def killed(make: Make, *, kills: int, images: int, seed: int) -> None:
    """Kill the same command again and again, then let it end in peace, and hold it to account."""
    document, chance = made_up(images), random.Random(seed)
    command = make(names_of(document))
    source = command.document(document)
    command.suffers(
        {"fault": "delay", "seconds": 0.05},
        {"fault": "reset-after", "probability": 0.1},
        {"fault": "error-after", "probability": 0.05},
        {"fault": "throttle", "probability": 0.05},
        seed=seed,
    )
    killing = Killing(command, source, SMALL, seed)
    in_flight = done = 0
    for _ in range(kills):
        before = came(command).total()
        running = command.starts(source, *SMALL)
        while not running.over and came(command).total() == before:
            running.over_within(0.01)
        running.over_within(chance.uniform(0, 0.2))
        if running.over:
            break
        running.kill()
        done += 1
        in_flight += len(doubted(killing.shards()))
    assert done == kills

    ended = command.imports(source, *SMALL)

    assert ended.report["accepted"] == 3 * images
    arrived = {one["annotation"]["id"] for one in command.sandbox.applied(command.project)}
    assert len(arrived) == 3 * images
    named = set(ended.report["double_shards"])
    assert twice(command) <= named
    assert len(named) <= in_flight + lost_answers(command)


def lost_answers(command: LabellerrCommand) -> int:
    """How many answers the sandbox kept back after all was done."""
    faults = command.sandbox.faults()["faults"]
    after = {"reset-after", "error-after"}
    return sum(fault["injected"] for fault in faults if fault["fault"] in after)
