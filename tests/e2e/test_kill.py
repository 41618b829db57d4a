"""kill -9 at any moment, with faults on: nothing is lost and nothing is there twice."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, cycle
from pathlib import Path

import pytest
from e2e.bad_rows import FAULTS
from e2e.command import Command, as_line
from e2e.killing import CHANCE, PHASES, Killing

MakeCommand = Callable[..., Command]

WORDS = ("--rows-per-shard", "500", "--quiet-window", "1s", "--max-in-flight", "4")
# Replies that are lost, commits that come late but within the window, slow results.
FAULTS_ON = (
    {"fault": "error-after", "probability": 0.12},
    {"fault": "reset-after", "probability": 0.12},
    {"fault": "late-commit", "probability": 0.06, "seconds": 0.3},
    {"operation": "download", "fault": "delay", "seconds": 0.03},
)
SHORT_ROWS, LONG_ROWS = 6_000, 10_000
NOWHERE = 40


def test_seven_kills_in_every_phase_and_by_chance_lose_nothing(make_command: MakeCommand) -> None:
    """The short form: each phase once, then moments by chance, then an end in peace."""
    killing = begin(make_command, SHORT_ROWS, seed=1)
    for phase in (*PHASES, CHANCE, CHANCE):
        if not killing.kill(phase):
            break
    ends_whole(killing)
    assert killing.kills.total() >= len(PHASES), killing.kills
    assert {"planning", "sending", "recovering"} <= killing.kills.keys(), killing.kills


@pytest.mark.long
def test_a_hundred_kills_over_several_runs_lose_nothing(make_command: MakeCommand) -> None:
    """At least ten in each phase; each run ends in peace and is audited."""
    kills: Counter[str] = Counter()
    for number in range(100):
        killing = begin(make_command, LONG_ROWS, seed=1000 + number)
        for phase in wanted(kills):
            if not killing.kill(phase):
                break
            kills.update(killing.kills)
            killing.kills.clear()
        ends_whole(killing)
        print(dict(kills))  # noqa: T201
        if not needed(kills):
            break
    print(f"{kills.total()} kills over {number + 1} runs: {dict(kills)}")  # noqa: T201
    assert kills.total() >= 100
    assert not needed(kills)


def wanted(kills: Counter[str]) -> Iterator[str]:
    """Give the phases still needed in turn, some twenty kills a run."""
    for turn, phase in enumerate(chain(PHASES, cycle(PHASES))):
        if turn >= 20 or not needed(kills):
            return
        yield phase if phase in needed(kills) else CHANCE


def needed(kills: Counter[str]) -> list[str]:
    """Name what is not proved yet."""
    rare = [phase for phase in PHASES if kills[phase] < 10]
    return rare or ([CHANCE] if kills.total() < 100 else [])


def begin(make_command: MakeCommand, count: int, *, seed: int) -> Killing:
    """Make a project and shuffled rows, a few of them bad and a few of data rows not there."""
    command = make_command(count)
    source = command.write(mixed(command, count, seed))
    command.suffers(*FAULTS_ON, seed=seed)
    print(f"seed {seed}: {command.folder}")  # noqa: T201
    return Killing(command, source, WORDS, seed)


def mixed(command: Command, count: int, seed: int) -> list[bytes]:
    """Good rows, NOWHERE rows of data rows that are not there, and one row of each bad kind."""
    made = list(command.made_up(count))
    boxes = [row for row in made if b'"bbox"' in row]
    spoiled = [
        fault.spoil(box) for fault, box in zip(FAULTS, boxes, strict=False) if not fault.known
    ]
    point = {"name": "corner", "point": {"x": 1, "y": 2}}
    lost = [
        as_line({"dataRow": {"globalKey": f"{command.tag}nowhere-{number}"}, **point})
        for number in range(NOWHERE)
    ]
    rows = [*made, *lost, *spoiled]
    random.Random(seed).shuffle(rows)
    return rows


def ends_whole(killing: Killing) -> None:
    """Let the run end; hold every account against the file."""
    command = killing.command
    ended = killing.finish().is_exit(3)
    report = ended.report
    assert report["state"] == "finished"
    assert report["failed"] == NOWHERE
    assert report["accepted"] == report["read"] - report["rejected"] - NOWHERE
    failed = Counter(line["row"]["dataRow"]["globalKey"] for line in ended.failures())
    assert failed == Counter(f"{command.tag}nowhere-{number}" for number in range(NOWHERE))
    assert len(ended.rejections()) == report["rejected"] == len(spoiled_kinds())
    command.holds(good_rows(killing.source))


def spoiled_kinds() -> list[str]:
    """The kinds of bad rows that take no companions with them."""
    return [fault.name for fault in FAULTS if not fault.known]


def good_rows(source: Path) -> Path:
    """Write those rows of the file that the sandbox must hold."""
    good = source.with_name("good.ndjson")
    with source.open("rb") as lines, good.open("wb") as file:
        file.writelines(line for line in lines if b"nowhere" not in line and is_good(line))
    return good


def is_good(line: bytes) -> bool:
    """Whether a row names one data row by a key that can be."""
    row = json.loads(line)
    named = row.get("dataRow") if isinstance(row, dict) else None
    key = (named or {}).get("globalKey")
    return isinstance(key, str) and "id" not in named and len(key) <= 200
