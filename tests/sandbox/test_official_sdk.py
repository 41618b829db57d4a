"""The official SDK, unmodified, takes the sandbox for Labelbox."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import labelbox
import pytest
from labelbox import LabelImport, MALPredictionImport
from lbox.exceptions import (
    AuthenticationError,
    LabelboxError,
    MalformedQueryException,
    ResourceConflict,
    ResourceNotFoundError,
)

INSTANT = 0.02
BOX = {"top": 1.0, "left": 2.0, "height": 3.0, "width": 4.0}


def settle(made: Any) -> Any:
    """Wait for an import, asking more often than every ten seconds."""
    made.wait_till_done(sleep_time_seconds=INSTANT)
    return made


def uuids(lines: list[dict[str, Any]]) -> list[str]:
    """The uuids of rows or status lines, in a comparable order."""
    return sorted(line["uuid"] for line in lines)


@pytest.mark.parametrize("kind", [LabelImport, MALPredictionImport])
def test_rows_are_imported_from_objects(
    sandbox: Any, client: labelbox.Client, a_box: Callable[..., Any], kind: Any
) -> None:
    """The declared length of rows given as objects is wrong, and that is no reason to refuse."""
    project = sandbox.seed(3)["project_id"]
    rows = [a_box(number, name="car") for number in (1, 2, 3, 1)]

    made = kind.create_from_objects(client, project, "from objects", rows)

    assert made.state.value == "RUNNING"
    assert made.error_file_url is None
    assert made.status_file_url is None
    settle(made)
    assert made.state.value == "FINISHED"
    assert made.progress == "100%"
    assert made.inputs == rows
    assert uuids(made.statuses) == uuids(rows)
    assert {line["status"] for line in made.statuses} == {"SUCCESS"}
    assert made.errors == []


@pytest.mark.parametrize("kind", [LabelImport, MALPredictionImport])
def test_rows_are_imported_from_a_file(
    sandbox: Any, client: labelbox.Client, a_box: Callable[..., Any], tmp_path: Path, kind: Any
) -> None:
    """The SDK streams a file under a part named like the import, quotes and all."""
    project = sandbox.seed(2)["project_id"]
    rows = [a_box(1), a_box(2, name="nothing")]
    path = tmp_path / "rows.ndjson"
    path.write_text("\n".join(json.dumps(row) for row in rows))

    made = settle(kind.create_from_file(client, project, 'a "name" é', str(path)))

    assert made.state.value == "FINISHED"
    assert [line["status"] for line in made.statuses] == ["SUCCESS", "FAILURE"]
    assert [line["uuid"] for line in made.errors] == [rows[1]["uuid"]]
    assert made.errors[0]["errors"] == [
        {
            "name": "ValidationError",
            "message": "Ontology does not contain name: nothing",
            "additionalInfo": None,
        }
    ]


@pytest.mark.parametrize("kind", [LabelImport, MALPredictionImport])
def test_rows_are_imported_from_a_url(
    sandbox: Any, client: labelbox.Client, a_box: Callable[..., Any], kind: Any
) -> None:
    """The SDK asks whether the URL is there, the sandbox fetches it."""
    project = sandbox.seed(2)["project_id"]
    content = json.dumps(a_box(2)).encode()
    url = client.upload_data(content, filename="rows.ndjson", content_type="application/x-ndjson")

    made = settle(kind.create_from_url(client, project, "by url", url))

    assert made.state.value == "FINISHED"
    assert made.input_file_url == url
    assert [line["status"] for line in made.statuses] == ["SUCCESS"]


def test_an_import_name_is_taken_once(
    sandbox: Any, client: labelbox.Client, a_box: Callable[..., Any]
) -> None:
    """A second import of the same name and kind is a conflict; the other kind is free."""
    project = sandbox.seed(1)["project_id"]
    LabelImport.create_from_objects(client, project, "once", [a_box()])

    with pytest.raises(ResourceConflict):
        LabelImport.create_from_objects(client, project, "once", [a_box()])
    MALPredictionImport.create_from_objects(client, project, "once", [a_box()])


def test_an_unknown_import_is_not_found(sandbox: Any, client: labelbox.Client) -> None:
    """Looking up a name that nobody used is an error of its own kind, for both kinds."""
    project = sandbox.seed(1)["project_id"]

    with pytest.raises(ResourceNotFoundError):
        LabelImport.from_name(client, project, "never")
    with pytest.raises(ResourceNotFoundError):
        MALPredictionImport.from_name(client, project, "never")


def test_imports_are_listed_and_pre_labels_deleted(
    sandbox: Any, client: labelbox.Client, a_box: Callable[..., Any]
) -> None:
    """Deleting an import of pre-labels takes them away; the other stays."""
    seeded = sandbox.seed(1)
    project = client.get_project(seeded["project_id"])
    for name in ("first", "second"):
        settle(MALPredictionImport.create_from_objects(client, project.uid, name, [a_box()]))
    settle(LabelImport.create_from_objects(client, project.uid, "labels", [a_box()]))

    listed = list(project.get_mal_prediction_imports())
    listed[0].delete()

    assert [each.name for each in listed] == ["first", "second"]
    assert [each.name for each in project.get_mal_prediction_imports()] == ["second"]
    assert [each.name for each in project.get_label_imports()] == ["labels"]
    assert sandbox.account(project.uid, "prelabels")["rows"] == 1


def test_a_failed_import_says_so(sandbox: Any, client: labelbox.Client, tmp_path: Path) -> None:
    """The SDK shows no reason; the error file does."""
    project = sandbox.seed(1)["project_id"]
    path = tmp_path / "rows.ndjson"
    path.write_text('{"dataRow": NaN}\n')

    made = settle(LabelImport.create_from_file(client, project, "broken", str(path)))

    assert made.state.value == "FAILED"
    assert made.status_file_url is None
    assert made.error_file_url is not None
    with pytest.raises(ValueError, match="Import failed"):
        _ = made.errors


def test_an_empty_file_is_refused(sandbox: Any, client: labelbox.Client, tmp_path: Path) -> None:
    """What the SDK sends when it repeats a request is no import, and its name stays free."""
    project = sandbox.seed(1)["project_id"]
    path = tmp_path / "rows.ndjson"
    path.write_bytes(b"")

    with pytest.raises(MalformedQueryException, match="empty"):
        LabelImport.create_from_file(client, project, "empty", str(path))
    with pytest.raises(ResourceNotFoundError):
        LabelImport.from_name(client, project, "empty")


def test_a_wrong_key_is_refused(sandbox: Any) -> None:
    """Nothing is told without the key."""
    stranger = labelbox.Client(api_key="wrong", endpoint=sandbox.graphql)

    with pytest.raises(AuthenticationError):
        stranger.get_user()


def test_a_project_is_made_from_the_ground(client: labelbox.Client, sandbox: Any) -> None:
    """Ontology, project, dataset, data rows and batch, and then an import, all by the SDK."""
    normalized = {"tools": [{"tool": "rectangle", "name": "car", "color": "#00ff00"}]}
    ontology = client.create_ontology(
        "cars", {**normalized, "classifications": []}, media_type=labelbox.MediaType.Image
    )
    project = client.create_project("streets", media_type=labelbox.MediaType.Image)
    project.connect_ontology(ontology)
    dataset = client.create_dataset(name="photos")
    keys = [f"photo {number}" for number in range(3)]
    task = dataset.create_data_rows(
        [{"row_data": f"https://example.com/{key}.jpg", "global_key": key} for key in keys]
    )
    task.wait_till_done()
    batch = project.create_batch("queue", global_keys=keys)
    rows = [{"dataRow": {"globalKey": key}, "name": "car", "bbox": BOX} for key in keys]
    made = settle(LabelImport.create_from_objects(client, project.uid, "all", rows))

    assert task.errors is None
    assert batch.size == 3
    assert project.ontology().uid == ontology.uid
    assert {line["status"] for line in made.statuses} == {"SUCCESS"}
    assert project.get_label_count() == 3
    assert sandbox.account(project.uid, "labels")["labels_per_data_row"] == {"1": 3}


def test_things_are_found_changed_and_deleted(client: labelbox.Client) -> None:
    """Conditions, updates and soft deletes are those of the SDK's ORM."""
    project = client.create_project("one", media_type=labelbox.MediaType.Image)
    client.create_project("two", media_type=labelbox.MediaType.Text)
    dataset = client.create_dataset(name="kept", description="why")

    project.update(name="renamed")
    found = list(client.get_projects(where=labelbox.Project.name == "renamed"))
    project.delete()

    assert [each.uid for each in found] == [project.uid]
    assert [each.name for each in client.get_projects()] == ["two"]
    assert client.get_dataset(dataset.uid).description == "why"
    with pytest.raises(ResourceNotFoundError):
        client.get_project(project.uid)
    dataset.delete()
    assert list(client.get_datasets()) == []


def test_an_ontology_gets_its_ids(client: labelbox.Client) -> None:
    """`normalized` goes in as text without ids and comes out as an object with all of them."""
    builder = labelbox.OntologyBuilder(
        tools=[labelbox.Tool(tool=labelbox.Tool.Type.POLYGON, name="lake")],
        classifications=[
            labelbox.Classification(
                class_type=labelbox.Classification.Type.RADIO,
                name="weather",
                options=[labelbox.Option(value="sunny")],
            )
        ],
    )
    made = client.create_ontology("o", builder.asdict(), media_type=labelbox.MediaType.Image)

    found = client.get_ontology(made.uid)
    radio = found.normalized["classifications"][0]
    ids = [
        found.normalized["tools"][0]["featureSchemaId"],
        radio["featureSchemaId"],
        radio["options"][0]["featureSchemaId"],
    ]

    assert found.tools()[0].name == "lake"
    assert [len(each) for each in ids] == [25, 25, 25]
    assert len(set(ids)) == 3
    assert [each.name for each in client.get_ontologies("O")] == ["o"]
    assert client.get_feature_schema(ids[0]).name == "lake"


def test_features_are_added_renamed_and_deleted_with_their_ontology(
    client: labelbox.Client,
) -> None:
    """What the SDK does over REST: put a feature, insert it, rename it, delete what is unused."""
    tool = labelbox.Tool(tool=labelbox.Tool.Type.BBOX, name="car")
    made = client.create_ontology("o", labelbox.OntologyBuilder(tools=[tool]).asdict())
    lake = client.upsert_feature_schema(
        labelbox.Tool(tool=labelbox.Tool.Type.POLYGON, name="lake").asdict()
    )

    client.insert_feature_schema_into_ontology(lake.uid, made.uid, 0)
    client.update_feature_schema_title(lake.uid, "pond")
    names = [tool.name for tool in client.get_ontology(made.uid).tools()]
    project = client.create_project("p", media_type=labelbox.MediaType.Image)
    project.connect_ontology(client.get_ontology(made.uid))
    with pytest.raises(LabelboxError, match="connected to projects: p"):
        client.delete_unused_ontology(made.uid)
    project.delete()
    client.delete_unused_ontology(made.uid)

    assert names == ["pond", "car"]
    with pytest.raises(ResourceNotFoundError):
        client.get_ontology(made.uid)


def test_batches_are_refused_as_the_service_refuses_them(
    sandbox: Any, client: labelbox.Client
) -> None:
    """No data rows, both ways to name them, no priority, a name that is taken."""
    sandbox.seed(3)
    project = client.create_project("other", media_type=labelbox.MediaType.Image)
    first = client.get_data_row_by_global_key("row-1").uid
    project.create_batches("taken", global_keys=["row-1"])

    with pytest.raises(MalformedQueryException, match="No valid data rows"):
        project.create_batches("none", global_keys=[])
    with pytest.raises(MalformedQueryException, match="not by both"):
        project.create_batches("both", data_rows=[first], global_keys=["row-2"])
    with pytest.raises(LabelboxError, match="priority"):
        project.create_batches("hurry", global_keys=["row-2"], priority=None)
    with pytest.raises(ResourceConflict):
        project.create_batches("taken", global_keys=["row-2"])
    assert [each.name for each in project.batches()] == ["taken0000"]


def test_data_rows_keep_their_global_keys_apart(client: labelbox.Client) -> None:
    """A key is taken once in the organization, whatever its case; the others are made."""
    dataset = client.create_dataset(name="d")
    rows = [{"row_data": "https://e.com/1", "global_key": key} for key in ("a", "b", "A")]

    task = dataset.create_data_rows(rows)
    task.wait_till_done()

    assert task.status == "COMPLETE"
    assert len(task.result) == 2
    assert len(task.errors) == 1
    assert task.errors[0]["message"].startswith("Duplicate global key: '")
    assert client.get_dataset(dataset.uid).row_count == 2
    assert {each.global_key.lower() for each in dataset.data_rows()} == {"a", "b"}


def test_global_keys_are_looked_up_in_their_order(sandbox: Any, client: labelbox.Client) -> None:
    """An unknown key leaves its place empty."""
    sandbox.seed(2)

    answer = client.get_data_row_ids_for_global_keys(["row-2", "never", "row-1"])

    first = client.get_data_row_by_global_key("row-1")
    assert answer["status"] == "PARTIAL SUCCESS"
    assert answer["results"][1] == ""
    assert answer["results"][2] == first.uid
    assert answer["errors"] == [{"global_key": "never", "error": "Data Row not found"}]
    assert first.row_data == "https://assets.example.com/row-1"


def test_many_batches_are_made_at_once(sandbox: Any, client: labelbox.Client) -> None:
    """From global keys, and from what a dataset has that the project lacks."""
    seeded = sandbox.seed(5)
    project = client.create_project("other", media_type=labelbox.MediaType.Image)

    by_keys = project.create_batches("keys", global_keys=["row-1", "row-2"])
    by_keys.wait_till_done()
    rest = project.create_batches_from_dataset("rest", seeded["dataset_id"])
    rest.wait_till_done()

    assert [(each.name, each.size) for each in by_keys.result()] == [("keys0000", 2)]
    assert [(each.name, each.size) for each in rest.result()] == [("rest0000", 3)]


def test_large_batches_go_the_asynchronous_way(sandbox: Any, client: labelbox.Client) -> None:
    """From 1,000 data rows on the SDK makes an empty batch and fills it by a task."""
    sandbox.seed(1000)
    project = client.create_project("other", media_type=labelbox.MediaType.Image)
    keys = [f"row-{number}" for number in range(1, 1001)]

    batch = project.create_batch("big", global_keys=keys)

    assert batch.size == 1000
    assert [each.name for each in project.batches()] == ["big"]
    with pytest.raises(ResourceConflict):
        project.create_batch("big", global_keys=keys[:1])
    with pytest.raises(MalformedQueryException, match="No valid data rows"):
        project.create_batch("again", global_keys=keys[:1])
    with pytest.raises(MalformedQueryException, match="never"):
        project.create_batch("unknown", data_rows=None, global_keys=["row-1", "never"])
