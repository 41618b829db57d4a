"""Rows that name data rows by external id, and what is saved of a project's data rows."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

from e2e.command import Command, lines_of

from bulkimport.sandbox.store import Store

BOX = {"top": 1, "left": 2, "height": 3, "width": 4}
SQL_NAME = "UPDATE data_row SET external_id = ? WHERE global_key = ?"


def named(make_command: Callable[..., Command], names: list[str]) -> Command:
    """A project whose data rows have these external ids; keys are their own."""
    made = make_command(keys=[])
    keys = [f"{made.tag}{number}" for number in range(len(names))]
    made.project = made.sandbox.seed(keys=keys, name="named")["project_id"]
    with closing(Store(made.sandbox.dir)) as store, store.writing() as db:
        db.executemany(SQL_NAME, zip(names, keys, strict=True))
    return made


def row(name: str) -> dict[str, Any]:
    """A box on the data row that is called so."""
    return {"dataRow": {"globalKey": name}, "name": "car", "bbox": BOX}


def test_external_ids_lead_to_data_rows_and_ambiguous_ones_are_rejected(
    make_command: Callable[..., Command],
) -> None:
    """The project is asked once, for all of them."""
    command = named(make_command, ["a.jpg", "b.jpg", "twin.jpg", "twin.jpg"])
    source = command.write([row("a.jpg"), row("b.jpg"), row("twin.jpg"), row("nobody.jpg")])

    ended = command.imports(source, "--key", "external-id").is_exit(3)

    assert ended.report["rejected_by_slug"] == {"R-MAP-1": 1, "R-MAP-2": 1}
    assert ended.report["accepted"] == 2
    stored = command.stored()
    assert len({one["dataRow"]["id"] for one in stored}) == 2
    told = {line["slug"]: line["message"] for line in ended.rejections()}
    assert "several data rows" in told["R-MAP-2"]


def test_ids_and_global_keys_of_one_data_row_are_one_label(
    make_command: Callable[..., Command],
) -> None:
    """Led to one spelling before they are grouped; what is not in the project is rejected."""
    command = named(make_command, ["a.jpg", "b.jpg"])
    out, rows = command.folder / "project.json", command.folder / "rows.ndjson"
    where = ("--endpoint", command.sandbox.graphql, "--data-rows", str(rows))
    command.call("labelbox", "projects", "snapshot", command.project, "-o", str(out), *where)
    first = lines_of(rows)[0]["data_row"]
    by_id = {"dataRow": {"id": first["id"]}, "name": "car", "bbox": BOX}
    other = row(first["global_key"].upper()) | {"bbox": {**BOX, "top": 9}}
    outside = {"dataRow": {"id": "c" * 25}, "name": "car", "bbox": BOX}
    source = command.write([by_id, row(f"{command.tag}1"), other, outside, row("nobody")])

    ended = command.imports(source, "--key", "project").is_exit(3)

    assert ended.report["rejected_by_slug"] == {"R-DR-6": 2}
    assert (ended.report["accepted"], ended.report["data_rows"]) == (3, 2)
    assert command.account()["labels_per_data_row"] == {"1": 2}


def test_a_snapshot_saves_the_data_rows_of_a_project(make_command: Callable[..., Command]) -> None:
    """As lines of an export, which `--assets` takes."""
    command = named(make_command, ["a.jpg", "b.jpg"])
    out, rows = command.folder / "project.json", command.folder / "rows.ndjson"
    where = ("--endpoint", command.sandbox.graphql, "--data-rows", str(rows))

    command.call(
        "labelbox", "projects", "snapshot", command.project, "-o", str(out), *where
    ).is_exit(0)

    assert json.loads(out.read_text())
    told = [line["data_row"] for line in lines_of(rows)]
    assert [one["external_id"] for one in told] == ["a.jpg", "b.jpg"]
    assert all(one["id"] and one["global_key"].startswith(command.tag) for one in told)


def labelled(make_command: Callable[..., Command]) -> Command:
    """A project of which the first data row has a label; snapshot.json and data_rows.ndjson."""
    command = named(make_command, ["a.jpg", "b.jpg"])
    command.imports(command.write([row(f"{command.tag}0")], "before.ndjson")).is_exit(0)
    out, rows = command.folder / "snapshot.json", command.folder / "data_rows.ndjson"
    where = ("--endpoint", command.sandbox.graphql, "--data-rows", str(rows))
    command.call("labelbox", "projects", "snapshot", command.project, "-o", str(out), *where)
    return command


def checked(command: Command, *words: str, code: int) -> dict[str, int]:
    """How many rows break each rule, by a check against the snapshot, without a key."""
    told = command.call("check", *words, "--ontology", "snapshot.json", "--json", key="")
    by_slug: dict[str, int] = json.loads(told.is_exit(code).out)["by_slug"]
    return by_slug


def test_a_check_by_a_snapshot_knows_who_is_in_the_project_and_who_has_a_label(
    make_command: Callable[..., Command],
) -> None:
    """By global key in any case and by id; who is not in it is rejected, labels only warn."""
    command = labelled(make_command)
    first = lines_of(command.folder / "data_rows.ndjson")[0]["data_row"]
    by_id = {"dataRow": {"id": first["id"]}, "name": "car", "bbox": BOX}
    rows = [row(f"{command.tag}0".upper()), row(f"{command.tag}1"), by_id]
    good, bad = command.write(rows), command.write([*rows, row("nobody")], "bad.ndjson")

    told = checked(command, str(good), "--allow", "R-DR-7", code=0)
    denied = checked(command, str(good), "--deny", "R-MODE-7", "--allow", "R-DR-7", code=4)
    outside = checked(command, str(bad), "--allow", "R-DR-7", code=4)
    off = checked(command, str(good), "--allow", "R-MODE-7", "--allow", "R-DR-7", code=0)

    assert {slug: told[slug] for slug in told if slug != "R-ID-5"} == {"R-MODE-7": 2}
    assert denied["R-MODE-7"] == 2
    assert (outside["R-DR-6"], outside["R-MODE-7"]) == (1, 2)
    assert "R-MODE-7" not in off


def test_a_check_by_a_snapshot_leads_keys_as_the_import_does(
    make_command: Callable[..., Command],
) -> None:
    """A mixture is led to one spelling, and external ids lead to ids, with nobody asked."""
    command = labelled(make_command)
    first = lines_of(command.folder / "data_rows.ndjson")[0]["data_row"]
    by_id = {"dataRow": {"id": first["id"]}, "name": "car", "bbox": BOX}
    mixed = command.write([by_id, row(f"{command.tag}1")])
    external = command.write([row("a.jpg"), row("nobody.jpg")], "external.ndjson")

    plain = checked(command, str(mixed), code=0)
    led = checked(command, str(mixed), "--key", "project", code=0)
    named_so = checked(command, str(external), "--key", "external-id", code=4)

    assert plain["R-DR-7"] == 1
    assert "R-DR-7" not in led
    assert led["R-MODE-7"] == named_so["R-MODE-7"] == named_so["R-MAP-1"] == 1


def test_an_import_that_asked_for_the_data_rows_tells_who_has_a_label(
    make_command: Callable[..., Command],
) -> None:
    """The rows go all the same; a denial holds back those of the one that has a label by then."""
    command = labelled(make_command)
    source = command.write([row(f"{command.tag}0"), row(f"{command.tag}1")])

    refused = command.imports(source, "--key", "project", "--deny", "R-MODE-7").is_exit(3)
    ended = command.imports(source, "--key", "project").is_exit(0)

    assert refused.report["rejected_by_slug"] == {"R-MODE-7": 1}
    # The first import has given the other one a label.
    assert ended.report["warnings"]["R-MODE-7"] == ended.report["accepted"] == 2


def test_without_a_project_external_ids_cannot_be_resolved(
    make_command: Callable[..., Command],
) -> None:
    """A conversion on this machine alone says so."""
    command = make_command(keys=["0"])
    source = command.write([row("a.jpg")])
    words = ("--key", "external-id", "-o", str(command.folder / "out.ndjson"))

    said = command.call("convert", str(source), *words).is_exit(2).err

    assert "resolved by the project" in said
