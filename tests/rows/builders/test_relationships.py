"""Relationships point at rows by their uuids."""

from uuid import UUID

import pytest
from support.checked import faults

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.geometry import Point
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.builders.relationships import End, Relationship

AT = DataRow(global_key="a")
ONE, TWO = (str(UUID(int=number)) for number in (1, 2))
CAR = Object("car", Point(1, 2), uuid=UUID(ONE))


@pytest.mark.parametrize("source", [ONE, UUID(ONE), CAR], ids=["text", "uuid", "annotation"])
def test_an_end_is_named_by_its_uuid(source: End) -> None:
    """However it is given."""
    row = Relationship("holds", source=source, target=TWO, uuid=UUID(int=3)).row(AT)

    assert row == {
        "dataRow": {"globalKey": "a"},
        "name": "holds",
        "uuid": str(UUID(int=3)),
        "relationship": {"source": ONE, "target": TWO, "type": "unidirectional"},
    }


def test_all_that_the_format_has_can_be_said() -> None:
    """Both ways, beta flag, and a feature for a source."""
    row = Relationship("n", source_feature="total", target=CAR, bidirectional=True, readonly=False)

    assert row.row(AT)["relationship"] == {
        "sourceOntologyName": "total",
        "target": ONE,
        "type": "bidirectional",
        "readonly": False,
    }


def test_a_relationship_passes_the_check_with_its_ends() -> None:
    """As pre-labels."""
    driver = Object("driver", Point(1, 2), uuid=TWO)
    label = Label(AT, [CAR, driver, Relationship("drives", source=driver, target=CAR)])

    assert faults([label], media="image") == []


@pytest.mark.parametrize("ends", [{}, {"source": ONE, "source_feature": "total"}])
def test_a_relationship_has_one_source(ends: dict[str, str]) -> None:
    """None and two cannot be meant."""
    with pytest.raises(UsageError, match="one source"):
        Relationship("n", target=TWO, **ends)  # type: ignore[arg-type]


def test_an_end_without_a_uuid_is_refused_at_once() -> None:
    """Nothing could be found by it."""
    with pytest.raises(UsageError, match="has no uuid"):
        Relationship("n", source=ONE, target=Object("car", Point(1, 2)))
