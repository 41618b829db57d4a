"""Rows are held to the project's own medium and ontology before anything is sent."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from e2e.command import Command, as_line

from bulkimport.sandbox import samples
from bulkimport.shards.plan import Plan

MakeCommand = Callable[..., Command]
ROWS = 40
# Where nobody listens.
NOWHERE = "http://127.0.0.1:9/graphql"


def spoiled(command: Command, count: int = ROWS) -> list[bytes]:
    """Made-up rows of which the first names a feature that the project has not."""
    made = list(command.made_up(count))
    row = {**json.loads(made[0]), "name": "Vehicle", "bbox": dict.fromkeys(BOX, 1)}
    return [as_line({name: row[name] for name in ("uuid", "dataRow", "name", "bbox")}), *made[1:]]


BOX = ("top", "left", "height", "width")


def options(command: Command) -> dict[str, str]:
    """The options of the newest run's plan."""
    plan = Plan.read(command.run)
    assert plan is not None
    return plan.options


def test_what_the_ontology_lacks_is_rejected_and_its_data_row_held(
    make_command: MakeCommand,
) -> None:
    """As any other rejection: exit 3, a line with what was meant, and the others are sent."""
    command = make_command(ROWS)
    source = command.write(spoiled(command))

    ended = command.imports(source).is_exit(3)

    [line] = ended.rejections()
    assert (line["slug"], line["line"]) == ("R-ONT-1", 1)
    assert 'did you mean "vehicle"?' in line["message"]
    assert ended.report["rejected_by_slug"] == {"R-ONT-1": 1}
    assert ended.report["held"] > 0
    assert ended.report["accepted"] == command.account()["rows"] > 0


def test_all_or_nothing_counts_them_too(make_command: MakeCommand) -> None:
    """Exit 4, and nothing is sent."""
    command = make_command(ROWS)

    command.imports(command.write(spoiled(command)), "--all-or-nothing").is_exit(4)

    assert command.creates() == 0


def test_a_rule_that_is_switched_off_lets_the_service_judge(make_command: MakeCommand) -> None:
    """Then the row fails there."""
    command = make_command(ROWS)

    ended = command.imports(command.write(spoiled(command)), "--allow", "R-ONT-1").is_exit(3)

    assert (ended.report["rejected"], ended.report["failed"]) == (0, 1)


def test_the_medium_is_the_project_s_unless_it_is_said(make_command: MakeCommand) -> None:
    """Boxes belong on no text, and rows may be held to another medium."""
    command = make_command(ROWS, media="text")
    source = command.samples(ROWS)

    ended = command.imports(source, "--incomplete", "send").is_exit(3)
    assert set(ended.report["rejected_by_slug"]) == {"R-KIND-4"}
    said = command.imports(source, "--media", "image").is_exit(0)

    assert said.folder != ended.folder


def test_strict_rejects_what_warns(make_command: MakeCommand) -> None:
    """A missing uuid is no fault of rows that get one, and one when they keep none."""
    command = make_command(ROWS)
    made = [
        as_line({name: value for name, value in json.loads(row).items() if name != "uuid"})
        for row in command.made_up(ROWS)
    ]
    source = command.write(made)
    words = command.importing(source, "--strict")[1:]

    filled = json.loads(command.call("plan", *words).is_exit(0).out)
    kept = json.loads(command.call("plan", *words, "--uuids", "keep").is_exit(3).out)

    assert filled["planned"] == ROWS
    assert kept["rejected_by_slug"] == {"R-ID-5": ROWS}


def test_a_plan_without_a_key_says_that_nobody_was_asked_and_the_import_plans_anew(
    make_command: MakeCommand,
) -> None:
    """Names are held to the ontology by then."""
    command = make_command(ROWS)
    words = command.importing(command.write(spoiled(command)))[1:]

    alone = command.call("plan", *words, key="").is_exit(0)
    assert json.loads(alone.out)["project_asked"] is False
    assert "not held to the project's ontology" in alone.err
    asked = json.loads(command.call("plan", *words).is_exit(3).out)
    assert asked["project_asked"] is True
    ended = command.call("import", *words).is_exit(3)

    assert asked["run"] == json.loads(alone.out)["run"] == str(ended.folder)
    assert ended.report["rejected_by_slug"] == {"R-ONT-1": 1}


def test_medium_and_ontology_that_are_given_need_no_network_to_plan(
    make_command: MakeCommand,
) -> None:
    """And the plan keeps a digest of what rows were held to."""
    command = make_command(ROWS)
    command.endpoint = NOWHERE
    (command.folder / "ontology.json").write_text(samples.ontology_text())
    source = command.write(spoiled(command))
    given = ("--media", "image", "--ontology", "ontology.json")

    told = json.loads(command.call("plan", *command.importing(source, *given)[1:]).is_exit(3).out)

    assert told["project_asked"] is True
    assert told["rejected_by_slug"] == {"R-ONT-1": 1}
    assert {"rules", "ontology", "media"} <= options(command).keys()


def test_a_run_that_has_begun_keeps_its_plan_when_the_ontology_changes(
    make_command: MakeCommand,
) -> None:
    """The same command finds its run and goes on, whatever the project says by now."""
    command = make_command(ROWS)
    source = command.samples(ROWS)
    begun = command.imports(source, "--first", "1").is_exit(8)
    before = options(command)
    change_ontology(command, {"tools": [], "classifications": []})

    ended = command.imports(source).is_exit(3)

    assert ended.folder == begun.folder
    assert options(command) == before
    assert ended.report["rejected"] == 0


def test_a_snapshot_of_the_project_checks_rows_offline(make_command: MakeCommand) -> None:
    """Medium and ontology are in the file; the same rows are rejected as by the import."""
    command = make_command(ROWS)
    source = command.write(spoiled(command))
    words = ("labelbox", "projects", "snapshot", command.project, "-o", "project.json")
    where = ("--endpoint", command.sandbox.graphql, "--json")

    told = json.loads(command.call(*words, *where).is_exit(0).out)
    checked = command.call("check", str(source), "--ontology", "project.json", "--json", key="")

    assert (told["media_type"], told["has_ontology"]) == ("IMAGE", True)
    assert json.loads(checked.is_exit(4).out)["by_slug"] == {"R-ONT-1": 1}


def test_a_project_that_is_not_there_has_no_snapshot(make_command: MakeCommand) -> None:
    """The file is not written; the remedy is said."""
    command = make_command(10)
    words = ("labelbox", "projects", "snapshot", "c" + "0" * 24, "-o", "project.json")

    ended = command.call(*words, "--endpoint", command.sandbox.graphql)

    assert ended.code not in {0, 1}
    assert "/projects/" in ended.err
    assert not (command.folder / "project.json").exists()


def change_ontology(command: Command, normalized: dict[str, Any]) -> None:
    """Give the project another ontology, as an administrator might."""
    made = ask(
        command,
        "mutation ($data: UpsertOntologyInput!) { upsertOntology(data: $data) { id } }",
        {"data": {"name": "other", "normalized": json.dumps(normalized), "mediaType": "IMAGE"}},
    )
    ask(
        command,
        "mutation ($p: ID!, $o: ID!) "
        "{ project(where: {id: $p}) { connectOntology(ontologyId: $o) { id } } }",
        {"p": command.project, "o": made["upsertOntology"]["id"]},
    )


def ask(command: Command, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Ask the sandbox by GraphQL."""
    requests = pytest.importorskip("requests")
    answer = requests.post(
        command.sandbox.graphql,
        json={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {command.key}"},
        timeout=20,
    ).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def test_labels_become_benchmarks_on_their_way(make_command: MakeCommand) -> None:
    """All rows that are stored carry the flag; what the file names is no other."""
    command = make_command(ROWS)
    (command.folder / "keys").write_text(command.key_of(0) + "\n")

    command.imports(command.samples(ROWS), "--benchmark", "keys").is_exit(0)

    flagged = {
        row["dataRow"]["globalKey"]
        for row in command.stored()
        if row.get("isBenchmarkReferenceLabel")
    }
    assert flagged == {command.key_of(0)}
