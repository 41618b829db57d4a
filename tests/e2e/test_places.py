"""Datasets, ontologies and projects by the installed command."""

import json
from collections.abc import Callable
from typing import Any

from e2e.command import Command

MakeCommand = Callable[..., Command]

FEATURES = {"tools": [{"tool": "rectangle", "name": "car", "classifications": []}]}


class Labelbox:
    """`bulkimport labelbox …` at a sandbox, with what it prints read back."""

    def __init__(self, command: Command) -> None:
        """Ask in the folder of `command`."""
        self.command = command

    def fails(self, code: int, *words: str) -> str:
        """Run words that must end with a code; return what was said."""
        return self.command.call("labelbox", *words, *self._where()).is_exit(code).err

    def tells(self, *words: str) -> list[dict[str, Any]]:
        """Run words and return the objects on stdout."""
        ended = self.command.call("labelbox", *words, *self._where()).is_exit(0)
        return [json.loads(line) for line in ended.out.splitlines()]

    def _where(self) -> tuple[str, str]:
        return ("--endpoint", self.command.sandbox.graphql)


def test_everything_an_import_needs_is_made_and_shown(make_command: MakeCommand) -> None:
    """Each command prints what the service shows, one object a line."""
    command = make_command(1)
    labelbox = Labelbox(command)
    features = command.folder / "features.json"
    features.write_text(json.dumps(FEATURES))

    [dataset] = labelbox.tells("datasets", "create", "cli photos", "--description", "why")
    [ontology] = labelbox.tells(
        "ontologies", "create", "cli cars", "--features", str(features), "--media", "image"
    )
    [project] = labelbox.tells(
        "projects", "create", "cli streets", "--media", "image", "--quality", "benchmark"
    )
    [connected] = labelbox.tells(
        "ontologies", "connect", ontology["id"], "--project", project["id"]
    )

    assert (dataset["name"], dataset["description"], dataset["rows"]) == ("cli photos", "why", 0)
    assert project["quality"] == {"labels": 1, "share": 1.0, "benchmark": True, "consensus": False}
    assert connected == {**project, "ontology": ontology["id"]}
    assert labelbox.tells("projects", "list", "--name", "cli streets") == [connected]
    assert labelbox.tells("ontologies", "find", "cli cars") == [ontology]


def test_what_is_final_or_retired_is_said_before_anything_is_asked(
    make_command: MakeCommand,
) -> None:
    """Deleting needs --yes; a retired medium is no typing mistake."""
    labelbox = Labelbox(make_command(1))

    assert "--yes" in labelbox.fails(2, "datasets", "delete", "any")
    assert "retired" in labelbox.fails(2, "projects", "create", "p", "--media", "Dicom")
    assert "knows no dataset" in labelbox.fails(6, "datasets", "show", "cnever00000000000000000")


def test_a_dataset_is_deleted_when_a_fresh_count_finds_it_empty(make_command: MakeCommand) -> None:
    """What the answer to its making said of its rows is old by then."""
    command = make_command(1)
    labelbox = Labelbox(command)
    [full] = labelbox.tells("datasets", "create", "cli full")
    [empty] = labelbox.tells("datasets", "create", "cli empty")
    source = command.write([{"row_data": "https://e.com/1", "global_key": f"{command.tag}one"}])
    command.project, command.kind = f"dataset/{full['id']}", "data-rows"
    command.imports(source).is_exit(0)

    said = labelbox.fails(3, "datasets", "delete", full["id"], "--if-empty")
    labelbox.tells("datasets", "delete", empty["id"], "--if-empty")

    assert "not empty: 1 data row" in said
    left = {one["id"] for one in labelbox.tells("datasets", "list")}
    assert full["id"] in left
    assert empty["id"] not in left


def test_the_data_rows_of_a_run_are_queued(make_command: MakeCommand) -> None:
    """Those that it made, and those that it found; the same command again only reports."""
    command = make_command(1)
    labelbox = Labelbox(command)
    [dataset] = labelbox.tells("datasets", "create", "cli run")
    keys = [command.key_of(0), *(f"{command.tag}new-{number}" for number in range(4))]
    source = command.write({"row_data": f"https://e.com/{key}", "global_key": key} for key in keys)
    project, command.project, command.kind = (
        command.project,
        f"dataset/{dataset['id']}",
        "data-rows",
    )
    run = command.imports(source, "--keep-accepted").is_exit(0).folder
    words = ("batches", "create", project, "--prefix", "run-", "--run", str(run))

    first = labelbox.tells(*words, "--runs", str(command.runs))
    again = labelbox.tells(*words, "--runs", str(command.runs))

    assert [(each["name"], each["asked"], each["size"]) for each in first] == [("run-0000", 5, 4)]
    assert again == first
    [seeded, own] = labelbox.tells("batches", "list", project)
    assert (seeded["size"], own["size"]) == (1, 4)
