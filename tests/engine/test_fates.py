"""What became of each row is told by the service's status file, and by nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from support.ndjson import made_row
from support.planned import Planned, Planning, write_sources

from bulkimport.engine.bodies import Bodies
from bulkimport.engine.failing import status_errors
from bulkimport.engine.fates import Fates, fates_of, server_words
from bulkimport.native import Said, StatusFile, said_by

ROWS = [made_row(key, number=None if n == 3 else n + 1, x=n) for n, key in enumerate("aabbc")]
ERROR = {"name": "ValidationError", "message": "Ontology does not contain name: car"}


@pytest.fixture
def run(tmp_path: Path) -> Planned:
    """One shard of five rows, one of them with a filled uuid."""
    content = b"".join(row + b"\n" for row in ROWS)
    return Planning(tmp_path / "run").plan(write_sources(tmp_path, content))


@pytest.fixture
def bodies(run: Planned) -> Iterator[Bodies]:
    """Its body."""
    with run.bodies() as opened:
        yield opened


def statuses(run: Planned) -> list[dict[str, Any]]:
    """What the service says when it takes every row."""
    sent = [orjson.loads(line) for line in run.sent()[0].splitlines()]
    return [
        {"uuid": row["uuid"], "dataRow": row["dataRow"], "status": "SUCCESS", "errors": []}
        for row in sent
    ]


def fail(status: dict[str, Any]) -> dict[str, Any]:
    """The same row, refused."""
    return {**status, "status": "FAILURE", "errors": [ERROR]}


def content_of(said: list[dict[str, Any]]) -> bytes:
    """A status file."""
    return b"".join(orjson.dumps(status) + b"\n" for status in said)


def read(content: bytes) -> Said:
    """What it says."""
    file = StatusFile()
    file.feed([content])
    return said_by(file)


def fates(bodies: Bodies, run: Planned, said: list[dict[str, Any]]) -> Fates:
    """Join the shard with a status file that says so."""
    return fates_of(bodies, run.cuts[0], read(content_of(said)))


def counts(found: Fates) -> tuple[int, int, int]:
    """Accepted, failed, unknown."""
    joined = found.joined
    return joined.accepted, len(joined.failed_rows), len(joined.unknown)


def test_every_row_is_accepted_in_whatever_order(run: Planned, bodies: Bodies) -> None:
    """Status files have their own order."""
    found = fates(bodies, run, statuses(run)[::-1])

    assert counts(found) == (5, 0, 0)
    assert list(found.failed_lines(bodies)) == list(found.unknown_lines(bodies)) == []


@pytest.mark.parametrize("at", range(5))
def test_a_failed_row_is_named_with_the_service_s_words(
    run: Planned, bodies: Bodies, at: int
) -> None:
    """And with the input's own row and place, the filled one without its uuid."""
    said = statuses(run)
    said[at] = fail(said[at])

    found = fates(bodies, run, said)

    assert counts(found) == (4, 1, 0)
    (line,) = found.failed_lines(bodies)
    told = orjson.loads(line)
    assert list(told) == ["source", "offset", "import", "errors", "row"]
    assert (told["source"], told["import"]) == ("s0", run.cuts[0].name)
    assert told["offset"] == sum(len(row) + 1 for row in ROWS[:at])
    assert told["errors"] == [ERROR]
    assert line.endswith(b'"row":' + ROWS[at] + b"}\n")


def test_rows_that_never_came_back_are_unknown(run: Planned, bodies: Bodies) -> None:
    """Each is named; a stranger's status is nobody's."""
    said = statuses(run)[:3]
    said.append({**said[0], "uuid": "00000000-0000-0000-0000-00000000ffff"})

    found = fates(bodies, run, said)

    assert counts(found) == (3, 0, 2)
    lines = list(found.unknown_lines(bodies))
    assert [
        line.endswith(b'"row":' + row + b"}\n") for line, row in zip(lines, ROWS[3:], strict=True)
    ]
    assert orjson.loads(lines[0])["errors"][0]["name"] == "Unknown"
    assert found.joined.strangers == 1


def test_without_a_status_file_nothing_is_known(run: Planned, bodies: Bodies) -> None:
    """The service may say FINISHED and give none."""
    found = fates_of(bodies, run.cuts[0], read(b""))

    assert counts(found) == (0, 0, 5)


def test_a_status_file_that_is_cut_off_makes_rows_unknown(run: Planned, bodies: Bodies) -> None:
    """Half a line is no verdict."""
    content = content_of(statuses(run))[:-20]

    assert counts(fates_of(bodies, run.cuts[0], read(content))) == (4, 0, 1)


@pytest.mark.parametrize("keep", [True, False])
def test_accepted_rows_are_given_when_they_are_asked_for(
    run: Planned, bodies: Bodies, *, keep: bool
) -> None:
    """They are the input's own; else a shard that is whole is settled without reading it."""
    said = read(content_of(statuses(run)))

    found = fates_of(bodies, run.cuts[0], said, keep_accepted=keep)

    assert counts(found) == (5, 0, 0)
    assert len(found.rows) == (5 if keep else 0)
    if keep:
        assert list(found.accepted_lines(bodies)) == [row + b"\n" for row in ROWS]


def test_accepted_rows_are_those_that_are_neither_failed_nor_unknown(
    run: Planned, bodies: Bodies
) -> None:
    """The three together are all rows."""
    said = statuses(run)[:4]
    said[1] = fail(said[1])

    found = fates(bodies, run, said)

    assert counts(found) == (3, 1, 1)
    assert list(found.accepted_lines(bodies)) == [ROWS[at] + b"\n" for at in (0, 2, 3)]


@pytest.mark.parametrize(
    ("line", "errors"),
    [
        (b'{"errors":[{"name":"a"}]}', [{"name": "a"}]),
        (b'{"errors":{"name":"a"}}', [{"name": "a"}]),
        (b'{"errors":"no"}', ["no"]),
        (b'{"errors":null}', []),
        (b"{}", []),
        (b"[]", [{"name": "Unreadable", "message": "[]"}]),
        (b"\xff{", [{"name": "Unreadable", "message": "\ufffd{"}]),
    ],
)
def test_the_service_s_words_are_read_however_it_puts_them(
    line: bytes, errors: list[object]
) -> None:
    """What cannot be read is given as it is."""
    assert list(status_errors(line)) == errors


NO_REASON = [{"name": "ImportFailed", "message": "the service gave no reason"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", NO_REASON),
        (b"\n \n", NO_REASON),
        (b'{"name":"a"}\n\n{"name":"b"}', [{"name": "a"}, {"name": "b"}]),
        (b"plain \xff words\n", [{"name": "ImportFailed", "message": "plain \ufffd words"}]),
        (b"1\n2\n3\n4\n5\n6\n", [1, 2, 3, 4, 5]),
    ],
)
def test_what_a_failed_import_says(content: bytes, words: list[object]) -> None:
    """Its first lines."""
    assert list(server_words(content)) == words
