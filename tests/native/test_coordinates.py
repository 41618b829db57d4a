"""Coordinates out of rows and back: against plain JSON, and byte by byte."""

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.native import (
    FIRST_CORNER,
    NO_CORNER,
    OTHER_CORNER,
    SPOT,
    Coordinates,
    Rows,
    find_coordinates,
    scan_block,
)

JSON = dict[str, Any]
KEY = {"dataRow": {"globalKey": "a"}, "name": "n"}


def found_in(block: bytes, offset: int = 0) -> tuple[Rows, Coordinates]:
    """The rows of a block, and their points."""
    _, _, rows = scan_block(block, source=0, offset=offset, line=1, last=True)
    return rows, find_coordinates(block, length=len(block), offset=offset, rows=rows)


def points_of(row: JSON) -> list[tuple[float, float]]:
    """The twin: the points of a row, read from JSON."""
    points = []
    if box := row.get("bbox"):
        left, top = float(box["left"]), float(box["top"])
        points += [(left, top), (left + box["width"], top + box["height"])]
    for member in ("polygon", "line"):
        points += [(float(point["x"]), float(point["y"])) for point in row.get(member, [])]
    if point := row.get("point"):
        points.append((float(point["x"]), float(point["y"])))
    for segment in row.get("segments", []):
        for keyframe in segment["keyframes"]:
            points += points_of(keyframe)
    return points


def put(
    block: bytes, *, x: float = 0, y: float = 0, factor: float = 1, keep_lines: bool = True
) -> bytes:
    """The block with all points multiplied and moved."""
    rows, found = found_in(block)
    moved = found._replace(x=found.x * factor + x, y=found.y * factor + y)
    return moved.put(block, dropped=np.zeros(len(rows), np.bool_), keep_lines=keep_lines)


number = (
    st.integers(-10_000, 10_000)
    | st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200)
)
point = st.fixed_dictionaries({"x": number, "y": number})
box = st.permutations(["top", "left", "height", "width"]).flatmap(
    lambda names: st.fixed_dictionaries(dict.fromkeys(names, number))
)
points = st.lists(point, min_size=1, max_size=5)
keyframe = st.one_of(
    st.fixed_dictionaries({"frame": st.integers(1, 9), "bbox": box}),
    st.fixed_dictionaries({"point": point, "frame": st.integers(1, 9)}),
    st.fixed_dictionaries({"line": points, "frame": st.integers(1, 9)}),
)
segments = st.lists(
    st.fixed_dictionaries({"keyframes": st.lists(keyframe, min_size=1, max_size=3)}), max_size=3
)
row = st.one_of(
    st.fixed_dictionaries({"bbox": box}),
    st.fixed_dictionaries({"polygon": points}),
    st.fixed_dictionaries({"line": points}),
    st.fixed_dictionaries({"point": point}),
    st.fixed_dictionaries({"segments": segments}),
    st.just({"answer": {"name": "a"}}),
).map(lambda payload: {**KEY, **payload})


@settings(max_examples=200, deadline=None)
@given(st.lists(row, max_size=8), st.sampled_from([(", ", " : "), (",", ":")]))
def test_points_are_those_that_json_says(rows: list[JSON], separators: tuple[str, str]) -> None:
    """Every point of every row, in order, bit for bit."""
    block = b"".join(json.dumps(one, separators=separators).encode() + b"\n" for one in rows)

    _, found = found_in(block, offset=1 << 40)

    expected = [points_of(one) for one in rows]
    counts = np.diff(found.starts).tolist()
    assert counts == [len(one) for one in expected]
    points = list(zip(found.x.tolist(), found.y.tolist(), strict=True))
    assert points == [point for one in expected for point in one]
    assert found.broken.tolist() == []


@settings(max_examples=200, deadline=None)
@given(st.lists(row, max_size=8))
def test_points_that_did_not_move_leave_every_byte(rows: list[JSON]) -> None:
    """Whatever the numbers look like, they are not written again."""
    block = b"\r\n".join(json.dumps(one).encode() for one in rows)

    assert put(block) == block


@settings(max_examples=200, deadline=None)
@given(st.lists(row, max_size=8), st.integers(-64, 64), st.sampled_from([0.5, 2, 4]))
def test_moved_points_are_found_where_they_went(rows: list[JSON], by: int, factor: float) -> None:
    """Read again, points stand where they were put, and the corners of a box to within rounding."""
    block = b"".join(json.dumps(one).encode() + b"\n" for one in rows)
    _, before = found_in(block)

    after = put(block, x=by, y=-by, factor=factor)

    _, moved = found_in(after)
    single = before.spots()["corner"] == NO_CORNER
    assert (moved.x[single] == (before.x * factor + by)[single]).all()
    assert (moved.y[single] == (before.y * factor - by)[single]).all()
    numbers = re.compile(rb"-?[0-9][0-9.eE+-]*")
    assert numbers.sub(b"0", after) == numbers.sub(b"0", block)
    boxes = np.flatnonzero(before.spots()["corner"] == FIRST_CORNER)
    for axis, shift in (("x", by), ("y", -by)):
        old, new = getattr(before, axis) * factor + shift, getattr(moved, axis)
        for at in boxes.tolist():
            reach = np.abs([old[at : at + 2], getattr(before, axis)[at : at + 2]]).max()
            assert sorted(new[at : at + 2]) == pytest.approx(
                sorted(old[at : at + 2]), abs=1e-14 * reach, rel=0
            )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '"bbox":{"top":4,"left":10,"height":20.5,"width":31}',
            '"bbox":{"top":9,"left":15,"height":20.5,"width":31}',
        ),
        (
            '"bbox" : { "width":31.0 , "top":4.50,"left":1e1,"height":2}',
            '"bbox" : { "width":31.0 , "top":9.5,"left":15,"height":2}',
        ),
        (
            '"bbox":{"top":0.1,"left":0.7,"height":0.2,"width":0.1}',
            '"bbox":{"top":5.1,"left":5.7,"height":0.2,"width":0.1}',
        ),
        (
            '"bbox":{"top":60,"left":10,"height":-20,"width":30}',
            '"bbox":{"top":65,"left":15,"height":-20,"width":30}',
        ),
        (
            '"point":{"y":-5,"z":1,"x":-4.5}',
            '"point":{"y":0,"z":1,"x":0.5}',
        ),
        (
            '"point":{"x":1,"y":2,"x":3}',
            '"point":{"x":1,"y":7,"x":8}',
        ),
        (
            '"\\u0070oint":{"\\u0078":1,"y":2}',
            '"\\u0070oint":{"\\u0078":6,"y":7}',
        ),
        (
            '"segments":[{"keyframes":[{"frame":1,"bbox":null,"point":{"x":1,"y":1}}]}]',
            '"segments":[{"keyframes":[{"frame":1,"bbox":null,"point":{"x":6,"y":6}}]}]',
        ),
        (
            '"point":{"x":1e-7,"y":1e22}',
            '"point":{"x":5.0000001,"y":1e22}',
        ),
        (
            '"answer":{"name":"point","point":{"x":1,"y":1}}',
            '"answer":{"name":"point","point":{"x":1,"y":1}}',
        ),
    ],
)
def test_only_numbers_change_and_the_shortest_are_written(before: str, after: str) -> None:
    """Blanks, order, spelling of keys and numbers that stay are the input's own."""
    start = '{"dataRow":{"globalKey":"a"},"name":"n",'

    assert put(f"{start}{before}}}\n".encode(), x=5, y=5).decode() == f"{start}{after}}}\n"


@pytest.mark.parametrize(
    "payload",
    [
        '"bbox":{"top":1,"left":2,"height":3}',
        '"bbox":{"top":1,"left":2,"height":3,"width":"4"}',
        '"point":{"x":1}',
        '"point":{"x":1,"y":null}',
        '"polygon":[{"x":1,"y":2},[3,4]]',
        '"segments":[{"keyframes":[{"frame":1,"point":{"x":1,"y":2}},{"frame":2,"point":{}}]}]',
    ],
)
def test_a_row_whose_points_cannot_be_read_gives_none_and_is_named(payload: str) -> None:
    """Its good points are not among them either, so that nothing is moved by halves."""
    bad = f'{{"dataRow":{{"globalKey":"a"}},"name":"n",{payload}}}\n'.encode()
    good = b'{"dataRow":{"globalKey":"a"},"name":"n","point":{"x":1,"y":2}}\n'

    _, found = found_in(good + bad + good)

    assert found.broken.tolist() == [1]
    assert np.diff(found.starts).tolist() == [1, 0, 1]


def test_rows_that_the_scan_refuses_are_not_looked_at() -> None:
    """They have no points and keep their bytes."""
    block = b'{"point":{"x":1,"y":2}}\n{"dataRow"\n\n'

    _, found = found_in(block)

    assert (len(found.x), found.starts.tolist(), found.broken.tolist()) == (0, [0, 0, 0], [])
    assert put(block, x=1) == block


def test_spots_say_where_and_what() -> None:
    """A box is two spots of one geometry; each geometry has its number."""
    block = (
        b'{"dataRow":{"globalKey":"a"},"name":"n",'
        b'"bbox":{"top":1,"left":22,"height":3,"width":44}}\n'
        b'{"dataRow":{"globalKey":"a"},"name":"n","point":{"x":5,"y":6}}'
    )

    _, found = found_in(block)

    assert SPOT.itemsize == 16
    assert found.spots()["corner"].tolist() == [FIRST_CORNER, OTHER_CORNER, NO_CORNER]
    assert found.spots()["geometry"].tolist() == [0, 0, 1]
    for name, texts in (("x_at", ["22", "44", "5"]), ("y_at", ["1", "3", "6"])):
        for at, text in zip(found.spots()[name].tolist(), texts, strict=True):
            assert block[at : at + len(text)].decode() == text


def test_dropped_rows_leave_a_blank_line_or_nothing() -> None:
    """With their lines kept, line 3 stays line 3."""
    row = b'{"dataRow":{"globalKey":"%d"},"name":"n","point":{"x":1,"y":2}}'
    rows = [row % number for number in (1, 2, 3)]
    block = b"\n " + b" \r\n".join(rows)
    _, found = found_in(block)
    dropped = np.array([False, True, False])
    moved = found._replace(x=found.x + 1)

    kept = moved.put(block, dropped=dropped, keep_lines=True)
    bare = moved.put(block, dropped=dropped, keep_lines=False)

    new = [one.replace(b'"x":1', b'"x":2') for one in rows]
    assert kept == b"\n " + new[0] + b" \r\n \r\n" + new[2]
    assert bare == new[0] + b"\n" + new[2] + b"\n"


def test_points_of_another_block_are_refused() -> None:
    """Tables that do not fit each other are an error, never a crash."""
    block = b'{"dataRow":{"globalKey":"a"},"name":"n","point":{"x":1,"y":2}}\n'
    rows, found = found_in(block)
    none, twice = np.zeros(1, np.bool_), np.zeros(2, np.bool_)

    for points, bytes_, dropped in (
        (found._replace(x=found.x[:0]), block, none),
        (found, block[:-1], none),
        (found, block, twice),
    ):
        with pytest.raises(ValueError, match="not the points"):
            points.put(bytes_, dropped=dropped, keep_lines=True)
    with pytest.raises(ValueError, match="no ROWs of this block"):
        find_coordinates(block, length=len(block), offset=7, rows=rows)
    with pytest.raises(ValueError, match="no ROWs of this block"):
        find_coordinates(block, length=9, offset=0, rows=rows)
    with pytest.raises(ValueError, match="no ROWs of this block"):
        find_coordinates(block, length=len(block) + 1, offset=0, rows=rows)
