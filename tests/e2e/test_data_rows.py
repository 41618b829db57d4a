"""Assets become data rows, each once: with bad ones among them, twice told, cut off, lost."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command, lines_of
from support.sandbox import Sandbox

from bulkimport.sandbox.store import Store

ROWS = 1_200
WHERE = "https://assets.example.com"
DEAD = "https://dead.example.com"


@pytest.fixture
def command(make_command: Callable[..., Command]) -> Iterator[Command]:
    """The command, with a dataset of five data rows, `taken-1` to `taken-5`, as its destination."""
    made = make_command(keys=[])
    seeded = made.sandbox.seed(keys=[f"{made.tag}taken-{n}" for n in range(1, 6)])
    made.project, made.kind = f"dataset/{seeded['dataset_id']}", "data-rows"
    made.suffers()
    return made


def asset(command: Command, name: str, **more: Any) -> dict[str, Any]:
    """One asset whose key nobody else has."""
    return {"row_data": f"{WHERE}/{name}.jpg", "global_key": f"{command.tag}{name}", **more}


def assets(command: Command, count: int = ROWS) -> list[dict[str, Any]]:
    """Many assets."""
    return [asset(command, str(number), external_id=f"{number}.jpg") for number in range(count)]


def keys_in(sandbox: Sandbox, tag: str) -> Counter[str]:
    """The global keys in the sandbox that begin with `tag`, without it."""
    with closing(Store(sandbox.dir)) as store, store.reading() as db:
        rows = db.execute("SELECT global_key FROM data_row WHERE global_key LIKE ?", (f"{tag}%",))
        return Counter(row["global_key"].removeprefix(tag) for row in rows)


def wanted(count: int = ROWS) -> Counter[str]:
    """The keys of `assets` and of those that were there."""
    return Counter(map(str, range(count))) + Counter(f"taken-{n}" for n in range(1, 6))


def test_all_assets_are_data_rows_and_the_same_command_reports_only(command: Command) -> None:
    """A second time nothing is asked of the service."""
    source = command.write(assets(command))

    first = command.imports(source, "--rows-per-shard", "500").is_exit(0)
    again = command.imports(source, "--rows-per-shard", "500").is_exit(0)

    assert (first.report["accepted"], first.report["shards"]) == (ROWS, 3)
    assert (again.report["accepted"], again.report["requests"]) == (ROWS, 0)
    assert keys_in(command.sandbox, command.tag) == wanted()


def test_bad_assets_are_accounted_for_one_by_one_and_the_rest_is_made(command: Command) -> None:
    """Three in a hundred: keys twice, keys taken, keys of bad characters, addresses that are dead.

    A key that is there twice is told in the same way wherever the two stand.
    """
    command.suffers({"fault": "unreachable-url", "hosts": ["dead.example.com"]})
    rows = assets(command)
    for first, second in ((0, ROWS - 1), (300, 301), (7, 900)):
        rows[second] = {**rows[second], "global_key": rows[first]["global_key"].upper()}
    for taken, number in enumerate((100, 600, 1_100), 1):
        rows[number] = asset(command, f"taken-{taken}")
    for number in (200, 700):
        rows[number]["global_key"] = f"{command.tag}bad\t{number}"
    for number in (250, 750, 1_150):
        rows[number]["row_data"] = f"{DEAD}/{number}.jpg"
    source = command.write(rows)

    words = ("--rows-per-shard", "400", "--on-existing", "fail")
    ended = command.imports(source, *words).is_exit(3)

    report = ended.report
    assert report["rejected_by_slug"] == {"R-ASSET-4": 2, "R-ASSET-6": 6}
    assert (report["rejected"], report["failed"]) == (8, 6)
    assert report["accepted"] == ROWS - 14
    shapes = {tuple(line) for line in ended.failures()}
    assert shapes == {("source", "offset", "import", "errors", "row")}
    names = Counter(line["errors"][0]["name"] for line in ended.failures())
    assert names == {"DuplicateGlobalKey": 3, "DataRowFailed": 3}
    twice = [line for line in ended.rejections() if line["slug"] == "R-ASSET-6"]
    assert {tuple(line) for line in twice} == {tuple(ended.rejections()[0])}
    assert sorted(line["line"] for line in twice) == [1, 8, 301, 302, 901, ROWS]
    bad = {0, ROWS - 1, 300, 301, 7, 900, 100, 600, 1_100, 200, 700, 250, 750, 1_150}
    good = Counter(str(number) for number in range(ROWS) if number not in bad)
    assert keys_in(command.sandbox, command.tag) == good + wanted(0)


@pytest.mark.parametrize(
    ("choice", "code", "failed", "address"),
    [("skip", 0, 0, "seeded"), ("fail", 3, 1, "seeded"), ("update", 0, 0, WHERE)],
)
def test_a_key_that_is_there_is_skipped_refused_or_updated(
    command: Command, choice: str, code: int, failed: int, address: str
) -> None:
    """As `--on-existing` says; all others are made."""
    source = command.write([asset(command, "taken-2"), asset(command, "new")])
    before = row_data(command, "taken-2")

    ended = command.imports(source, "--on-existing", choice).is_exit(code)
    report, skipped = ended.report, int(choice == "skip")

    assert (report["accepted"], report["failed"]) == (2 - failed, failed)
    assert report["present"] == skipped
    assert ("1 data row left as before" in ended.err) is bool(skipped)
    assert keys_in(command.sandbox, command.tag) == wanted(0) + Counter(["new"])
    expected = f"{WHERE}/taken-2.jpg" if address == WHERE else before
    assert row_data(command, "taken-2") == expected


def row_data(command: Command, key: str) -> str | None:
    """What a data row of the sandbox shows."""
    with closing(Store(command.sandbox.dir)) as store, store.reading() as db:
        found = db.execute(
            "SELECT row_data FROM data_row WHERE global_key = ?", (f"{command.tag}{key}",)
        ).fetchone()
        text: str | None = found["row_data"]
        return text


def test_a_csv_without_keys_gets_them_of_a_template(command: Command) -> None:
    """Without one it is refused row by row."""
    path = command.folder / "assets.csv"
    path.write_text(f"row_data\n{WHERE}/x.jpg\n{WHERE}/y.jpg\n")

    refused = command.imports(path).is_exit(3).report
    made = command.imports(path, "--key-template", command.tag + "{stem}").is_exit(0).report

    assert refused["rejected_by_slug"] == {"R-ASSET-2": 2}
    assert made["accepted"] == 2
    assert keys_in(command.sandbox, command.tag) == wanted(0) + Counter("xy")


def test_a_lost_reply_makes_nothing_twice(command: Command) -> None:
    """The task was made, nobody was told: a second one meets the first one's keys."""
    command.suffers({"fault": "reset-after", "count": 2})
    source = command.write(assets(command))

    report = command.imports(source, "--rows-per-shard", "400", "--on-existing", "fail").report

    assert (report["accepted"], report["failed"]) == (ROWS, 0)
    assert keys_in(command.sandbox, command.tag) == wanted()


def test_a_killed_import_goes_on_where_it_was(command: Command) -> None:
    """Whatever was under way when it was killed."""
    command.suffers({"fault": "delay", "seconds": 0.1})
    source = command.write(assets(command))
    words = ("--rows-per-shard", "100", "--max-in-flight", "1", "--on-existing", "fail")
    for settled in (1, 4, 8):
        running = command.starts(source, *words)
        running.until(lambda n=settled: command.states()["settled"] >= n, f"{settled} settled")
        running.kill()

    report = command.imports(source, *words).is_exit(0).report

    assert (report["accepted"], report["unknown"]) == (ROWS, 0)
    assert keys_in(command.sandbox, command.tag) == wanted()


def test_data_rows_go_to_datasets_and_annotations_to_projects(command: Command) -> None:
    """Said before anything is read."""
    source = command.write([asset(command, "a")])
    command.kind = "labels"

    said = command.imports(source).is_exit(2).err

    assert "labelbox:dataset/ID" in said


def test_rejected_assets_are_shown_as_they_came(command: Command) -> None:
    """A line of rejected.ndjson holds the asset, to be mended and imported again."""
    good, bad = asset(command, "a"), asset(command, "b", media_type="DICOM")
    source = command.write([good, bad])

    ended = command.imports(source).is_exit(3)

    assert [line["row"] for line in ended.rejections()] == [bad]
    assert "retired" in ended.rejections()[0]["message"]
    assert json.loads(Path(source).read_text().splitlines()[0]) == good
    assert lines_of(ended.folder / "held.ndjson") == []
