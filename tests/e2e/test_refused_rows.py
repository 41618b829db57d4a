"""What the destination refuses: single rows, whole imports, bodies that are too large."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing

from e2e.command import Command, until
from support.sandbox import Sandbox

from bulkimport.sandbox.store import Store

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]

ROWS = 400
IN_FOUR = ("--rows-per-shard", "100")
ONE_BY_ONE = (*IN_FOUR, "--max-in-flight", "1")
WORDS = "The import failed for a reason of its own"


def test_rows_of_unknown_data_rows_fail_one_by_one_in_the_words_of_the_server(
    make_command: MakeCommand,
) -> None:
    """Each failed row is in failed.ndjson as it was in the file, with what the server said."""
    command = make_command(ROWS)
    made = list(command.made_up(ROWS))
    gone = command.key_of(7)
    mine = [row for row in made if gone.encode() in row]
    moved = [row.replace(gone.encode(), b"nowhere") for row in mine]
    source = command.write([*(row for row in made if row not in mine), *moved])
    ended = command.imports(source, *IN_FOUR).is_exit(3)
    assert (ended.report["failed"], ended.report["accepted"]) == (10, ROWS - 10)
    failures = ended.failures()
    assert Counter(json.dumps(line["row"]) for line in failures) == Counter(
        json.dumps(json.loads(row)) for row in moved
    )
    [shard] = {line["import"] for line in failures}
    for line in failures:
        assert line["source"] == str(source)
        assert source.read_bytes()[line["offset"] :].startswith(b'{"uuid"')
        [words] = line["errors"]
        assert (words["name"], words["message"]) == (
            "DataRowNotFound",
            "dataRow.globalKey nowhere invalid",
        )
    assert command.look("SELECT failed FROM shard WHERE name = ?", shard) == [(10,)]


def test_names_that_the_ontology_lacks_fail_in_the_words_of_the_server(
    make_command: MakeCommand,
) -> None:
    """Also names that are hard to write; when our own rule on them is switched off."""
    command = make_command(100)
    made = [row.replace(b'"corner"', b'"c\\u00f6rner \\u2028"') for row in command.made_up(100)]
    wrong = sum(b"rner" in row for row in made)
    ended = command.imports(command.write(made), "--allow", "R-ONT-1").is_exit(3)
    assert ended.report["failed"] == wrong > 0
    words = {line["errors"][0]["message"] for line in ended.failures()}
    assert words == {"Ontology does not contain name: cörner \u2028"}


def test_an_import_that_fails_whole_is_made_once_more_under_a_new_name(
    make_command: MakeCommand,
) -> None:
    """The FAILED one keeps its name; its successor carries the same rows, and all are accepted."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({"fault": "fail-import", "count": 1, "message": WORDS})
    command.imports(source, *IN_FOUR).is_exit(0)
    assert command.account()["imports"] == {"FAILED": 1, "FINISHED": 4}
    [(name,)] = command.look("SELECT name FROM shard WHERE successor = 2")
    assert name.endswith("-2")
    command.holds(source)


def test_an_import_that_fails_again_fails_all_its_rows_in_the_words_of_the_server(
    make_command: MakeCommand,
) -> None:
    """It is not tried for ever; the other shards are accepted."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers({"fault": "fail-import", "count": 2, "message": WORDS})
    ended = command.imports(source, *ONE_BY_ONE, "--rows-per-shard", "400").is_exit(3)
    assert ended.report["failed"] == ROWS
    assert command.creates() == 2
    failures = ended.failures()
    assert len(failures) == ROWS
    assert all(WORDS in json.dumps(line["errors"]) for line in failures)
    assert command.account()["rows"] == 0


def test_bisection_leaves_the_one_data_row_that_makes_its_import_fail(
    make_command: MakeCommand,
) -> None:
    """Of four data rows the last is bad: halves, then quarters, until it is alone."""
    command = make_command(40)
    source = command.samples(40)
    # The calls in their order: all, all-2, .0, .1, .1-2, .1.0, .1.1, .1.1-2; these carry it.
    fails = {"fault": "fail-import", "message": WORDS}
    command.suffers(
        {**fails, "count": 2}, {**fails, "after": 3, "count": 2}, {**fails, "after": 6, "count": 2}
    )
    ended = command.imports(source, "--bisect", "--max-in-flight", "1").is_exit(3)
    assert command.creates() == 8
    assert (ended.report["accepted"], ended.report["failed"]) == (30, 10)
    failed = {line["row"]["dataRow"]["globalKey"] for line in ended.failures()}
    assert failed == {command.key_of(3)}
    states = command.look("SELECT name, state, rows FROM shard ORDER BY number")
    whole = states[0][0].removesuffix("-2")
    named = [(name.removeprefix(whole), state, rows) for name, state, rows in states]
    assert named == [
        ("-2", "split", 40),
        ("-2.0", "settled", 20),
        ("-2.1-2", "split", 20),
        ("-2.1-2.0", "settled", 10),
        ("-2.1-2.1-2", "refused", 10),
    ]
    good = [row for row in command.made_up(40) if command.key_of(3).encode() not in row]
    command.holds(command.write(good, "good.ndjson"))


def test_a_body_that_is_too_large_is_split_and_the_cap_remembered(
    make_command: MakeCommand,
) -> None:
    """The first shard learns it; the second is split before it is sent."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    # A shard has 34,000 bytes and more, by the length of the test's own keys; a half never so many.
    command.suffers({"fault": "too-large", "bytes": 28_000})
    words = (source, "--rows-per-shard", "200", "--max-in-flight", "1")
    ended = command.imports(*words).is_exit(0)
    assert command.creates() == 1 + 4
    assert command.states() == {"split": 2, "settled": 4}
    assert ended.report["accepted"] == ROWS
    assert "goes on as 2 shards" in ended.err
    command.holds(source)


def test_one_data_row_that_is_too_large_is_never_split(make_command: MakeCommand) -> None:
    """Its rows fail by name, the others go."""
    command = make_command(40)
    made = list(command.made_up(40))
    key = command.key_of(2).encode()
    made = [row[:-1] + b',"more":"' + b"x" * 5_000 + b'"}' if key in row else row for row in made]
    command.suffers({"fault": "too-large", "bytes": 20_000})
    ended = command.imports(command.write(made)).is_exit(3)
    assert (ended.report["failed"], ended.report["accepted"]) == (10, 30)
    assert {line["row"]["dataRow"]["globalKey"] for line in ended.failures()} == {key.decode()}
    assert "never split" in json.dumps(ended.failures()[0]["errors"])


def test_results_that_expired_before_they_were_read_are_unknown(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """A resume that comes too late says so: exit 9, each shard named."""
    lifetime = 0.5
    command = make_command(ROWS, sandbox=make_sandbox("--file-lifetime", str(lifetime)))
    source = command.samples(ROWS)
    sent = command.imports(source, *IN_FOUR, "--no-wait").is_exit(8)
    until(lambda: command.account()["imports"] == {"FINISHED": 4}, "all imports finished")
    until(lambda: is_expired(command.sandbox, lifetime), "their files expired")
    ended = command.resumes(sent.folder).is_exit(9)
    assert ended.report["unknown"] == ROWS
    assert len(ended.report["unknown_shards"]) == len(ended.unknown()) == 4
    reasons = command.look("SELECT DISTINCT reason FROM shard")
    assert "24 hours" in reasons[0][0]
    assert command.account()["rows"] == ROWS


def is_expired(sandbox: Sandbox, lifetime: float) -> bool:
    """Whether the time of the sandbox's youngest file is over."""
    with closing(Store(sandbox.dir)) as store, store.reading() as db:
        (left,) = db.execute(
            "SELECT max(created_at) + ? - (julianday('now') - 2440587.5) * 86400 FROM file",
            (lifetime,),
        ).fetchone()
    return bool(left < 0)


def test_a_failed_import_whose_words_expired_is_not_taken_for_accepted(
    make_command: MakeCommand, make_sandbox: MakeSandbox
) -> None:
    """FAILED with its error file gone: nothing of it is stored, and no row counts as accepted."""
    lifetime = 0.5
    command = make_command(ROWS, sandbox=make_sandbox("--file-lifetime", str(lifetime)))
    source = command.samples(ROWS)
    command.suffers({"fault": "fail-import"})
    sent = command.imports(source, "--no-wait").is_exit(8)
    until(lambda: command.account()["imports"] == {"FAILED": 1}, "the import failed")
    until(lambda: is_expired(command.sandbox, lifetime), "its file expired")
    command.suffers()
    ended = command.resumes(sent.folder)
    assert ended.report["accepted"] == command.account()["rows"]
    assert ended.code == (0 if ended.report["accepted"] else 9)
