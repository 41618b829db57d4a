"""A row that is given another key or name keeps every other byte."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.formats.keys import Key, KeyMap, Keys, Unmatched
from bulkimport.formats.names import NameMap
from bulkimport.formats.splice import find_key, key_changes, name_changes, spliced

MAP = Keys(map=KeyMap({"a.jpg": "new", "ä\n": 'n"w'}))
TO_ID = Keys(map=KeyMap({"a.jpg": "x"}, "id"))


def mapped(row: str, keys: Keys = MAP) -> str:
    """The row with its new key."""
    text = row.encode()
    return spliced(text, key_changes(text, keys)).decode()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{"dataRow":{"globalKey":"a.jpg"},"x":1.0}', '{"dataRow":{"globalKey":"new"},"x":1.0}'),
        (
            ' {"x":1e5, "dataRow" : { "id" : "a.jpg" } }\r',
            ' {"x":1e5, "dataRow" : { "id" : "new" } }\r',
        ),
        ('{"dataRow":{"globalKey":"\\u00e4\\n"}}', '{"dataRow":{"globalKey":"n\\"w"}}'),
        (
            '{"data\\u0052ow":{"global\\u004bey":"a.jpg"}}',
            '{"data\\u0052ow":{"global\\u004bey":"new"}}',
        ),
        (
            '{"a":{"dataRow":{"id":"a.jpg"}},"dataRow":{"id":"a.jpg"}}',
            '{"a":{"dataRow":{"id":"a.jpg"}},"dataRow":{"id":"new"}}',
        ),
        ('{"dataRow":{"id":"","globalKey":"a.jpg"}}', '{"dataRow":{"id":"","globalKey":"new"}}'),
        (
            '{"dataRow":{"id":null,"globalKey":"a.jpg"}}',
            '{"dataRow":{"id":null,"globalKey":"new"}}',
        ),
    ],
)
def test_only_the_key_is_changed(row: str, expected: str) -> None:
    """Wherever it stands and however it is spelled."""
    assert mapped(row) == expected


def test_a_key_of_another_kind_takes_the_whole_place() -> None:
    """The member's name changes with it."""
    row = '{"x":1, "dataRow": {"id": null, "globalKey": "a.jpg"} ,"y":2}'

    assert mapped(row, TO_ID) == '{"x":1, "dataRow": {"id":"x"} ,"y":2}'


@pytest.mark.parametrize(
    "row",
    [
        "",
        "no json",
        "[]",
        '"a.jpg"',
        "}{",
        "]",
        '{"dataRow":"a.jpg"}',
        '{"dataRow":{}}',
        '{"dataRow":{"id":7}}',
        '{"dataRow":["id","a.jpg"]}',
        '{"dataRow":{"id":"a.jpg","globalKey":"a.jpg"}}',
        '{"dataRow":{"globalKey":""}}',
        '{"dataRow":{"globalKey":"a.jp',
        '{"x":{"dataRow":{"globalKey":"a.jpg"}}}',
    ],
)
def test_a_row_without_one_key_is_left_to_the_checks(row: str) -> None:
    """They refuse it and say why."""
    assert mapped(row) == row


def test_a_key_that_is_not_in_the_map_is_told() -> None:
    """The row is not changed but refused."""
    with pytest.raises(Unmatched, match=r"b\.jpg"):
        mapped('{"dataRow":{"globalKey":"b.jpg"}}')


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=10,
)


@given(
    members=st.dictionaries(st.text(), VALUES),
    key=st.text(min_size=1),
    first=st.booleans(),
    spelling=st.fixed_dictionaries(
        {"ensure_ascii": st.booleans(), "indent": st.sampled_from([None, 1])}
    ),
)
def test_a_row_means_the_same_but_for_its_key(
    members: dict[str, Any], key: str, first: object, spelling: dict[str, Any]
) -> None:
    """Whatever else is in it."""
    members.pop("dataRow", None)
    place = {"dataRow": {"globalKey": key}}
    row = {**place, **members} if first else {**members, **place}
    text = json.dumps(row, **spelling).encode(errors="replace")
    row = json.loads(text)
    key = row["dataRow"]["globalKey"]
    keys = Keys(map=KeyMap({key: "new"}))

    found = find_key(text)
    after = spliced(text, key_changes(text, keys))

    assert found is not None
    assert found.key == Key("globalKey", key)
    assert json.loads(after) == {**row, "dataRow": {"globalKey": "new"}}
    assert len(after) == len(text) - (found.end - found.start) + len('"new"')
    assert after.startswith(text[: found.start])
    assert after.endswith(text[found.end :])


def renamed(value: Any, names: dict[str, str], above: str = "", question: str = "") -> Any:
    """What renaming means, on the value itself."""
    if isinstance(value, list):
        return [renamed(one, names, above, question) for one in value]
    if not isinstance(value, dict):
        return value
    option = above in ("answer", "answers")
    own = value.get("name")
    own = own if isinstance(own, str) else ""
    new = {member: renamed(one, names, member, own) for member, one in value.items()}
    if (
        isinstance(value.get("name"), str)
        and not option
        and above not in ("customMetrics", "dataRow")
    ):
        new["name"] = names.get(value["name"], value["name"])
    return new


NAMED = st.recursive(
    st.text(max_size=3) | st.sampled_from(["car", "state"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "answer", "answers", "classifications", "customMetrics", "x"]),
            inside,
        )
    ),
    max_leaves=20,
)


@given(row=st.dictionaries(st.sampled_from(["name", "answer", "segments"]), NAMED))
def test_renaming_is_that_of_the_value(row: dict[str, Any]) -> None:
    """The walk over bytes and the walk over objects agree."""
    names = {"car": "vehicle", "state": "Zustand"}
    text = json.dumps(row).encode()

    after = spliced(text, name_changes(text, NameMap(features=names)))

    assert json.loads(after) == renamed(row, names)
