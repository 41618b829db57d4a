"""Whatever the builders make of what can be meant passes the scan and the rules."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import built
from support.checked import faults

from bulkimport.rows.builders.features import DataRow, Shape
from bulkimport.rows.builders.geometry import Box, Line, Polygon
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object

SOME = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("media", built.MEDIA)
@given(data=st.data())
@SOME
def test_what_the_builders_make_passes_for_its_medium(media: str, data: Any) -> None:
    """Every family, to any depth, by any name."""
    label = data.draw(built.labels(st.lists(built.MEDIA[media], min_size=1, max_size=3)))

    assert faults([label], media=media) == []


@given(data=st.data())
@SOME
def test_relationships_pass_with_their_ends(data: Any) -> None:
    """On images, as pre-labels."""
    label = data.draw(built.labels(built.related()).filter(lambda label: not label.benchmark))

    assert faults([label], media="image") == []


@pytest.mark.parametrize(
    ("shape", "slug"),
    [(Box(1, 2, -3, 4), "R-BBOX-2"), (Line([(1, 2)]), "R-LINE-1"), (Polygon([]), "R-POLY-1")],
)
def test_a_broken_rule_is_for_the_check_to_name(shape: Shape, slug: str) -> None:
    """A builder takes it, and whoever asks for faults is told."""
    label = Label(DataRow(global_key="a"), [Object("n", shape)])

    assert faults([label], media="image") == [slug]
