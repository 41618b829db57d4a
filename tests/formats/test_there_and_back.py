"""Every kind of row that an export can hold comes back as it was; only its uuid is another."""

from collections.abc import Callable
from typing import Any

import pytest
from support.checked import faults
from support.converted import Outcome
from support.export_kinds import BOX, KINDS, RING, medium, named
from support.exported import data_row, plain

from bulkimport.formats.label import uuid_of

Convert = Callable[..., Outcome]


def back(row: dict[str, Any]) -> dict[str, Any]:
    """What the row is after its way there and back."""
    return plain({**row, "uuid": uuid_of(row["uuid"])})


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_comes_back_as_it_was(kind: str, convert: Convert) -> None:
    """One row, one label."""
    row = named(KINDS[kind])

    outcome = convert([data_row([[row]])])

    assert outcome.rows == [back(row)]
    assert outcome.refused == []
    assert outcome.objects == {"data_rows": 1, "labels": 1, "annotations": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_comes_back_passes_the_rules(kind: str, convert: Convert) -> None:
    """Those of its medium; also what only timed questions and chat tasks have to keep."""
    assert faults(convert([data_row([[named(KINDS[kind])]])]).rows, media=medium(kind)) == []


def test_all_kinds_of_a_medium_come_back_from_one_label(convert: Convert) -> None:
    """Objects, classifications and what is timed, each with a uuid of its own feature."""
    audio = {kind for kind, payload in KINDS.items() if "export_in" in payload}
    rows = [
        named(payload, f"feature-{number}")
        for number, (kind, payload) in enumerate(KINDS.items())
        if kind not in audio
    ]

    found = convert([data_row([rows])]).rows

    assert sorted(found, key=str) == sorted((back(row) for row in rows), key=str)


@pytest.mark.parametrize("direction", ["unidirectional", "bidirectional"])
def test_relationships_come_back_and_find_their_ends(direction: str, convert: Convert) -> None:
    """Feature ids lead to uuids, in the edge and in the rows it joins."""
    ends = {"source": "feature-1", "target": "feature-2", "type": direction}
    edge = named({"relationship": ends}, "feature-3")
    rows = [named({"bbox": BOX}, "feature-1"), named({"point": RING[0]}, "feature-2"), edge]

    found = convert([data_row([rows])]).rows

    assert [row["uuid"] for row in found] == [uuid_of(f"feature-{n}") for n in (1, 2, 3)]
    assert found[2]["relationship"] == {
        "source": found[0]["uuid"],
        "target": found[1]["uuid"],
        "type": direction,
    }


def test_video_masks_come_back_as_one_row(convert: Convert) -> None:
    """Images by frame, instances by colour."""
    masks = {
        "frames": [
            {"index": 31, "instanceURI": "https://h/31.png"},
            {"index": 34, "instanceURI": "https://h/34.png"},
        ],
        "instances": [
            {"colorRGB": [76, 104, 177], "name": "cell"},
            {"colorRGB": [9, 9, 9], "name": "other"},
        ],
    }
    row = {"dataRow": {"globalKey": "a.jpg"}, "masks": masks}

    [found] = convert([data_row([[row]])]).rows

    assert found == {**row, "uuid": uuid_of("label-0/masks/0")}


def test_what_is_converted_twice_is_the_same(convert: Convert) -> None:
    """Bytes and uuids."""
    rows = [named(payload, kind) for kind, payload in KINDS.items() if "export_in" not in payload]
    exported = [data_row([rows, rows[:3]]), data_row([rows[3:]], key="b.jpg")]

    assert convert(exported) == convert(exported)
