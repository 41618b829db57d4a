"""Points moved from the command line, imported into the sandbox, and read back."""

import gzip
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command, lines_of
from support.exported import data_row, write

MakeCommand = Callable[..., Command]
JSON = dict[str, Any]
ROWS = 100
SHRINK = """
def shrink(x, y, width, height, index):
    x /= 2
    y /= 4
"""


def scaled(value: Any, x: float, y: float) -> Any:
    """The twin: JSON with every coordinate multiplied."""
    factors = {"x": x, "left": x, "width": x, "y": y, "top": y, "height": y}
    if isinstance(value, dict):
        return {
            name: one * factors[name] if name in factors else scaled(one, x, y)
            for name, one in value.items()
        }
    return [scaled(one, x, y) for one in value] if isinstance(value, list) else value


def by_uuid(rows: list[JSON]) -> dict[str, JSON]:
    """Rows to be compared."""
    return {row["uuid"]: row for row in rows}


@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_scaled_rows_are_what_the_project_holds(make_command: MakeCommand, packing: str) -> None:
    """Of a plain file and of a compressed one; the spool holds only what is sent."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    if packing == "gzip":
        path = source.with_suffix(".ndjson.gz")
        path.write_bytes(gzip.compress(source.read_bytes()))
        source.unlink()
        source = path
    made_up = [json.loads(row) for row in command.made_up(ROWS)]

    command.imports(source, "--scale", "2,0.5").is_exit(0)

    assert by_uuid(command.stored()) == by_uuid([scaled(row, 2, 0.5) for row in made_up])
    [spooled] = (command.run / "spool").glob("*.moved.ndjson")
    assert len(lines_of(spooled)) == ROWS


def test_the_user_s_function_moves_points(make_command: MakeCommand) -> None:
    """The same command finds its run; an edited function makes another."""
    command = make_command(ROWS)
    command.kind = "prelabels"
    (command.folder / "smaller.py").write_text(SHRINK)
    source = command.samples(ROWS)
    made_up = [json.loads(row) for row in command.made_up(ROWS)]

    ended = command.imports(source, "--transform", "smaller:shrink").is_exit(0)

    assert by_uuid(command.stored()) == by_uuid([scaled(row, 0.5, 0.25) for row in made_up])
    assert "compiled smaller:shrink in" in ended.err
    again = command.imports(source, "--transform", "smaller:shrink").is_exit(0)
    assert again.folder == ended.folder
    (command.folder / "smaller.py").write_text(SHRINK.replace("4", "8"))
    other = command.imports(source, "--transform", "smaller:shrink").is_exit(0)
    assert other.folder != ended.folder


@pytest.mark.parametrize("name", ["check", "plan", "convert"])
def test_every_command_moves_points_and_names_rows_without_a_size(
    make_command: MakeCommand, name: str
) -> None:
    """Rows of the last data row are refused: its size is not in the assets."""
    command = make_command(ROWS)
    rows = [json.loads(row) for row in command.made_up(ROWS)]
    keys = sorted({row["dataRow"]["globalKey"] for row in rows})
    assets = command.folder / "assets.csv"
    lines = "".join(f"{key},9999,9999\n" for key in keys[:-1])
    assets.write_text(f"global_key,width,height\n{lines}")
    placed = ("bbox", "polygon", "line", "point", "segments")
    missing = sum(
        row["dataRow"]["globalKey"] == keys[-1] and any(one in row for one in placed)
        for row in rows
    )
    words = {
        "check": ("check", "--json", "--rejected", "bad.ndjson"),
        "plan": ("plan", "--json", "--to", "labelbox:p", "--kind", "prelabels"),
        "convert": ("convert", "-o", "out.ndjson", "--json", "--rejected", "bad.ndjson"),
    }
    source = command.samples(ROWS)

    ended = command.call(*words[name], str(source), "--clip", "--assets", "assets.csv", key="")

    told = json.loads(ended.out)
    assert missing > 0
    assert told.get("by_slug", told.get("rejected_by_slug")) == {"R-MOVE-2": missing}
    assert told["rejected"] == missing


@pytest.mark.parametrize(("kind", "held"), [("labels", True), ("prelabels", False)])
def test_what_is_left_of_a_data_row_without_a_size_is_held_back(
    make_command: MakeCommand,
    kind: str,
    held: bool,  # noqa: FBT001
) -> None:
    """Labels go whole or not at all: its answers have no points, and are good by themselves."""
    command = make_command(ROWS)
    rows = [json.loads(row) for row in command.made_up(ROWS)]
    keys = sorted({row["dataRow"]["globalKey"] for row in rows})
    assets = command.folder / "assets.csv"
    assets.write_text(
        "global_key,width,height\n" + "".join(f"{key},9999,9999\n" for key in keys[1:])
    )
    answers = sum(row["dataRow"]["globalKey"] == keys[0] and "answer" in row for row in rows)

    ended = command.call(
        *("plan", str(command.samples(ROWS)), "--clip", "--assets", "assets.csv", "--json"),
        *("--to", "labelbox:p", "--kind", kind),
        key="",
    ).is_exit(3)

    told = json.loads(ended.out)
    assert answers > 0
    assert told["held"] == (answers if held else 0)
    assert told["read"] == ROWS == told["planned"] + told["rejected"] + told["held"]


LOSE = """
def lose(x, y, width, height, index):
    for at in range(len(x)):
        if x[at] == 777:
            x[at] = y[at] * float("nan")
"""


def test_of_an_export_only_the_label_that_lost_a_row_is_held_back(
    make_command: MakeCommand,
) -> None:
    """Its other row still lies together with what it lost; the other labels go."""
    command = make_command(10)
    (command.folder / "losing.py").write_text(LOSE)
    identifiers = (f"29be5d21-2981-4b38-a4c2-{number:012d}" for number in count(1))

    def label(x: int) -> list[JSON]:
        point = {"name": "p", "point": {"x": x, "y": 4}}
        answer = {"name": "weather", "answer": {"name": "sunny"}}
        return [{"uuid": next(identifiers), **row} for row in (answer, point, answer)]

    data_rows = [data_row([label(5), label(x)], key=f"key-{x}") for x in (6, 777)]
    source = write(command.folder / "export.ndjson", data_rows)

    ended = command.call(
        *("plan", str(source), "--format", "labelbox-export", "--transform", "losing:lose"),
        *("--to", "labelbox:p", "--kind", "labels", "--json"),
        key="",
    ).is_exit(3)

    told = json.loads(ended.out)
    assert told["rejected_by_slug"] == {"R-MOVE-3": 1}
    assert (told["read"], told["planned"], told["held"]) == (12, 9, 2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--clip",), "--clip: needs the sizes of the data rows; give --assets"),
        (("--normalised",), "--normalised: needs the sizes"),
        (("--scale", "two"), "--scale: 'two' is no pair of numbers"),
        (("--shift", "1"), "--shift: '1' is no pair of numbers"),
        (("--shift", "1,inf"), "--shift: '1,inf' is no pair of numbers"),
        (("--transform", "smaller"), "--transform: 'smaller' names no function"),
        (("--transform", "nowhere:shrink"), "nowhere: there is no such module"),
        (("--transform", "wrong:shrink"), "wrong:shrink: cannot be compiled"),
        (("--clip", "--assets", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_read(
    words: tuple[str, ...], told: str, make_command: MakeCommand
) -> None:
    """Exit 2, in one line; with --verbose the causes."""
    command = make_command(10)
    (command.folder / "wrong.py").write_text("def shrink(x, y, width, height, index): open(x)\n")

    ended = command.imports(command.samples(10), *words, "--verbose").is_exit(2)

    assert told in ended.err
    assert ("caused by" in ended.err) == ("wrong:shrink" in words or "nowhere.csv" in words)
    assert command.creates() == 0


def test_kernels_are_warmed_up_for_images(make_command: MakeCommand, tmp_path: Path) -> None:
    """Then nothing is compiled by who moves points."""
    command = make_command(10)
    command.variables["BULKIMPORT_CACHE"] = str(tmp_path / "cache")

    first = command.call("warmup", "--json").is_exit(0)
    moving = command.call("check", str(command.samples(10)), "--scale", "2")

    assert json.loads(first.out)["folder"] == str(tmp_path / "cache" / "kernels")
    assert "compiling points.scale" in first.err
    assert "compiling" not in moving.is_exit(0).err


def test_kernels_that_cannot_be_kept_are_told(make_command: MakeCommand, tmp_path: Path) -> None:
    """Warming up for nobody is a failure."""
    command = make_command(10)
    (tmp_path / "file").write_text("")
    command.variables["BULKIMPORT_CACHE"] = str(tmp_path / "file")

    ended = command.call("warmup").is_exit(2)

    assert "kernels cannot be kept here" in ended.err
