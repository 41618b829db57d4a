"""What an update of an ontology must send is decided from what is there and what is wanted."""

from typing import Any

import pytest

from bulkimport.destinations.labelbox.features import (
    changes,
    read_features,
    without_ids,
)
from bulkimport.errors import UsageError

CAR = {"tool": "rectangle", "name": "car", "color": "#111111", "classifications": []}
SKY = {"type": "radio", "name": "sky", "options": [{"label": "grey", "value": "grey"}]}


def stored(node: dict[str, Any], identity: str) -> dict[str, Any]:
    """A feature as the service keeps it."""
    return {**node, "featureSchemaId": identity, "schemaNodeId": f"node-{identity}"}


def test_what_is_there_already_needs_no_change() -> None:
    """Ids, colours and empty lists are no difference."""
    old = {"tools": [stored(CAR, "f1")], "classifications": []}

    assert changes(old, {"tools": [{**CAR, "color": "#222222"}]}) == []


def test_a_new_feature_comes_after_the_others_of_its_group() -> None:
    """Without the ids of the ontology that it was taken from."""
    old = {"tools": [stored(CAR, "f1")]}
    other = {**CAR, "name": "bus"}

    [change] = changes(old, {"tools": [stored(other, "foreign")]})

    assert (change.feature, change.feature_id, change.position) == (other, "", 1)


def test_the_same_name_of_another_kind_is_another_feature() -> None:
    """A box and a polygon may share a name."""
    [change] = changes({"tools": [stored(CAR, "f1")]}, {"tools": [{**CAR, "tool": "polygon"}]})

    assert change.feature_id == ""


def test_a_changed_question_keeps_its_ids_and_its_old_options() -> None:
    """Labels may be of the old options."""
    old_option = stored(SKY["options"][0], "f3")
    old = {"classifications": [stored({**SKY, "options": [old_option]}, "f2")]}
    blue = {"label": "blue", "value": "blue"}

    [change] = changes(old, {"classifications": [{**SKY, "options": [blue]}]})

    assert change.feature_id == "f2"
    assert change.feature["featureSchemaId"] == "f2"
    assert change.feature["options"] == [old_option, blue]


def test_required_is_a_difference() -> None:
    """It changes what labelers must do."""
    old = {"classifications": [stored(SKY, "f2")]}

    assert len(changes(old, {"classifications": [{**SKY, "required": True}]})) == 1


def test_ids_are_taken_off_all_the_way_down() -> None:
    """An ontology of one's own has ids of its own."""
    nested = stored({**SKY, "options": [stored({"value": "grey"}, "f3")]}, "f2")

    assert without_ids({"classifications": [nested]}) == {
        "classifications": [{**SKY, "options": [{"value": "grey"}]}]
    }


def test_a_snapshot_is_read_as_the_ontology_in_it() -> None:
    """`projects snapshot` writes it so."""
    read = read_features('{"normalized": {"tools": [{"tool": "line", "name": "l"}]}}', place="f")

    assert read == {"tools": [{"tool": "line", "name": "l"}], "classifications": []}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tools": {}}', '{"tools": []}', "null"])
def test_what_is_no_ontology_is_refused_by_its_file(text: str) -> None:
    """Told before anything is asked."""
    with pytest.raises(UsageError) as raised:
        read_features(text, place="features.json")
    assert raised.value.place == "features.json"
