"""`bulkimport check`: every row against the rules, without a network."""

import json
from collections import Counter
from collections.abc import Callable

from e2e.bad_rows import FAULTS
from e2e.command import Command, lines_of

MakeCommand = Callable[..., Command]


def test_good_rows_pass(make_command: MakeCommand) -> None:
    """Exit 0 and the counts; no key is needed, nothing is written."""
    command = make_command(100)
    source = command.samples(100)
    ended = command.call("check", str(source), "--json", key="").is_exit(0)
    told = json.loads(ended.out)
    assert {name: told[name] for name in ("read", "ok", "rejected", "warned", "by_slug")} == {
        "read": 100,
        "ok": 100,
        "rejected": 0,
        "warned": 0,
        "by_slug": {},
    }
    assert sorted(path.name for path in command.folder.iterdir()) == ["rows.ndjson"]


def test_bad_rows_are_counted_named_and_written(make_command: MakeCommand) -> None:
    """Exit 4; `--rejected` has every row, with its rule and a sentence."""
    command = make_command(10 * len(FAULTS))
    made = list(command.made_up(10 * len(FAULTS)))
    for number, fault in enumerate(FAULTS):
        made[number * 10 + 3] = fault.spoil(made[number * 10 + 3])
    source = command.write(made)
    ended = command.call("check", str(source), "--json", "--rejected", "bad.ndjson").is_exit(4)
    told = json.loads(ended.out)
    assert told["read"] == len(made)
    assert told["rejected"] == len(FAULTS)
    assert told["ok"] == len(made) - len(FAULTS)
    assert told["by_slug"] == Counter(fault.slug for fault in FAULTS)
    lines = lines_of(command.folder / "bad.ndjson")
    assert [line["slug"] for line in lines] == [fault.slug for fault in FAULTS]
    assert [line["line"] for line in lines] == [n * 10 + 4 for n in range(len(FAULTS))]


def test_people_are_told_the_place_the_rule_and_what_would_be_right(
    make_command: MakeCommand,
) -> None:
    """One line for the first few of each rule, then the counts."""
    command = make_command(10)
    made = list(command.made_up(10))
    made[4:] = [row.replace(b'"uuid":"', b'"uuid":"x') for row in made[4:]]
    source = command.write(made)
    ended = command.call("check", str(source)).is_exit(4)
    assert f"{source}:5: R-ID-1 at $.uuid: " in ended.err
    assert "expected 32 hex digits" in ended.err
    assert f"{source}:10:" not in ended.err
    assert "10 rows read, 4 ok, 6 rejected" in ended.err
    assert ended.out == ""


def test_a_warning_does_not_fail_the_check(make_command: MakeCommand) -> None:
    """Keys that differ by case are told, and exit is 0."""
    command = make_command(10)
    rows = [
        {"dataRow": {"globalKey": key}, "name": "corner", "point": {"x": 1, "y": 1}}
        for key in ("a.jpg", "A.JPG")
    ]
    ended = command.call("check", str(command.write(rows)), "--json").is_exit(0)
    assert json.loads(ended.out)["by_slug"] == {"R-DR-GK": 1, "R-ID-5": 2}
    assert json.loads(ended.out)["warned"] == 2


def test_a_stream_can_be_checked(make_command: MakeCommand) -> None:
    """From stdin, as in a pipe."""
    command = make_command(100)
    content = command.samples(100).read_bytes()
    ended = command.call("check", "-", "--json", stdin=content).is_exit(0)
    assert json.loads(ended.out)["ok"] == 100
