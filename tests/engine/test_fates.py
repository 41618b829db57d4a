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
from bulkimport.engine.fates import (
    BLOCK_BYTES,
    LINE_BYTES,
    Fates,
    any_accepted,
    read_fates,
    read_statuses,
    server_words,
)

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


def fates(bodies: Bodies, run: Planned, said: list[dict[str, Any]], tmp_path: Path) -> Fates:
    """Join the shard with a status file that says so."""
    path = tmp_path / "statuses.ndjson"
    path.write_bytes(b"".join(orjson.dumps(status) + b"\n" for status in said))
    return read_fates(bodies, run.cuts[0], path)


def counts(found: Fates) -> tuple[int, int, int]:
    """Accepted, failed, unknown."""
    joined = found.joined
    return joined.accepted, len(joined.failed_rows), len(joined.unknown)


def test_every_row_is_accepted_in_whatever_order(
    run: Planned, bodies: Bodies, tmp_path: Path
) -> None:
    """Status files have their own order."""
    found = fates(bodies, run, statuses(run)[::-1], tmp_path)

    assert counts(found) == (5, 0, 0)
    assert list(found.failed_lines(bodies)) == list(found.unknown_lines(bodies)) == []


@pytest.mark.parametrize("at", range(5))
def test_a_failed_row_is_named_with_the_service_s_words(
    run: Planned, bodies: Bodies, tmp_path: Path, at: int
) -> None:
    """And with the input's own row and place, the filled one without its uuid."""
    said = statuses(run)
    said[at] = fail(said[at])

    found = fates(bodies, run, said, tmp_path)

    assert counts(found) == (4, 1, 0)
    (line,) = found.failed_lines(bodies)
    told = orjson.loads(line)
    assert list(told) == ["source", "offset", "import", "errors", "row"]
    assert (told["source"], told["import"]) == ("s0", run.cuts[0].name)
    assert told["offset"] == sum(len(row) + 1 for row in ROWS[:at])
    assert told["errors"] == [ERROR]
    assert line.endswith(b'"row":' + ROWS[at] + b"}\n")


def test_rows_that_never_came_back_are_unknown(
    run: Planned, bodies: Bodies, tmp_path: Path
) -> None:
    """Each is named; a stranger's status is nobody's."""
    said = statuses(run)[:3]
    said.append({**said[0], "uuid": "00000000-0000-0000-0000-00000000ffff"})

    found = fates(bodies, run, said, tmp_path)

    assert counts(found) == (3, 0, 2)
    lines = list(found.unknown_lines(bodies))
    assert [
        line.endswith(b'"row":' + row + b"}\n") for line, row in zip(lines, ROWS[3:], strict=True)
    ]
    assert orjson.loads(lines[0])["errors"][0]["name"] == "Unknown"
    assert found.joined.strangers == 1


def test_without_a_status_file_nothing_is_known(run: Planned, bodies: Bodies) -> None:
    """The service may say FINISHED and give none."""
    found = read_fates(bodies, run.cuts[0], None)

    assert counts(found) == (0, 0, 5)


def test_a_status_file_that_is_cut_off_makes_rows_unknown(
    run: Planned, bodies: Bodies, tmp_path: Path
) -> None:
    """Half a line is no verdict."""
    path = tmp_path / "statuses.ndjson"
    content = b"".join(orjson.dumps(status) + b"\n" for status in statuses(run))
    path.write_bytes(content[:-20])

    assert counts(read_fates(bodies, run.cuts[0], path)) == (4, 0, 1)


@pytest.mark.parametrize("keep", [True, False])
def test_accepted_rows_are_given_when_they_are_asked_for(
    run: Planned, bodies: Bodies, tmp_path: Path, *, keep: bool
) -> None:
    """They are the input's own; else a shard that is whole is settled without reading it."""
    path = tmp_path / "statuses.ndjson"
    path.write_bytes(b"".join(orjson.dumps(status) + b"\n" for status in statuses(run)))

    found = read_fates(bodies, run.cuts[0], path, keep_accepted=keep)

    assert counts(found) == (5, 0, 0)
    assert len(found.rows) == (5 if keep else 0)
    if keep:
        assert list(found.accepted_lines(bodies)) == [row + b"\n" for row in ROWS]


def test_accepted_rows_are_those_that_are_neither_failed_nor_unknown(
    run: Planned, bodies: Bodies, tmp_path: Path
) -> None:
    """The three together are all rows."""
    said = statuses(run)[:4]
    said[1] = fail(said[1])

    found = fates(bodies, run, said, tmp_path)

    assert counts(found) == (3, 1, 1)
    assert list(found.accepted_lines(bodies)) == [ROWS[at] + b"\n" for at in (0, 2, 3)]


def test_a_status_file_larger_than_a_block_is_read_to_its_end(tmp_path: Path) -> None:
    """Lines that are no success are kept by their number over the whole file."""
    path = tmp_path / "statuses.ndjson"
    padding = "x" * 1000
    count = BLOCK_BYTES // 1000 + 100
    with path.open("wb") as file:
        for number in range(count):
            status = "FAILURE" if number in {0, count - 1} else "SUCCESS"
            file.write(orjson.dumps({"n": number, "status": status, "more": padding}) + b"\n")

    found, lines = read_statuses(path)

    assert len(found) == count
    assert {at: orjson.loads(line)["n"] for at, line in lines.items()} == {
        0: 0,
        count - 1: count - 1,
    }


@pytest.mark.parametrize(
    ("content", "accepted"),
    [
        (None, False),
        (b"", False),
        (b'{"status":"FAILURE"}\n', False),
        (b'{"status":"FAILURE"}\n{"status":"SUCCESS"}\n', True),
        (b'not json\n{"status":"SUCCESS"}', True),
        (b'{"status":"SUCC', False),
    ],
)
def test_whether_any_row_was_accepted(
    tmp_path: Path, content: bytes | None, *, accepted: bool
) -> None:
    """An import that failed whole is tried again only if none was."""
    path = tmp_path / "statuses.ndjson"
    if content is not None:
        path.write_bytes(content)

    assert any_accepted(path if content is not None else None) is accepted


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
        (None, NO_REASON),
        (b"", NO_REASON),
        (b"\n \n", NO_REASON),
        (b'{"name":"a"}\n\n{"name":"b"}', [{"name": "a"}, {"name": "b"}]),
        (b"plain \xff words\n", [{"name": "ImportFailed", "message": "plain \ufffd words"}]),
        (b"1\n2\n3\n4\n5\n6\n", [1, 2, 3, 4, 5]),
    ],
)
def test_what_a_failed_import_says(
    tmp_path: Path, content: bytes | None, words: list[object]
) -> None:
    """Its first lines."""
    path = tmp_path / "errors.ndjson"
    if content is not None:
        path.write_bytes(content)

    assert list(server_words(path if content is not None else None)) == words


def test_an_endless_line_is_not_read_to_its_end(tmp_path: Path) -> None:
    """What the service says is kept short."""
    path = tmp_path / "errors.ndjson"
    path.write_bytes(b"x" * (10 * LINE_BYTES))

    words = server_words(path)

    assert sum(len(str(word)) for word in words) < 6 * LINE_BYTES
