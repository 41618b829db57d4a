"""Where rows come from: packed files, a stream, several files that share data rows."""

import gzip
import json
import random
import uuid
from collections.abc import Callable

import pytest
import zstandard
from e2e.command import Command, as_line

MakeCommand = Callable[..., Command]

ROWS = 400
IN_FOUR = ("--rows-per-shard", "100")


def zstd(content: bytes) -> bytes:
    """Pack as zstd does."""
    return zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstd)])
def test_packed_files_are_unpacked_and_sent_whole(
    make_command: MakeCommand, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    """Known by their first bytes; of several parts, as `cat a.gz b.gz` makes them."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    content = source.read_bytes()
    packed = command.folder / f"packed.{ending}"
    packed.write_bytes(pack(content[:10_000]) + pack(content[10_000:]))
    first = command.imports(packed, *IN_FOUR, "--first", "3").is_exit(8)
    packed.rename(packed.with_suffix(".away"))
    assert command.resumes(first.folder).is_exit(10)
    packed.with_suffix(".away").rename(packed)
    command.imports(packed, *IN_FOUR).is_exit(0)
    command.holds(source)


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstd)])
def test_a_packed_file_that_is_cut_off_is_refused_before_anything_is_sent(
    make_command: MakeCommand, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    """Exit 2 and the file's name; half of the rows are never taken for all."""
    command = make_command(ROWS)
    whole = pack(command.samples(ROWS).read_bytes())
    packed = command.folder / f"packed.{ending}"
    packed.write_bytes(whole[: len(whole) // 2])
    ended = command.imports(packed).is_exit(2)
    assert str(packed) in ended.err
    assert command.creates() == 0


def test_a_stream_is_kept_in_the_run_and_resumed_by_its_folder(make_command: MakeCommand) -> None:
    """A stream cannot be read again: its rows are in the run, and `resume RUN` sends the rest."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    words = command.importing("-", *IN_FOUR, "--first", "5")
    first = command.call(*words, stdin=source.read_bytes()).is_exit(8)
    assert f"bulkimport resume {first.folder}" in first.err
    ended = command.resumes(first.folder).is_exit(0)
    assert ended.report["read"] == ended.report["accepted"] == ROWS
    command.holds(source)


def test_equal_streams_are_runs_of_their_own(make_command: MakeCommand) -> None:
    """Nobody can say that they are the same rows meant once."""
    command = make_command(100)
    content = command.samples(100).read_bytes()
    runs = {
        command.call(*command.importing("-"), stdin=content).is_exit(0).folder for _ in range(2)
    }
    assert len(runs) == 2


def test_data_rows_scattered_over_several_files_become_one_label_each(
    make_command: MakeCommand,
) -> None:
    """Rows of one data row lie in a plain, a packed and a third file; still one import has them."""
    command = make_command(ROWS)
    made = list(command.made_up(ROWS))
    random.Random(5).shuffle(made)
    parts = [made[number::3] for number in range(3)]
    sources = [command.write(part, f"part-{number}.ndjson") for number, part in enumerate(parts)]
    packed = command.folder / "packed.gz"
    packed.write_bytes(gzip.compress(sources[1].read_bytes()))
    ended = command.imports(sources[0], packed, sources[2], *IN_FOUR).is_exit(0)
    assert ended.report["data_rows"] == ROWS // 10
    command.holds(*sources)


def test_a_pattern_names_all_its_files_and_rejections_name_theirs(
    make_command: MakeCommand,
) -> None:
    """Each bad row is told with its own file and line."""
    command = make_command(30, kind="prelabels")
    made = list(command.made_up(30))
    for number in range(3):
        rows = made[number * 10 : (number + 1) * 10]
        command.write([*rows[: number + 1], b"{}", *rows[number + 1 :]], f"part-{number}.ndjson")
    ended = command.imports("part-*.ndjson").is_exit(3)
    places = sorted((line["source"], line["line"]) for line in ended.rejections())
    assert places == [(str(command.folder / f"part-{n}.ndjson"), n + 2) for n in range(3)]
    command.holds(command.write(made, "good.ndjson"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("missing.ndjson",), "missing.ndjson: does not exist"),
        (("rows.ndjson", "./rows.ndjson"), "named twice"),
        (("*.nothing",), "no file fits"),
    ],
)
def test_sources_that_cannot_be_meant_are_told(
    make_command: MakeCommand, words: tuple[str, ...], told: str
) -> None:
    """Exit 2, one line, nothing sent."""
    command = make_command(10)
    command.samples(10)
    ended = command.imports(*words).is_exit(2)
    assert told in ended.err
    assert command.creates() == 0


def test_keys_that_differ_only_by_case_go_together_with_a_warning(
    make_command: MakeCommand,
) -> None:
    """The service takes them for one data row, so they must be one label."""
    key = "Folder/Image-(1).JPG"
    command = make_command(keys=[key])
    spellings = [key, key.lower(), key.upper(), key.swapcase()]
    rows = [
        {"dataRow": {"globalKey": spelling}, "name": "corner", "point": {"x": x, "y": 0}}
        for x, spelling in enumerate(spellings)
    ]
    ended = command.imports(command.write(rows), "--rows-per-shard", "1").is_exit(0)
    assert ended.report["data_rows"] == ended.report["shards"] == 1
    assert ended.report["warnings"] == {"R-DR-GK": 1}
    assert command.account()["labels_per_data_row"] == {"1": 1}


def test_rows_without_a_uuid_get_one_that_is_the_same_every_time(
    make_command: MakeCommand,
) -> None:
    """Filled by what a row is, so pre-labels sent again take the place of themselves."""
    command = make_command(ROWS, kind="prelabels")
    source = command.write(bare(command))
    command.imports(source, *IN_FOUR).is_exit(0)
    first = {row["uuid"]: row for row in command.stored()}
    assert len(first) == ROWS
    assert all(uuid.UUID(name) for name in first)
    shuffled = list(bare(command))
    random.Random(6).shuffle(shuffled)
    command.imports(command.write(shuffled, "shuffled.ndjson")).is_exit(0)
    assert {row["uuid"]: row for row in command.stored()} == first
    account = command.account()
    sent = command.digest(source)
    assert account["digest_without_uuid"] == sent["digest_without_uuid"]


def test_uuids_can_be_left_alone(make_command: MakeCommand) -> None:
    """`--uuids keep` sends each byte as it is."""
    command = make_command(ROWS)
    source = command.write(bare(command))
    command.imports(source, *IN_FOUR, "--uuids", "keep").is_exit(0)
    command.holds(source)


def bare(command: Command) -> list[bytes]:
    """The made-up rows without their uuids."""
    rows = [json.loads(row) for row in command.made_up(ROWS)]
    return [as_line({name: row[name] for name in row if name != "uuid"}) for row in rows]


def test_the_file_is_sent_byte_for_byte(make_command: MakeCommand) -> None:
    """Numbers, escapes, order and blanks of the input are in the import's own file."""
    command = make_command(10)
    odd = (
        b' {\t"name" : "corner","point":{"x":1.50e+2 , "y":-0.0},"zero":0.10,'
        b'"uuid":"{AAAAAAAA-bbbb-4ccc-8ddd-EEEEEEEEEEEE}",'
        b'"dataRow":{"globalKey":"' + command.key_of(0).encode() + b'"},"\\u0061":"\\/\xc3\xa9"} '
    )
    command.imports(command.write([odd])).is_exit(0)
    bodies = [path.read_bytes() for path in (command.sandbox.dir / "files").iterdir()]
    assert odd.strip() in {body.strip() for body in bodies}
