"""Imports are made, followed and counted by name, several in one request."""

from collections.abc import Callable
from typing import Any

import pytest

from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.errors import DestinationAway
from bulkimport.model import Accepted, ImportState, ImportStatus, Kind, Parcel, Receipt

Make = Callable[..., Labelbox]
NOT_FOUND = {"message": "no such import", "extensions": {"code": "RESOURCE_NOT_FOUND"}}
COMPLEX = {
    "message": "Query complexity limit exceeded",
    "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
}
FIELDS = {
    Kind.LABELS: ("createLabelImport", "labelImport", "labelImports"),
    Kind.PRELABELS: (
        "createModelAssistedLabelingPredictionImport",
        "modelAssistedLabelingPredictionImport",
        "modelAssistedLabelingPredictionImports",
    ),
}


def shown(name: str, **fields: Any) -> dict[str, Any]:
    """An import as the service shows it."""
    running = {"id": f"id-{name}", "name": name, "state": "RUNNING", "progress": ""}
    urls = {"inputFileUrl": None, "statusFileUrl": None, "errorFileUrl": None}
    return running | urls | fields


def receipts(count: int) -> list[Receipt]:
    """So many receipts with numbered names."""
    return [Receipt(f"n{n}", f"id-n{n}") for n in range(count)]


@pytest.mark.parametrize("kind", FIELDS)
async def test_an_import_is_created_from_a_file_of_true_length(
    service: Any, labelbox: Make, parcel: Callable[..., Parcel], kind: Kind
) -> None:
    """By the field of its kind; values go as variables."""
    service.answers(200, {"data": {FIELDS[kind][0]: shown("run-0001")}})

    verdict = await labelbox(kind).send(parcel(b'{"a":1}\n{"b":2}\n'))

    assert verdict == Accepted(Receipt("run-0001", "id-run-0001"))
    [seen] = service.seen
    assert f" {FIELDS[kind][0]}(" in seen.fields["operations"]
    assert (
        '"variables":{"project":"project-1","name":"run-0001","contentLength":16,"file":null}'
        in seen.fields["operations"]
    )
    assert seen.file_size == 16


@pytest.mark.parametrize("kind", FIELDS)
async def test_several_imports_are_asked_for_in_one_request(
    service: Any, labelbox: Make, kind: Kind
) -> None:
    """Answers are given in the order asked, and what the service does not have is missing."""
    data = {
        "import0": shown(
            "n0", state="FINISHED", progress="100%", statusFileUrl="s", errorFileUrl="e"
        ),
        "import1": None,
        "import2": shown("n2", progress="37%", inputFileUrl="i"),
    }
    service.answers(200, {"data": data, "errors": [NOT_FOUND]})

    statuses = await labelbox(kind).statuses(receipts(3))

    assert statuses == [
        ImportStatus("n0", "id-n0", ImportState.FINISHED, 100, status_url="s", error_url="e"),
        ImportStatus("n1", "", ImportState.MISSING),
        ImportStatus("n2", "id-n2", ImportState.RUNNING, 37, input_url="i"),
    ]
    [seen] = service.seen
    assert seen.json["query"].count(f" {FIELDS[kind][1]}(") == 3
    assert seen.json["variables"] == {
        "project": "project-1",
        "name0": "n0",
        "name1": "n1",
        "name2": "n2",
    }


@pytest.mark.parametrize(
    ("progress", "percent"),
    [(None, None), ("", None), ("0%", 0), ("100%", 100), ("7", 7), ("soon", None), ("1.5%", None)],
)
async def test_progress_is_read_where_it_is_a_number(
    service: Any, labelbox: Make, progress: str | None, percent: int | None
) -> None:
    """Anything else is not known."""
    service.answers(200, {"data": {"import0": shown("n0", progress=progress)}})

    [status] = await labelbox().statuses(receipts(1))

    assert status.percent == percent


@pytest.mark.parametrize(
    ("state", "read"),
    [
        ("RUNNING", ImportState.RUNNING),
        ("FINISHED", ImportState.FINISHED),
        ("FAILED", ImportState.FAILED),
        ("PAUSED", ImportState.RUNNING),
        ("MISSING", ImportState.RUNNING),
        (None, ImportState.RUNNING),
    ],
)
async def test_a_state_that_is_no_end_is_waited_out(
    service: Any, labelbox: Make, state: str | None, read: ImportState
) -> None:
    """A word that nobody knows is not taken for an end."""
    service.answers(200, {"data": {"import0": shown("n0", state=state)}})

    [status] = await labelbox().statuses(receipts(1))

    assert status.state is read


async def test_no_imports_cost_no_request(service: Any, labelbox: Make) -> None:
    """Nothing asked, nothing sent."""
    destination = labelbox()

    assert await destination.statuses([]) == []
    assert destination.requests == 0


async def test_many_imports_are_asked_for_fifty_at_a_time(service: Any, labelbox: Make) -> None:
    """And come back in the order asked."""
    for start, count in ((0, 50), (50, 1)):
        names = {f"import{n}": shown(f"n{start + n}") for n in range(count)}
        service.answers(200, {"data": names})

    statuses = await labelbox().statuses(receipts(51))

    assert [status.name for status in statuses] == [f"n{n}" for n in range(51)]
    assert len(service.seen) == 2


@pytest.mark.parametrize("error", [NOT_FOUND, COMPLEX])
async def test_a_request_that_is_refused_as_a_whole_is_halved(
    service: Any, labelbox: Make, error: dict[str, Any]
) -> None:
    """Too complex, or all data left out for the sake of one import that is missing."""
    service.answers(200, {"data": None, "errors": [error]})
    service.answers(200, {"data": {"import0": shown("n0")}})
    service.answers(200, {"data": None, "errors": [NOT_FOUND]})

    statuses = await labelbox().statuses(receipts(2))

    assert [status.state for status in statuses] == [ImportState.RUNNING, ImportState.MISSING]


async def test_passing_trouble_says_for_how_long(service: Any, labelbox: Make) -> None:
    """So that whoever polls can keep to it."""
    service.answers(429, b"slow down", Retry_After="17")

    with pytest.raises(DestinationAway) as raised:
        await labelbox().statuses(receipts(1))

    assert raised.value.retry_after == 17.0


@pytest.mark.parametrize("data", [{"import0": None}, None], ids=["null", "no data"])
async def test_an_import_that_is_not_there_is_not_found(
    service: Any, labelbox: Make, data: dict[str, Any] | None
) -> None:
    """The service says so with an error, with or without data."""
    service.answers(200, {"data": data, "errors": [NOT_FOUND]})

    assert await labelbox().find("n0") is None


async def test_an_import_that_is_there_is_found(service: Any, labelbox: Make) -> None:
    """With its id."""
    service.answers(200, {"data": {"import0": shown("n0")}})

    assert await labelbox().find("n0") == Receipt("n0", "id-n0")


@pytest.mark.parametrize("kind", FIELDS)
async def test_imports_of_a_name_are_counted_over_all_pages(
    service: Any, labelbox: Make, kind: Kind
) -> None:
    """A full page may be the last; an import that slides into the next page counts once."""
    other = [{"id": f"o{n}", "name": "other"} for n in range(98)]
    twins = [{"id": "t1", "name": "twin"}, {"id": "t2", "name": "twin"}]
    field = FIELDS[kind][2]
    service.answers(200, {"data": {field: [*twins, *other]}})
    service.answers(200, {"data": {field: [twins[1], *other, {"id": "t3", "name": "twin"}]}})
    service.answers(200, {"data": {field: []}})

    assert await labelbox(kind).count_named("twin") == 3
    assert [seen.json["query"].split(field)[1].split(", where")[0] for seen in service.seen] == [
        "(skip: 0, first: 100",
        "(skip: 100, first: 100",
        "(skip: 200, first: 100",
    ]


async def test_a_list_that_is_none_counts_nothing(service: Any, labelbox: Make) -> None:
    """Zero would be a guess."""
    service.answers(200, {"data": {"labelImports": None}})

    with pytest.raises(DestinationAway):
        await labelbox().count_named("n0")
