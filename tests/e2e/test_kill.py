"""kill -9 at any moment, with faults on: nothing is lost and nothing is there twice."""

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.bad_rows import FAULTS
from e2e.command import Command, as_line
from e2e.killing import CHANCE, PHASES, STATUSES, Killing
from support.sandbox import Sandbox

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]

WORDS = ("--rows-per-shard", "500", "--quiet-window", "1s", "--max-in-flight", "4")
# Replies that are lost, commits that come late but within the window, slow answers and results.
FAULTS_ON = (
    {"fault": "delay", "seconds": 0.1},
    {"fault": "error-after", "probability": 0.12},
    {"fault": "reset-after", "probability": 0.12},
    {"fault": "late-commit", "probability": 0.06, "seconds": 0.3},
    {"operation": "labelImport", "fault": "delay", "seconds": 0.1},
    {"operation": "modelAssistedLabelingPredictionImport", "fault": "delay", "seconds": 0.1},
    {"operation": STATUSES, "fault": "delay", "seconds": 0.03},
)
SHORT_ROWS, LONG_ROWS = 6_000, 10_000
KILLS, EACH, KILLS_A_RUN = 100, 10, 20
NOWHERE = 40


@pytest.mark.parametrize(
    ("kind", "seed"), [("labels", 1), pytest.param("prelabels", 2, marks=pytest.mark.long)]
)
def test_seven_kills_in_every_phase_and_by_chance_lose_nothing(
    make_command: MakeCommand, kind: str, seed: int
) -> None:
    """The short form: each phase once, then moments by chance, then an end in peace."""
    killing = begin(make_command, SHORT_ROWS, seed=seed, kind=kind)
    for phase in (*PHASES, CHANCE, CHANCE):
        if not killing.kill(phase):
            break
    ends_whole(killing)
    print(f"{killing.kills} kills: {dict(killing.phases)}")  # noqa: T201
    assert killing.kills >= len(PHASES)
    # So few rows may be planned before the kill; the long form goes on until each phase is proved.
    assert {"sending", "recovering"} <= killing.phases.keys()


@pytest.mark.long
@pytest.mark.parametrize(
    ("flag", "window"), [("--unique-names", "1s"), ("--no-unique-names", "4s")]
)
@pytest.mark.parametrize("kind", ["labels", "prelabels"])
def test_a_hundred_kills_over_several_runs_lose_nothing(
    make_command: MakeCommand, make_sandbox: MakeSandbox, kind: str, flag: str, window: str
) -> None:
    """At least ten in each phase; each run ends in peace and is audited.

    Where names are not unique only the quiet window stands between a late commit and a double.
    """
    sandbox = make_sandbox(flag)
    kills, phases = 0, Counter[str]()
    for number in range(50):
        killing = begin(make_command, LONG_ROWS, seed=1000 + number, kind=kind, sandbox=sandbox)
        killing.words = (*WORDS, "--quiet-window", window)
        for _ in range(KILLS_A_RUN):
            phase = next_phase(kills + killing.kills, phases + killing.phases)
            if phase is None or not killing.kill(phase):
                break
        ends_whole(killing)
        kills, phases = kills + killing.kills, phases + killing.phases
        print(f"{kills} kills: {dict(phases)}")  # noqa: T201
        if next_phase(kills, phases) is None:
            break
    assert kills >= KILLS
    assert all(phases[phase] >= EACH for phase in PHASES)


def next_phase(kills: int, phases: Counter[str]) -> str | None:
    """Name the rarest phase while one is not proved; then kills come by chance; then none."""
    rarest = min(PHASES, key=lambda phase: phases[phase])
    if phases[rarest] < EACH:
        return rarest
    return CHANCE if kills < KILLS else None


def begin(make_command: MakeCommand, count: int, *, seed: int, **where: Any) -> Killing:
    """Make a project and shuffled rows, a few of them bad and a few of data rows not there."""
    command = make_command(count, **where)
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
