"""What an import leaves behind: labels, pre-labels, status lines."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., dict[str, Any]]


@pytest.fixture
def sandbox(seeded_sandbox: tuple[Any, Any]) -> Any:
    """Share one sandbox."""
    return seeded_sandbox[0]


def test_all_rows_of_a_data_row_form_one_label(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """Scattered rows, by key in any case or by id, belong to one label of their import."""
    found = caller.bring(project, "first", [a_box(1), a_box(2), a_box(1)])
    identity = caller.statuses(found)[0]["dataRow"]["id"]
    mixed = [
        a_box(dataRow={"id": identity}),
        a_box(dataRow={"globalKey": "ROW-1"}),
        a_box(dataRow={"globalKey": "row-1"}),
    ]

    caller.bring(project, "second", mixed)

    account = sandbox.account(project, "labels")
    assert account["rows"] == 6
    assert account["labels_per_data_row"] == {"1": 1, "2": 1}
    assert account["data_rows_in_several_imports"] == 1


def test_a_status_line_shows_the_data_row_as_sent_and_its_id(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """Joining by what was sent works, and so does joining by id."""
    row = a_box(dataRow={"globalKey": "Row-1"})
    del row["uuid"]

    (line,) = caller.statuses(caller.bring(project, "i", [row]))

    assert line["uuid"] is None
    assert line["dataRow"]["globalKey"] == "Row-1"
    assert len(line["dataRow"]["id"]) == 25
    assert (line["status"], line["errors"]) == ("SUCCESS", [])


@pytest.mark.parametrize(
    ("data_row", "name", "message"),
    [
        ({"globalKey": "never"}, "DataRowNotFound", "dataRow.globalKey never invalid"),
        ({"id": "c" * 25}, "DataRowNotFound", f"dataRow.id {'c' * 25} invalid"),
        ({"globalKey": "unqueued"}, "DataRowNotFound", "dataRow.globalKey unqueued invalid"),
        ({}, "ValidationError", "dataRow must have exactly one of id and globalKey"),
        ({"id": "a", "globalKey": "b"}, "ValidationError", "dataRow must have exactly one"),
        ({"id": 7}, "ValidationError", "dataRow must have exactly one"),
        ("row-1", "ValidationError", "dataRow must have exactly one"),
        (None, "ValidationError", "dataRow must have exactly one"),
        ([[[]]], "ValidationError", "dataRow must have exactly one"),
    ],
)
def test_a_row_without_its_data_row_fails_alone(
    sandbox: Any, caller: Any, project: str, a_box: Rows, data_row: object, name: str, message: str
) -> None:
    """A data row that is unknown, or in no batch of the project, fails its rows and no others."""
    if data_row == {"globalKey": "unqueued"}:
        sandbox.seed(keys=["unqueued"], name="other")

    found = caller.bring(project, "i", [a_box(dataRow=data_row), a_box(1)])

    lines = caller.statuses(found)
    assert found["state"] == "FINISHED"
    assert [line["status"] for line in lines] == ["FAILURE", "SUCCESS"]
    assert lines[0]["errors"][0]["name"] == name
    assert message in lines[0]["errors"][0]["message"]
    assert caller.statuses(found, "errorFileUrl") == lines[:1]
    assert sandbox.account(project, "labels")["rows"] == 1


def test_equal_uuids_on_one_data_row_fail_but_the_first(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """The spelling of a uuid does not matter, the data row does."""
    first = a_box(1)
    again = {**first, "uuid": first["uuid"].upper().replace("-", "")}

    lines = caller.statuses(
        caller.bring(project, "i", [first, again, a_box(2, uuid=first["uuid"])])
    )

    assert [line["status"] for line in lines] == ["SUCCESS", "FAILURE", "SUCCESS"]
    assert "used twice" in lines[1]["errors"][0]["message"]


def test_a_pre_label_of_the_same_uuid_replaces_the_earlier(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """The last import wins row by row; other rows and other data rows are left alone."""
    kept, old = a_box(1), a_box(1)
    elsewhere = a_box(2, uuid=old["uuid"])
    new = a_box(1, uuid=old["uuid"].upper(), name="lake", bbox=None)
    del new["bbox"]
    new["polygon"] = [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 6}]
    caller.bring(project, "first", [kept, old, elsewhere], kind="prelabels")

    caller.bring(project, "second", [new], kind="prelabels")

    stored = sandbox.rows(project)
    assert sorted(stored, key=str) == sorted([kept, elsewhere, new], key=str)


def test_pre_labels_show_where_there_is_no_label(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """A label hides the pre-labels of its data row; they stay stored."""
    caller.bring(project, "i", [a_box(1), a_box(2), a_box(3)], kind="prelabels")
    before = sandbox.account(project, "prelabels")["data_rows_shown"]

    caller.bring(project, "i", [a_box(2)])

    account = sandbox.account(project, "prelabels")
    assert (before, account["data_rows_shown"]) == (3, 2)
    assert account["rows"] == 3


def test_the_same_labels_again_are_more_labels(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """Ground truth knows no replacing: a second import doubles, and the audit shows it."""
    row = a_box(1)

    caller.bring(project, "first", [row])
    caller.bring(project, "second", [row])

    assert sandbox.rows(project) == [row, row]
    assert sandbox.account(project, "labels")["labels_per_data_row"] == {"2": 1}


def test_a_project_without_an_ontology_takes_no_row(sandbox: Any, caller: Any, a_box: Rows) -> None:
    """Every name is unknown then."""
    seeded = sandbox.seed(keys=["bare"], ontology={"tools": [], "classifications": []})
    row = a_box(dataRow={"globalKey": "bare"})

    (line,) = caller.statuses(caller.bring(seeded["project_id"], "i", [row]))

    assert line["errors"][0]["message"] == "Ontology does not contain name: car"


def test_a_line_that_is_no_row_fails_the_import_whole(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """Nothing of it is kept, the reason is in the error file, and the name stays taken."""
    body = json.dumps(a_box(1)).encode() + b"\n{broken\n"
    caller.upload(project, "broken", body)

    found = caller.settled(project, "broken")

    assert found["state"] == "FAILED"
    assert found["statusFileUrl"] is None
    assert "Line 2 is not valid JSON" in caller.statuses(found, "errorFileUrl")[0]["message"]
    assert sandbox.account(project, "labels")["rows"] == 0
    again = caller.upload(project, "broken", body).json()
    assert again["errors"][0]["extensions"]["code"] == "RESOURCE_CONFLICT"


def test_result_files_are_ascii_and_have_no_blank_line(
    sandbox: Any, caller: Any, a_box: Rows
) -> None:
    """A reader that splits at any Unicode line end reads them right."""
    project = sandbox.seed(keys=["é\u2028key"])["project_id"]
    rows = [a_box(dataRow={"globalKey": "é\u2028key"}), a_box(name="no\u2028\x7f\nname")]
    rows[1]["dataRow"] = rows[0]["dataRow"]

    found = caller.bring(project, "i", rows)

    for file in ("statusFileUrl", "errorFileUrl"):
        text = caller.raw(found[file]).decode("ascii")
        assert text.splitlines() == text.removesuffix("\n").split("\n")
    lines = caller.statuses(found)
    assert lines[0]["dataRow"]["globalKey"] == "é\u2028key"
    assert lines[1]["errors"][0]["message"].endswith("no\u2028\x7f\nname")


def test_deep_rows_are_refused_not_fatal(
    sandbox: Any, caller: Any, project: str, a_box: Rows
) -> None:
    """A row that cannot be written back is refused; the import goes on."""
    deep: Any = 1
    for _ in range(400):
        deep = [deep]

    lines = caller.statuses(caller.bring(project, "i", [a_box(1, extra=deep), a_box(1)]))

    assert [line["status"] for line in lines] == ["FAILURE", "SUCCESS"]


def test_names_may_repeat_when_asked_so(
    make_sandbox: Any, call: Callable[[Any], Any], a_box: Rows
) -> None:
    """Then both imports are made, and a look-up by name answers the first."""
    sandbox = make_sandbox("--no-unique-names")
    caller = call(sandbox)
    project = sandbox.seed(1)["project_id"]

    first = caller.bring(project, "same", [a_box(1)])
    caller.bring(project, "same", [a_box(1)])

    caller.all_settled(project)
    assert caller.look(project, "same")["data"]["labelImport"]["id"] == first["id"]
    assert sandbox.account(project, "labels")["imports"] == {"FINISHED": 2}


def test_a_url_outside_this_machine_is_never_opened(
    sandbox: Any, caller: Any, project: str
) -> None:
    """Such an import fails and says why."""
    query = (
        "mutation($p: ID!, $n: String!, $u: String!)"
        " {createLabelImport(data: {projectId: $p, name: $n, fileUrl: $u}) {state inputFileUrl}}"
    )
    for name, url in (("away", "https://example.com/rows"), ("gone", "http://rows.invalid/rows")):
        made = caller.ask(query, p=project, n=name, u=url)["data"]["createLabelImport"]
        found = caller.settled(project, name)

        assert made == {"state": "RUNNING", "inputFileUrl": url}
        assert found["state"] == "FAILED"
        assert "URL" in caller.statuses(found, "errorFileUrl")[0]["message"]
