"""A label is the rows of its data row."""

from bulkimport.rows.builders.answers import Radio
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.geometry import Box
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object

CAR = Object("car", Box(1, 2, 3, 4))


def test_a_label_has_a_row_for_each_annotation() -> None:
    """In their order, all on its data row."""
    rows = list(Label(DataRow(id="a"), [CAR, Radio("sky", "grey"), CAR]).__rows__())

    assert [row["name"] for row in rows] == ["car", "sky", "car"]
    assert [row["dataRow"] for row in rows] == [{"id": "a"}] * 3


def test_a_label_without_annotations_has_no_rows() -> None:
    """There is nothing to import."""
    assert list(Label(DataRow(id="a"), []).__rows__()) == []


def test_a_benchmark_says_so_in_every_row() -> None:
    """And other labels say nothing of it."""
    benchmark = Label(DataRow(id="a"), [CAR, CAR], benchmark=True)

    assert [row["isBenchmarkReferenceLabel"] for row in benchmark.__rows__()] == [True, True]
    assert all("isBenchmark" not in str(row) for row in Label(DataRow(id="a"), [CAR]).__rows__())


def test_rows_are_new_each_time() -> None:
    """Whoever changes one changes no other."""
    label = Label(DataRow(id="a"), [CAR])

    next(label.__rows__())["bbox"]["top"] = 9

    assert next(label.__rows__())["bbox"]["top"] == 1
