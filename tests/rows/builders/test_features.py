"""Rows name their data row and their feature, and nothing that cannot be meant is made."""

from uuid import UUID

import pytest

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import DataRow, Feature
from bulkimport.rows.builders.geometry import Point
from bulkimport.rows.builders.objects import Object

SCHEMA_ID = "c" * 25
AT = DataRow(global_key="a.jpg")


@pytest.mark.parametrize(
    ("data_row", "wire"),
    [
        (DataRow(global_key="a.jpg"), {"globalKey": "a.jpg"}),
        (DataRow(id="x"), {"id": "x"}),
        (DataRow("x"), {"id": "x"}),
        (DataRow(id="", global_key="a"), {"globalKey": "a"}),
    ],
)
def test_a_data_row_goes_by_one_name(data_row: DataRow, wire: dict[str, str]) -> None:
    """An empty name is none, as the service has it."""
    assert data_row.members() == wire


@pytest.mark.parametrize(
    "names", [{}, {"id": "", "global_key": ""}, {"id": "a", "global_key": "b"}]
)
def test_none_and_two_names_of_a_data_row_are_refused(names: dict[str, str]) -> None:
    """Nobody could say which one is meant."""
    with pytest.raises(UsageError, match="exactly one"):
        DataRow(**names)


@pytest.mark.parametrize(
    ("feature", "wire"),
    [
        ("car", {"name": "car"}),
        (Feature("car"), {"name": "car"}),
        (Feature(schema_id=SCHEMA_ID), {"schemaId": SCHEMA_ID}),
        (Feature("car", SCHEMA_ID), {"name": "car", "schemaId": SCHEMA_ID}),
        ("", {"name": ""}),
    ],
)
def test_a_feature_goes_by_any_of_its_names(feature: str | Feature, wire: dict[str, str]) -> None:
    """An empty name is for the check to name."""
    row = Object(feature, Point(1, 2)).row(AT)

    assert row == {"dataRow": {"globalKey": "a.jpg"}, **wire, "point": {"x": 1, "y": 2}}


def test_a_feature_without_a_name_is_refused() -> None:
    """It cannot be meant."""
    with pytest.raises(UsageError, match="name or schema_id"):
        Feature()


@pytest.mark.parametrize("uuid", [UUID(int=7), str(UUID(int=7))])
def test_a_uuid_is_written_as_text(uuid: UUID | str) -> None:
    """Either spelling is taken."""
    assert Object("car", Point(1, 2), uuid=uuid).row(AT)["uuid"] == str(UUID(int=7))


def test_scores_are_kept_to_the_letter() -> None:
    """Zero is a confidence like any other."""
    row = Object("car", Point(1, 2), confidence=0, metrics=[("iou", 0.5)]).row(AT)

    assert row["confidence"] == 0
    assert row["customMetrics"] == [{"name": "iou", "value": 0.5}]


def test_a_row_has_no_member_that_was_not_given() -> None:
    """No null, no empty list."""
    assert set(Object("car", Point(1, 2)).row(AT)) == {"dataRow", "name", "point"}
