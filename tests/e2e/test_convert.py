"""Exports and maps from the command line: converted, imported into the sandbox, and read back."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command, Ended, lines_of
from support.exported import data_row, write

MakeCommand = Callable[..., Command]
JSON = dict[str, Any]
DATA_ROWS = 30
EXPORT = ("--format", "labelbox-export")


def rows_by_key(command: Command) -> Iterator[tuple[str, list[JSON]]]:
    """The made-up rows of each data row."""
    rows = [json.loads(row) for row in command.made_up(DATA_ROWS * 10)]
    for number in range(DATA_ROWS):
        key = command.key_of(number)
        yield key, [row for row in rows if row["dataRow"]["globalKey"] == key]


def exported(command: Command, labels: int = 1, name: str = "export.ndjson") -> Path:
    """The made-up rows as an export; of several labels each has rows of its own."""

    def data_rows() -> Iterator[JSON]:
        for number, (key, rows) in enumerate(rows_by_key(command)):
            count = 1 + number % labels
            yield data_row([rows[label::count] for label in range(count)], key=key)

    return write(command.folder / name, data_rows())


def meaning(rows: Iterable[JSON]) -> list[str]:
    """Rows without their uuids, in an order of their own."""
    plain = ({name: row[name] for name in row if name != "uuid"} for row in rows)
    return sorted(json.dumps(row, sort_keys=True) for row in plain)


def made_up(command: Command) -> list[JSON]:
    """All made-up rows."""
    return [row for _, rows in rows_by_key(command) for row in rows]


def test_an_export_is_imported_and_holds_what_it_was_made_of(make_command: MakeCommand) -> None:
    """One label a data row; the report says what was lost."""
    command = make_command(DATA_ROWS * 10)
    source = exported(command)

    ended = command.imports(source, *EXPORT).is_exit(0)

    assert meaning(command.stored()) == meaning(made_up(command))
    assert command.account()["labels_per_data_row"] == {"1": DATA_ROWS}
    assert ended.report["objects"] == {
        "data_rows": DATA_ROWS,
        "labels": DATA_ROWS,
        "annotations": DATA_ROWS * 10,
    }
    assert ended.report["lost"]["label-ids"] == DATA_ROWS
    assert "labels get new ids" in ended.err


def test_several_labels_of_a_data_row_become_that_many_labels(make_command: MakeCommand) -> None:
    """Each ordinal in an import of its own, though all would fit into one."""
    command = make_command(DATA_ROWS * 10)
    source = exported(command, labels=3)

    ended = command.imports(source, *EXPORT).is_exit(0)

    account = command.account()
    assert account["labels_per_data_row"] == {"1": 10, "2": 10, "3": 10}
    assert account["rows"] == ended.report["accepted"] == DATA_ROWS * 10
    assert sum(account["imports"].values()) == ended.report["shards"] == 3
    assert meaning(command.stored()) == meaning(made_up(command))


def test_small_shards_never_hold_two_labels_of_a_data_row(make_command: MakeCommand) -> None:
    """However they are cut; several sources are taken together."""
    command = make_command(DATA_ROWS * 10)
    lines = exported(command, labels=2).read_bytes().splitlines(keepends=True)
    halves = []
    for number, part in enumerate((lines[:7], lines[7:])):
        halves.append(command.folder / f"half-{number}.ndjson")
        halves[-1].write_bytes(b"".join(part))

    command.imports(*halves, *EXPORT, "--rows-per-shard", "17").is_exit(0)

    assert command.account()["labels_per_data_row"] == {"1": 15, "2": 15}


def test_the_same_command_goes_on_and_sends_nothing_twice(make_command: MakeCommand) -> None:
    """The canary first, then the rest, then a report; a changed export is refused."""
    command = make_command(DATA_ROWS * 10)
    source = exported(command, labels=2)

    first = command.imports(source, *EXPORT, "--first", "3").is_exit(8)
    rest = command.imports(source, *EXPORT).is_exit(0)
    again = command.imports(source, *EXPORT).is_exit(0)

    assert first.report["accepted"] < rest.report["accepted"] == again.report["accepted"] == 300
    assert command.account()["labels_per_data_row"] == {"1": 15, "2": 15}
    source.write_bytes(source.read_bytes().replace(b'"rain"', b'"snow"'))
    assert "has changed since" in command.imports(source, *EXPORT).is_exit(10).err


@pytest.mark.parametrize(("feature", "slug"), [("f", "R-ID-2"), ("g", "R-LABEL-1")])
def test_labels_of_one_data_row_at_two_places_are_not_joined(
    feature: str, slug: str, make_command: MakeCommand
) -> None:
    """Be it one label twice or two labels: none of their rows goes, everything else does."""
    command = make_command(DATA_ROWS * 10)
    lines = exported(command).read_text().splitlines()
    row = {"name": "corner", "point": {"x": 1, "y": 2}}
    first, again = (
        data_row([[{**row, "uuid": each}]], key=command.key_of(0)) for each in ("f", feature)
    )
    source = write(command.folder / "e.ndjson", [first, *map(json.loads, lines[1:]), again])

    ended = command.imports(source, *EXPORT).is_exit(3)

    assert ended.report["rejected_by_slug"] == {slug: 2}
    assert ended.report["accepted"] == (DATA_ROWS - 1) * 10
    assert command.account()["labels_per_data_row"] == {"1": DATA_ROWS - 1}


def test_plan_and_check_tell_what_would_be_lost(make_command: MakeCommand) -> None:
    """Before anything is sent; a refused line counts as read."""
    command = make_command(DATA_ROWS * 10)
    source = exported(command)
    source.write_bytes(source.read_bytes() + b"{broken\n")
    place = ("--to", f"labelbox:{command.project}", "--kind", "labels", "--runs", str(command.runs))

    planned = command.call("plan", str(source), *EXPORT, *place, "--json").is_exit(3)
    checked = command.call("check", str(source), *EXPORT, "--json").is_exit(4)

    for ended in (planned, checked):
        found = json.loads(ended.out)
        assert found["read"] == DATA_ROWS * 10 + 1
        assert found["rejected"] == 1
        assert found["lost"]["label-ids"] == DATA_ROWS
        assert found["objects"]["labels"] == DATA_ROWS
    assert "lost or changed on the way" in planned.err


def convert(command: Command, *words: str | Path, code: int = 0) -> Ended:
    """Convert, with the answer as JSON."""
    return command.call("convert", *map(str, words), "--json").is_exit(code)


def test_convert_writes_a_file_for_each_ordinal(make_command: MakeCommand) -> None:
    """One label: the file that was named; several: one beside the other. They import as rows."""
    command = make_command(DATA_ROWS * 10)
    out = command.folder / "rows.ndjson"

    one = json.loads(convert(command, exported(command), *EXPORT, "-o", out).out)
    assert one["files"] == {str(out): DATA_ROWS * 10}
    assert meaning(lines_of(out)) == meaning(made_up(command))

    two = json.loads(convert(command, exported(command, labels=2), *EXPORT, "-o", out).out)
    paths = [command.folder / f"rows.{ordinal}.ndjson" for ordinal in (1, 2)]
    assert list(two["files"]) == list(map(str, paths))
    assert meaning([*lines_of(paths[0]), *lines_of(paths[1])]) == meaning(made_up(command))
    for path in paths:
        command.imports(path).is_exit(0)
    assert command.account()["labels_per_data_row"] == {"1": 15, "2": 15}


def test_convert_refuses_by_line_and_never_over_its_source(make_command: MakeCommand) -> None:
    """What was written before stays when anything is wrong."""
    command = make_command()
    source = command.write([b"{broken", b"[]"])
    out, rejected = command.folder / "out.ndjson", command.folder / "rejected.ndjson"

    ended = convert(command, source, *EXPORT, "-o", out, "--rejected", rejected, code=3)
    assert json.loads(ended.out)["by_slug"] == {"R-EXPORT-1": 1, "R-FILE-1": 1}
    assert [line["line"] for line in lines_of(rejected)] == [1, 2]
    assert out.read_bytes() == b""

    assert "over the source" in convert(command, source, *EXPORT, "-o", source, code=2).err
    assert "nothing to convert" in convert(command, source, "-o", out, code=2).err
    assert [path.name for path in command.folder.iterdir() if path.name.startswith(".")] == []


def test_of_several_projects_one_is_chosen(make_command: MakeCommand) -> None:
    """A mistake names them; --project chooses."""
    command = make_command()
    row = {"name": "corner", "uuid": "f", "point": {"x": 1, "y": 2}}
    source = write(
        command.folder / "e.ndjson",
        [data_row([[row]], project="one"), data_row([[row]], key="b", project="two")],
    )
    out = command.folder / "out.ndjson"

    ended = convert(command, source, *EXPORT, "-o", out, code=2)
    assert "one (One), two (Two)" in ended.err
    assert not out.exists()
    found = json.loads(convert(command, source, *EXPORT, "-o", out, "--project", "two").out)
    assert found["rows"] == found["lost"]["other-projects"] == 1


# --- maps --------------------------------------------------------------------------------------


@pytest.fixture
def mapped(make_command: MakeCommand) -> tuple[Command, Path, Path]:
    """Rows that have file names for keys, and a map of them that lacks the last."""
    command = make_command(DATA_ROWS * 10)
    keys = [command.key_of(number) for number in range(DATA_ROWS)]
    source = command.write(
        row.replace(b'"globalKey":"', b'"globalKey": "files/') for row in command.made_up(300)
    )
    table = command.folder / "keys.csv"
    table.write_text("from,to\n" + "".join(f"FILES/{key},{key}\n" for key in keys[-1:]))
    with table.open("a") as file:
        file.writelines(f"files/{key},{key}\n" for key in keys[:-1])
    return command, source, table


def test_a_key_map_leads_rows_to_their_data_rows(mapped: tuple[Command, Path, Path]) -> None:
    """Rows of a key that it lacks are rejected, with what is near."""
    command, source, table = mapped

    ended = command.imports(source, "--key-map", table).is_exit(3)

    assert ended.report["rejected_by_slug"] == {"R-MAP-1": 10}
    assert ended.report["accepted"] == DATA_ROWS * 10 - 10
    command.holds(command.write(list(command.made_up(DATA_ROWS * 10))[:-10], "good.ndjson"))
    for number, line in enumerate(ended.rejections(), start=DATA_ROWS * 10 - 9):
        assert line["line"] == number
        assert line["row"]["dataRow"]["globalKey"].startswith("files/")
        assert f'"FILES/{command.key_of(DATA_ROWS - 1)}"' in line["expected"]


def test_a_map_that_changes_makes_another_run(mapped: tuple[Command, Path, Path]) -> None:
    """Its content is part of what makes a run: the same command is only the same with it."""
    command, source, table = mapped
    command.kind = "prelabels"
    first = command.imports(source, "--key-map", table).folder
    assert command.imports(source, "--key-map", table).folder == first

    table.write_text(table.read_text().replace("FILES", "files"))

    second = command.imports(source, "--key-map", table).is_exit(0)
    assert second.folder != first
    assert second.report["accepted"] == DATA_ROWS * 10


def test_a_key_template_leads_rows_to_their_data_rows(mapped: tuple[Command, Path, Path]) -> None:
    """Made of the parts of the key; every other byte stays."""
    command, source, _ = mapped

    command.imports(source, "--key-template", "{name}").is_exit(0)

    command.holds(command.write(command.made_up(DATA_ROWS * 10), "good.ndjson"))
    plan = json.loads((command.run / "plan.json").read_bytes())
    assert plan["options"]["key_template"] == "{name}"


def test_a_name_map_renames_features_and_options(make_command: MakeCommand) -> None:
    """The names that the project's ontology has, in place of those that rows have."""
    command = make_command(DATA_ROWS * 10)
    renamed = ((b'"vehicle"', b'"car"'), (b'"weather"', b'"sky"'), (b'"sunny"', b'"clear"'))
    rows = list(command.made_up(DATA_ROWS * 10))
    spelled = rows
    for new, old in renamed:
        spelled = [row.replace(new, old) for row in spelled]
    table = command.folder / "names.json"
    table.write_text(
        '{"car": "vehicle", "sky": {"name": "weather", "options": {"clear": "sunny"}}}'
    )

    command.imports(command.write(spelled), "--name-map", table).is_exit(0)

    command.holds(command.write(rows, "good.ndjson"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--key-map", "nowhere.csv"), "nowhere.csv"),
        (("--key-template", "{nothing}"), "--key-template"),
        (("--project", "p"), "is for labelbox-export only"),
        (("--schema-map", "m.csv"), "m.csv"),
        (("--format", "voc"), "voc"),
        (("--format", "coco"), "is no JSON"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_read(
    words: tuple[str, ...], told: str, make_command: MakeCommand
) -> None:
    """Exit 2, and no folder of a run is left that holds a plan."""
    command = make_command(10)
    ended = command.imports(command.samples(10), *words).is_exit(2)

    assert told in ended.err
    assert command.creates() == 0


def test_schema_ids_bind_when_a_map_gives_them(make_command: MakeCommand) -> None:
    """Old to new; what the map lacks binds by name."""
    command = make_command()
    row = {"name": "corner", "uuid": "f", "point": {"x": 1, "y": 2}}
    source = write(command.folder / "e.ndjson", [data_row([[row, {**row, "name": "other"}]])])
    table = command.folder / "schema.csv"
    table.write_text(f"old,new\nschema-corner,{'c' * 25}\n")
    out = command.folder / "out.ndjson"

    found = json.loads(convert(command, source, *EXPORT, "-o", out, "--schema-map", table).out)

    assert [(row.get("schemaId"), row.get("name")) for row in lines_of(out)] == [
        ("c" * 25, None),
        (None, "other"),
    ]
    assert found["lost"]["schema-ids"] == 1
