"""Corners of one import: sources that change under way, huge rows, small memory, odd names."""

import json
import os
import shutil
import stat
from collections.abc import Callable

from e2e.command import Command, as_line

MakeCommand = Callable[..., Command]

ROWS = 400
IN_FOUR = ("--rows-per-shard", "100")
ONE_BY_ONE = (*IN_FOUR, "--max-in-flight", "1")
SLOWLY = {"fault": "slow-body", "bytes_per_second": 25_000}


def test_a_source_that_changes_while_it_is_sent_stops_the_run_before_a_wrong_byte_counts(
    make_command: MakeCommand,
) -> None:
    """Exit 10; the shard whose bytes are others is not created; with the old bytes it goes on."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.suffers(SLOWLY)
    running = command.starts(source, *ONE_BY_ONE)
    running.until(lambda: command.creates() == 1, "the first shard is on the wire")
    planned = source.read_bytes()
    with source.open("r+b") as file:
        file.seek(planned.rindex(b'"left":') + len(b'"left":'))
        file.write(b"9")
    ended = running.ended().is_exit(10)
    assert ended.report["unsent"] >= 100
    assert ended.report["accepted"] + ended.report["pending"] == command.account()["rows"]
    command.imports(source, *ONE_BY_ONE).is_exit(10)
    source.write_bytes(planned)
    command.suffers()
    command.imports(source, *ONE_BY_ONE, "--quiet-window", "0.5s").is_exit(0)
    command.holds(source)


def test_a_run_whose_folder_is_lost_is_found_again_by_its_names(make_command: MakeCommand) -> None:
    """The names of imports are made from content and place: what is there is adopted."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    run = command.imports(source, *IN_FOUR, "--max-bytes", "40kB").is_exit(8).folder
    shutil.rmtree(run)
    ended = command.imports(source, *IN_FOUR).is_exit(0)
    assert ended.report["accepted"] == ROWS
    assert command.look("SELECT sum(adopted) FROM shard") == [(2,)]
    command.holds(source)


def test_rows_larger_than_a_block_of_the_scan_arrive(make_command: MakeCommand) -> None:
    """Five mebibytes in one row, between small ones."""
    command = make_command(30)
    made = list(command.made_up(30))
    for number in (3, 13):
        made[number] = made[number][:-1] + b',"more":"' + b"x" * (5 << 20) + b'"}'
    source = command.write(made)
    command.imports(source, "--bytes-per-shard", "6MiB").is_exit(0)
    assert command.account()["imports"] == {"FINISHED": 2}
    command.holds(source)


def test_less_memory_than_a_shard_only_takes_longer(make_command: MakeCommand) -> None:
    """What is larger than the whole budget goes alone."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source, *IN_FOUR, "--memory", "1kB").is_exit(0)
    command.holds(source)


def test_a_canary_larger_than_the_whole_is_the_whole(make_command: MakeCommand) -> None:
    """There is nothing left to send, so exit is 0."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    command.imports(source, *IN_FOUR, "--first", "1000").is_exit(0)
    command.holds(source)


def test_a_source_is_the_same_by_any_of_its_names(make_command: MakeCommand) -> None:
    """Blanks, quotes and letters of any script in its path; relative or absolute; in a pattern."""
    command = make_command(100)
    odd = command.folder / "mein 'ordner', данные"
    odd.mkdir()
    source = command.samples(100, name=f"{odd.name}/rows (1).ndjson")
    first = command.imports(source, "--first", "2").is_exit(8)
    command.imports(f"{odd.name}/rows (1).ndjson").is_exit(0)
    again = command.imports(f"{odd.name}/*.ndjson").is_exit(0)
    assert again.folder == first.folder
    command.holds(source)


def test_a_file_whose_name_is_not_utf8_is_refused_by_name(make_command: MakeCommand) -> None:
    """It could be named in no report, so it is told before anything is read."""
    command = make_command(10)
    source = command.samples(10)
    source.rename(source.with_name(os.fsdecode(b"rows-\xff.ndjson")))
    for words in (command.importing("rows-*.ndjson"), ["check", "rows-*.ndjson"]):
        ended = command.call(*words).is_exit(2)
        assert "rows-\ufffd.ndjson: has a name that is not UTF-8" in ended.err


def test_two_folders_of_runs_at_once_make_one_set_of_imports(make_command: MakeCommand) -> None:
    """Neither knows of the other, but their imports have the same names: one adopts."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    words = command.importing(source, *IN_FOUR, "--quiet-window", "0.5s")
    both = [command.start(*words), command.start(*words, "--runs", "elsewhere")]
    for running in both:
        assert running.ended().is_exit(0).report["accepted"] == ROWS
    assert command.account()["imports"] == {"FINISHED": 4}
    command.holds(source)


def test_a_run_is_not_resumed_at_another_endpoint(make_command: MakeCommand) -> None:
    """Exit 10: half of it would be here and half there."""
    command = make_command(ROWS)
    run = command.imports(command.samples(ROWS), "--first", "3").is_exit(8).folder
    other = f"{command.sandbox.endpoint}/_gql"
    command.call("resume", str(run), "--endpoint", other).is_exit(10)
    assert command.account()["rows"] == 30


def test_only_the_owner_can_read_a_run(make_command: MakeCommand) -> None:
    """Folders 0700 and files 0600, whatever the mask: rows may be anybody's."""
    command = make_command(20, kind="prelabels")
    source = command.write([*command.made_up(20), b"{}"])
    run = command.imports(source).is_exit(3).folder
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (run, *run.rglob("*"))}
    wrong = {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}
    assert not wrong


def test_flags_come_from_the_environment_and_the_file_too(make_command: MakeCommand) -> None:
    """A flag beats the environment, the environment beats `bulkimport.toml`."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    (command.folder / "bulkimport.toml").write_text('rows-per-shard = 200\nquiet-window = "1s"\n')
    words = ["plan", *command.importing(source)[1:]]
    shards = [json.loads(command.call(*words).is_exit(0).out)["shards"]]
    command.variables["BULKIMPORT_ROWS_PER_SHARD"] = "100"
    shards.append(json.loads(command.call(*words).is_exit(0).out)["shards"])
    shards.append(json.loads(command.call(*words, "--rows-per-shard", "50").out)["shards"])
    assert shards == [2, 4, 8]


def test_runs_are_listed_and_only_finished_ones_pruned(make_command: MakeCommand) -> None:
    """Nothing is removed without `--yes`."""
    command = make_command(ROWS)
    done = command.imports(command.samples(100, name="done.ndjson")).is_exit(0).folder
    open_ = command.imports(command.samples(ROWS), "--first", "1").is_exit(8).folder
    where = ("--runs", str(command.runs))
    listed = command.call("runs", "list", *where, "--json").is_exit(0)
    states = {line["run"]: line["state"] for line in map(json.loads, listed.out.splitlines())}
    assert states == {str(done): "finished", str(open_): "stopped"}
    command.call("runs", "prune", *where).is_exit(0)
    assert done.exists()
    command.call("runs", "prune", *where, "--yes").is_exit(0)
    assert not done.exists()
    assert open_.exists()


def test_labels_whose_run_was_pruned_are_not_sent_twice(make_command: MakeCommand) -> None:
    """The same command is refused, changed or not; --again sends it all, as it was asked to."""
    command = make_command(100)
    source = command.samples(100)
    command.imports(source).is_exit(0)
    command.call("runs", "prune", "--runs", str(command.runs), "--yes").is_exit(0)
    creates = command.creates()

    refused = command.imports(source).is_exit(10)

    assert "its run was pruned" in refused.err
    assert command.creates() == creates
    assert command.imports(source, "--again").is_exit(0).report["accepted"] == 100
    assert command.creates() == 2 * creates
    assert command.imports(source).is_exit(0).report["accepted"] == 100
    assert command.creates() == 2 * creates


def test_looking_at_a_run_does_not_disturb_it(make_command: MakeCommand) -> None:
    """Its ledger is read all the time while it is written."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    running = command.starts(source, "--rows-per-shard", "10")
    looks = 0
    while not running.over:
        looks += bool(command.states())
    running.ended().is_exit(0)
    assert looks > 10
    command.holds(source)


def test_one_data_row_alone_and_one_row_alone(make_command: MakeCommand) -> None:
    """The smallest imports there are, with a line end and without."""
    command = make_command(10)
    point = {
        "dataRow": {"globalKey": command.key_of(0)},
        "name": "corner",
        "point": {"x": 1, "y": 2},
    }
    source = command.folder / "one.ndjson"
    source.write_bytes(as_line(point))
    report = command.imports(source, "--uuids", "keep").is_exit(0).report
    assert (report["read"], report["data_rows"], report["shards"]) == (1, 1, 1)
    command.holds(source)
