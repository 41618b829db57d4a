"""Bad rows are data: each is refused by name, its companions held or sent, all others accepted."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from e2e.bad_rows import FAULTS, Fault
from e2e.command import Command, Ended, as_line, lines_of

MakeCommand = Callable[..., Command]

EACH = 9
BAD = EACH * len(FAULTS)
ROWS = BAD * 100 // 3 // 10 * 10
PLACE = 3


@dataclass
class Spoiled:
    """A file with bad rows in it: its fault by line, its good rows by whether others are lost."""

    source: Path
    faults: dict[int, Fault] = field(default_factory=dict)
    companions: list[bytes] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)


@pytest.fixture
def spoil(make_command: MakeCommand) -> Callable[..., tuple[Command, Spoiled]]:
    """Write a file of which 3 in 100 rows are bad, each on a data row of its own."""

    def make(kind: str) -> tuple[Command, Spoiled]:
        command = make_command(ROWS, kind=kind)
        spoiled = Spoiled(command.folder / "rows.ndjson")
        command.write(spoiled_rows(command, spoiled))
        return command, spoiled

    return make


def spoiled_rows(command: Command, spoiled: Spoiled) -> Iterator[bytes]:
    """One row in ten is spoiled of as many data rows as there are bad rows to be."""
    for number, row in enumerate(command.made_up(ROWS)):
        data_row, place = divmod(number, 10)
        if data_row >= BAD:
            spoiled.others.append(row)
            yield row
            continue
        fault = FAULTS[data_row % len(FAULTS)]
        if place == PLACE:
            spoiled.faults[number + 1] = fault
            yield fault.spoil(row)
        else:
            (spoiled.companions if fault.known else spoiled.others).append(row)
            yield row


def test_there_are_twenty_kinds_and_three_in_a_hundred() -> None:
    """What the tests below rest on."""
    assert len(FAULTS) >= 20
    assert BAD * 100 // ROWS == 3


def test_companions_of_rejected_rows_are_held_back_from_labels(
    spoil: Callable[..., tuple[Command, Spoiled]],
) -> None:
    """Nothing of a data row goes that lost a row; everything else is accepted; exit 3."""
    command, spoiled = spoil("labels")
    ended = command.imports(spoiled.source).is_exit(3)
    is_accounted_for(ended, spoiled, held=len(spoiled.companions))
    held = Counter(json.dumps(line["row"]) for line in ended.held())
    assert held == Counter(json.dumps(json.loads(row)) for row in spoiled.companions)
    command.holds(command.write(spoiled.others, "others.ndjson"))


def test_companions_of_rejected_rows_are_sent_as_prelabels(
    spoil: Callable[..., tuple[Command, Spoiled]],
) -> None:
    """A suggestion may lack a part, so nothing is held."""
    command, spoiled = spoil("prelabels")
    ended = command.imports(spoiled.source).is_exit(3)
    is_accounted_for(ended, spoiled, held=0)
    command.holds(command.write(spoiled.others + spoiled.companions, "good.ndjson"))


@pytest.mark.parametrize(("kind", "word"), [("labels", "send"), ("prelabels", "hold")])
def test_what_becomes_of_companions_can_be_chosen(
    spoil: Callable[..., tuple[Command, Spoiled]], kind: str, word: str
) -> None:
    """`--incomplete` says it for either kind."""
    command, spoiled = spoil(kind)
    held = len(spoiled.companions) if word == "hold" else 0
    ended = command.imports(spoiled.source, "--incomplete", word).is_exit(3)
    is_accounted_for(ended, spoiled, held=held)


def is_accounted_for(ended: Ended, spoiled: Spoiled, *, held: int) -> None:
    """Fail unless each bad row is named with its rule and all else is counted."""
    report = ended.report
    assert report["state"] == "finished"
    assert (report["read"], report["rejected"], report["held"]) == (ROWS, BAD, held)
    assert report["accepted"] == ROWS - BAD - held
    rejections = {line["line"]: line for line in ended.rejections()}
    assert rejections.keys() == spoiled.faults.keys()
    for number, fault in spoiled.faults.items():
        line = rejections[number]
        told = f"{line['message']}; expected {line['expected']}"
        assert line["slug"] == fault.slug, (fault.name, line)
        assert fault.hint in told, (fault.name, line)
        assert line["source"] == str(spoiled.source)
    expected = Counter(fault.slug for fault in spoiled.faults.values())
    assert report["rejected_by_slug"] == expected


def test_all_or_nothing_sends_nothing_when_any_row_is_rejected(
    spoil: Callable[..., tuple[Command, Spoiled]],
) -> None:
    """Exit 4, and the rejections are there to be read; without the flag the run goes on."""
    command, spoiled = spoil("labels")
    command.suffers()
    refused = command.imports(spoiled.source, "--all-or-nothing").is_exit(4)
    assert "nothing is sent" in refused.err
    assert command.creates() == 0
    assert command.account()["imports"] == {}
    assert len(lines_of(command.run / "rejected.ndjson")) == BAD
    command.imports(spoiled.source).is_exit(3)
    command.holds(command.write(spoiled.others, "others.ndjson"))


def test_all_or_nothing_sends_all_when_nothing_is_rejected(make_command: MakeCommand) -> None:
    """The flag alone stops nothing."""
    command = make_command(100)
    source = command.samples(100)
    command.imports(source, "--all-or-nothing").is_exit(0)
    command.holds(source)


def test_rows_that_break_a_rule_together_are_all_rejected(make_command: MakeCommand) -> None:
    """Two rows of one uuid on a data row: neither is the right one. On two data rows both go."""
    command = make_command(40)
    made = list(command.made_up(40))
    first, second, elsewhere = (json.loads(made[number]) for number in (3, 4, 23))
    second["uuid"] = first["uuid"].upper().replace("-", "")
    elsewhere["uuid"] = f"{{{first['uuid']}}}"
    made[4], made[23] = as_line(second), as_line(elsewhere)
    ended = command.imports(command.write(made)).is_exit(3)
    assert sorted(line["line"] for line in ended.rejections()) == [4, 5]
    assert ended.report["rejected_by_slug"] == {"R-ID-2": 2}
    assert ended.report["held"] == 8
    command.holds(command.write(made[10:], "others.ndjson"))


@pytest.mark.parametrize(("of_one_name", "code"), [(5_000, 0), (5_001, 3)])
def test_five_thousand_of_one_name_on_a_data_row_pass_and_one_more_does_not(
    make_command: MakeCommand, of_one_name: int, code: int
) -> None:
    """At the limit all go; over it all of that name are rejected, and the rest of it is held."""
    command = make_command(20)
    point = {"dataRow": {"globalKey": command.key_of(0)}, "name": "corner"}
    made = list(command.made_up(20))
    others = [row for row in made if b'"corner"' not in row]
    points = [as_line({**point, "point": {"x": x, "y": 1}}) for x in range(of_one_name)]
    ended = command.imports(command.write([*others, *points])).is_exit(code)
    if code:
        lost = sum(command.key_of(0).encode() in row for row in others)
        assert ended.report["rejected_by_slug"] == {"R-LIM-1": of_one_name}
        assert ended.report["held"] == lost
        assert ended.report["accepted"] == len(others) - lost
    else:
        assert ended.report["accepted"] == len(others) + of_one_name


@pytest.mark.parametrize(("count", "code"), [(100_000, 0), (100_001, 3)])
def test_a_data_row_of_a_hundred_thousand_rows_is_one_shard_and_one_more_is_too_much(
    make_command: MakeCommand, count: int, code: int
) -> None:
    """It is never split: over the limit all its rows are rejected by name."""
    command = make_command(10)
    point = '{{"dataRow":{{"globalKey":"{}"}},"name":"n{}","point":{{"x":{},"y":1}}}}'
    key = command.key_of(0)
    lines = (point.format(key, number // 5_000, number).encode() for number in range(count))
    source = command.write(lines)
    words = command.importing(source, "--allow", "R-ONT-1")
    planned = command.call("plan", *words[1:]).is_exit(code)
    made = json.loads(planned.out)
    assert (made["read"], made["shards"]) == (count, 0 if code else 1)
    assert made["rejected_by_slug"] == ({"R-SHARD-1": count} if code else {})


def test_a_data_row_over_the_cap_of_bytes_goes_alone_or_is_rejected(
    make_command: MakeCommand,
) -> None:
    """Over `--bytes-per-shard` it has a shard of its own; over `--max-data-row-bytes` none."""
    command = make_command(60)
    source = command.samples(60)
    alone = command.imports(source, "--bytes-per-shard", "1000").is_exit(0)
    assert alone.report["shards"] == alone.report["data_rows"] == 6
    command.holds(source)
    command.kind = "prelabels"
    ended = command.imports(source, "--max-data-row-bytes", "1000").is_exit(3)
    assert ended.report["rejected_by_slug"] == {"R-SHARD-2": 60}


def test_a_byte_order_mark_blank_lines_and_a_missing_line_end(make_command: MakeCommand) -> None:
    """The mark spoils the first row alone; blank lines are no rows; the last needs no end."""
    command = make_command(30, kind="prelabels")
    made = list(command.made_up(30))
    source = command.folder / "rows.ndjson"
    source.write_bytes(b"\xef\xbb\xbf" + b"\r\n \n".join(made))
    ended = command.imports(source).is_exit(3)
    assert ended.report["read"] == 30
    [rejection] = ended.rejections()
    assert (rejection["slug"], rejection["line"]) == ("R-FILE-2", 1)
    command.holds(command.write(made[1:], "good.ndjson"))


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\t\r\n\n"])
def test_a_source_without_rows_is_a_mistake_of_the_command(
    make_command: MakeCommand, content: bytes
) -> None:
    """Exit 2 and one line that says so."""
    command = make_command(10)
    source = command.folder / "rows.ndjson"
    source.write_bytes(content)
    command.suffers()
    ended = command.imports(source).is_exit(2)
    assert "there are no rows" in ended.err
    assert command.creates() == 0


def test_a_source_of_bad_rows_only_is_done_without_a_single_import(
    make_command: MakeCommand,
) -> None:
    """All are rejected, nothing is sent, exit 3; the same again says the same."""
    command = make_command(10)
    source = command.write([b"{}", b"nothing", b"[]"])
    command.suffers()
    for _ in range(2):
        ended = command.imports(source).is_exit(3)
        assert (ended.report["read"], ended.report["rejected"]) == (3, 3)
        assert ended.report["state"] == "finished"
    assert command.creates() == 0
