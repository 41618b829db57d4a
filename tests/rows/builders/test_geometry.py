"""Shapes become the payloads of the format."""

import numpy as np
import pytest
from support.checked import faults

from bulkimport.rows.builders.features import DataRow, Shape
from bulkimport.rows.builders.geometry import Box, Line, Point, Polygon, Vertices
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object

WIRE = [{"x": 1.0, "y": 2.0}, {"x": 3.0, "y": 2.0}, {"x": 3.0, "y": 5.0}]
RING = [(1.0, 2.0), (3.0, 2.0), (3.0, 5.0)]


@pytest.mark.parametrize(
    ("shape", "payload"),
    [
        (Point(1.5, 2), {"point": {"x": 1.5, "y": 2}}),
        (Box(1, 2, 3, 4), {"bbox": {"top": 1, "left": 2, "height": 3, "width": 4}}),
        (Box.between((55, 670), (151, 956)), Box(670, 55, 286, 96).members()),
        (Line(RING), {"line": WIRE}),
        (Polygon(RING), {"polygon": [*WIRE, WIRE[0]]}),
        (Polygon([*RING, RING[0]]), {"polygon": [*WIRE, WIRE[0]]}),
    ],
)
def test_a_shape_is_its_payload(shape: Shape, payload: dict[str, object]) -> None:
    """Under the key that says what kind it is; an open ring is closed."""
    assert shape.members() == payload
    assert faults([Label(DataRow(global_key="a"), [Object("n", shape)])], media="image") == []


@pytest.mark.parametrize("opposite", [(9, 8), (9, 2), (1, 8), (1, 2)])
def test_a_box_lies_between_any_two_opposite_corners(opposite: tuple[int, int]) -> None:
    """In whichever order they come."""
    corner = (10 - opposite[0], 10 - opposite[1])

    box = Box.between(corner, opposite)

    assert (box.left, box.left + box.width) == (1, 9)
    assert (box.top, box.top + box.height) == (2, 8)


@pytest.mark.parametrize(
    "vertices",
    [RING, [Point(*pair) for pair in RING], np.array(RING), np.array(RING, np.float32), iter(RING)],
    ids=["tuples", "points", "float64", "float32", "iterator"],
)
def test_vertices_come_as_pairs_of_any_kind(vertices: Vertices) -> None:
    """Arrays become numbers of Python."""
    assert Line(vertices).members() == {"line": WIRE}


def test_the_caller_s_ring_is_not_touched() -> None:
    """The SDK closes it in place."""
    ring = list(RING)

    Polygon(ring).members()

    assert ring == RING


def test_an_empty_ring_is_for_the_check_to_name() -> None:
    """Rules are not a builder's."""
    assert Polygon([]).members() == {"polygon": []}
