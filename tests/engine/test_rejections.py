"""Bad rows are facts: each is written down with its place and a sentence, and the rest goes on."""

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest
from support.planned import Planned, Planning, write_sources

from bulkimport.engine.rejections import SAMPLES_PER_SLUG, Rejections
from bulkimport.engine.request import Shaping
from bulkimport.model import Rejection
from bulkimport.sandbox.samples import ROWS_PER_DATA_ROW, data_row_key
from bulkimport.sandbox.samples import rows as sample_rows
from bulkimport.shards.group import Incomplete

Document = dict[str, object]


class Way(NamedTuple):
    """One way to be wrong: how, by which rule, and whether the data row can still be told."""

    spoil: Callable[[bytes], bytes]
    slug: str
    known: bool = True


def document(change: Callable[[Document], object]) -> Callable[[bytes], bytes]:
    """Spoil a row by changing what it says."""

    def spoil(row: bytes) -> bytes:
        said = json.loads(row)
        change(said)
        return json.dumps(said).encode()

    return spoil


def put(**members: object) -> Callable[[bytes], bytes]:
    """Spoil a row by setting some members."""
    return document(lambda said: said.update(members))


def drop(name: str) -> Callable[[bytes], bytes]:
    """Spoil a row by leaving a member out."""
    return document(lambda said: said.pop(name))


# Each spoils a box: {"uuid", "dataRow": {"globalKey"}, "name", "bbox"}.
WAYS = {
    "not utf-8": Way(lambda row: row.replace(b"vehicle", b"\xe4\xff"), "R-FILE-1"),
    "byte order mark": Way(lambda row: b"\xef\xbb\xbf" + row, "R-FILE-2"),
    "nan": Way(put(bbox={"top": float("nan")}), "R-FILE-4"),
    "beyond a double": Way(put(bbox={"top": 10**400}), "R-FILE-4"),
    "cut off": Way(lambda row: row[:-1], "R-FILE-1"),
    "two values": Way(lambda row: row + b",{}", "R-FILE-1"),
    "too deep": Way(put(more=json.loads("[" * 80 + "]" * 80)), "R-FILE-1"),
    "half a pair": Way(lambda row: row.replace(b"vehicle", rb"\udead"), "R-FILE-1"),
    "a list": Way(lambda row: b"[" + row + b"]", "R-FILE-1", known=False),
    "a key twice": Way(lambda row: b'{"uuid":null,' + row[1:], "R-FILE-6"),
    "no data row": Way(drop("dataRow"), "R-DR-1", known=False),
    "an empty key": Way(put(dataRow={"globalKey": ""}), "R-DR-2", known=False),
    "two keys": Way(put(dataRow={"globalKey": "a", "id": "b"}), "R-DR-2", known=False),
    "a number for a key": Way(put(dataRow={"globalKey": 7}), "R-DR-3", known=False),
    "a long key": Way(put(dataRow={"globalKey": "k" * 201}), "R-DR-5", known=False),
    "a number for a uuid": Way(put(uuid=7), "R-ID-1"),
    "no uuid": Way(put(uuid="my own name"), "R-ID-1"),
    "no payload": Way(drop("bbox"), "R-KIND-1"),
    "two payloads": Way(put(point={"x": 1, "y": 2}), "R-KIND-2"),
    "a wrong payload": Way(put(bbox=[1, 2]), "R-KIND-5"),
    "no name": Way(drop("name"), "R-NAME-1"),
    "an empty name": Way(put(name=""), "R-NAME-4"),
    "a short schema id": Way(put(schemaId="short"), "R-NAME-2"),
    "a metric": Way(
        document(lambda said: (said.pop("bbox"), said.update(metricValue=1))), "R-MODE-2"
    ),
}
COUNT = 100_000
BAD = COUNT * 3 // 100
# The fourth row of each ten is a box.
BOX = 3


class Made(NamedTuple):
    """A file, and what is wrong in it: by line, the way."""

    lines: list[bytes]
    wrong: dict[int, str]


@pytest.fixture(scope="module")
def made() -> Made:
    """100,000 rows, 3% of them bad, in all ways, one in a data row at most."""
    chance = random.Random(7)
    lines = list(sample_rows(COUNT))
    data_rows = chance.sample(range(COUNT // ROWS_PER_DATA_ROW), BAD)
    wrong = {}
    for place, data_row in enumerate(data_rows):
        at = data_row * ROWS_PER_DATA_ROW + BOX
        way = list(WAYS)[place % len(WAYS)]
        lines[at] = WAYS[way].spoil(lines[at])
        wrong[at] = way
    return Made(lines, wrong)


def planned(made: Made, tmp_path: Path, incomplete: Incomplete) -> Planned:
    """Plan them; every other line has blanks around or a carriage return behind it."""
    content = b"".join(
        (b" \t" if number % 3 == 0 else b"") + line + (b"\r\n" if number % 2 else b"\n")
        for number, line in enumerate(made.lines)
    )
    return Planning(tmp_path / "run", Shaping(incomplete=incomplete)).plan(
        write_sources(tmp_path, content)
    )


@pytest.mark.parametrize("incomplete", Incomplete)
def test_three_rows_in_a_hundred_are_bad_in_twenty_ways(
    made: Made, tmp_path: Path, incomplete: Incomplete
) -> None:
    """Each is named by its rule and place; its companions are held or sent; the account adds up."""
    run = planned(made, tmp_path, incomplete)
    content = (tmp_path / "s0.ndjson").read_bytes()
    totals = run.plan.totals

    rejected = run.lines("rejected.ndjson")
    assert len(WAYS) >= 20
    assert {line["line"] - 1: line["slug"] for line in rejected} == {
        at: WAYS[way].slug for at, way in made.wrong.items()
    }
    for line in rejected:
        own = made.lines[line["line"] - 1]
        assert content[line["offset"] : line["offset"] + len(own)] == own
        assert line["source"] == "s0"
        assert line["message"]
        assert line["expected"]
        assert "{found}" not in line["message"]
    assert totals.by_slug == Counter(WAYS[way].slug for way in made.wrong.values())

    known = [at for at, way in made.wrong.items() if WAYS[way].known]
    held = len(known) * (ROWS_PER_DATA_ROW - 1) if incomplete is Incomplete.HOLD else 0
    assert (totals.read, totals.rejected, totals.held) == (COUNT, BAD, held)
    assert totals.planned == COUNT - BAD - held
    lines = run.lines("held.ndjson")
    assert len(lines) == held
    keys = {data_row_key(at // ROWS_PER_DATA_ROW) for at in known}
    assert {line["row"]["dataRow"]["globalKey"] for line in lines} == (keys if held else set())
    gone = {line["line"] - 1 for line in (*lines, *rejected)}
    assert b"".join(run.sent()) == b"".join(
        line + b"\n" for at, line in enumerate(made.lines) if at not in gone
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_line_of_a_result_file_holds_the_row_as_it_came(tmp_path: Path, way: str) -> None:
    """Byte for byte where it is JSON that every reader takes, else as text."""
    box = list(sample_rows(4))[BOX]
    row = WAYS[way].spoil(box)

    run = Planning(tmp_path / "run").plan(write_sources(tmp_path, b"\n" + row + b"\n" + box))

    content = (tmp_path / "run/rejected.ndjson").read_bytes()
    try:
        orjson.loads(row)
    except orjson.JSONDecodeError:
        (line,) = run.lines("rejected.ndjson")
        assert line["row"] == row.decode(errors="replace")
    else:
        assert content.endswith(b'"row":' + row + b"}\n")
    held = (tmp_path / "run/held.ndjson").read_bytes()
    assert held.endswith(b'"row":' + box + b"}\n") if WAYS[way].known else held == b""


def rejection(slug: str, line: int) -> Rejection:
    """One rejection of a rule."""
    return Rejection("s", line, 0, "$", slug, "", "", "m")


def test_few_rejections_are_kept_and_all_are_counted_and_written(tmp_path: Path) -> None:
    """The first of each rule are shown to people; memory does not grow with the rest."""
    path = tmp_path / "rejected.ndjson"
    path.write_bytes(b"of an earlier attempt\n")
    rejections = Rejections(path)
    for line in range(10):
        rejections.add(rejection("R-FILE-1", line), b"{}")
    rejections.add(rejection("R-ID-1", 10), b"{}")
    rejections.sync()

    assert rejections.by_slug == {"R-FILE-1": 10, "R-ID-1": 1}
    assert [one.rejection.line for one in rejections.samples] == [*range(SAMPLES_PER_SLUG), 10]
    lines = path.read_bytes().splitlines()
    assert [orjson.loads(line)["line"] for line in lines] == list(range(11))
    rejections.close()


@pytest.mark.parametrize("most", [0, 1, 9, 10, 11, None])
def test_no_more_faults_are_written_than_asked_for(tmp_path: Path, most: int | None) -> None:
    """All others are counted, and how many those are is known."""
    path = tmp_path / "rejected.ndjson"
    rejections = Rejections(path, most=most)
    for line in range(10):
        rejections.add(rejection("R-FILE-1", line), b"{}")
    room = rejections.room
    rejections.count("R-ID-1", 5)
    rejections.sync()

    written = min(10, 10 if most is None else most)
    assert len(path.read_bytes().splitlines()) == written
    assert rejections.untold == 10 - written + 5
    assert rejections.rows == 15
    assert rejections.by_slug == {"R-FILE-1": 10, "R-ID-1": 5}
    assert (room > 0) == (most in {11, None})
    rejections.close()


@pytest.mark.parametrize("most", [0, 2, 3, 100])
def test_rows_beyond_the_limit_are_rejected_by_the_same_rules(tmp_path: Path, most: int) -> None:
    """By the scan's codes and by what rows break together; only their explanations are missing."""
    bad = [row[:-1] for row in sample_rows(3)]
    twins = 2 * list(sample_rows(2, seed=1))
    source = tmp_path / "rows"
    source.write_bytes(b"".join(row + b"\n" for row in [*bad, *twins]))

    planned = Planning(tmp_path / "run", most_rejections=most).plan({"rows": source})

    totals = planned.plan.totals
    assert totals.by_slug == {"R-FILE-1": 3, "R-ID-2": 4}
    assert (totals.rejected, totals.planned, totals.held) == (7, 0, 0)
    assert len(planned.lines("rejected.ndjson")) == min(most, 7)
    assert totals.warnings == ({"max-rejections": 7 - most} if most < 7 else {})
