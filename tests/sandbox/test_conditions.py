"""Conditions and pages as the SDK's ORM writes them."""

from typing import Any

import pytest

from bulkimport.sandbox.conditions import cursor_page, holds, page

THING = {"name": "b", "size": 2, "deleted": False}
THINGS = [{"name": name} for name in "abcde"]


@pytest.mark.parametrize(
    ("condition", "holding"),
    [
        (None, True),
        ({}, True),
        ({"name": "b"}, True),
        ({"name": "c"}, False),
        ({"name_not": "c"}, True),
        ({"size_lt": 3}, True),
        ({"size_lt": 2}, False),
        ({"size_lte": 2}, True),
        ({"size_gt": 2}, False),
        ({"size_gte": 2}, True),
        ({"AND": [{"name": "b"}, {"deleted": False}]}, True),
        ({"AND": [{"name": "b"}, {"deleted": True}]}, False),
        ({"AND": [{"AND": [{"name": "b"}, {"size": 2}]}, {"deleted": False}]}, True),
    ],
)
def test_a_condition_holds_or_not(condition: Any, holding: Any) -> None:
    """Comparisons by the suffix of the name, joined by AND."""
    assert holds(condition, THING) is holding


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, "abcde"),
        ({"skip": 0, "first": 2}, "ab"),
        ({"skip": 4, "first": 2}, "e"),
        ({"skip": 5, "first": 2}, ""),
        ({"skip": 0, "first": 0}, ""),
        ({"where": {"name_gt": "b"}, "skip": 1, "first": 1}, "d"),
    ],
)
def test_a_page_is_cut_from_what_meets_the_condition(arguments: Any, names: str) -> None:
    """Past the end there is nothing."""
    assert "".join(each["name"] for each in page(THINGS, arguments)) == names


def test_cursors_lead_through_all_pages() -> None:
    """The last page has no cursor, also when it is full."""
    seen, cursor, cursors = "", None, []
    while not cursors or cursor:
        entries, cursor = cursor_page(THINGS, {"after": cursor, "first": 2})
        seen += "".join(each["name"] for each in entries)
        cursors.append(cursor)

    assert seen == "abcde"
    assert cursors == ["2", "4", None]
    assert cursor_page(THINGS, {"first": 5})[1] is None
