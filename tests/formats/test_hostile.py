"""An export that is spoiled anywhere is refused or read, and never ends the conversion."""

import copy
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.export_kinds import KINDS, named
from support.exported import data_row

from bulkimport.formats.binding import Binding
from bulkimport.formats.export import Export, Projects
from bulkimport.formats.label import LabelRows
from bulkimport.formats.losses import Losses
from bulkimport.formats.shape import Malformed

Path = tuple[str | int, ...]


def masks() -> dict[str, Any]:
    """A row of video masks."""
    frames = [{"index": frame, "instanceURI": f"https://h/{frame}"} for frame in (1, 2)]
    instances = [{"name": name, "colorRGB": [number, 0, 0]} for number, name in enumerate("ab")]
    return {"masks": {"frames": frames, "instances": instances}}


def whole() -> dict[str, Any]:
    """A data row that has everything."""
    rows = [
        named(payload, f"feature-{number}")
        for number, (kind, payload) in enumerate(KINDS.items())
        if "audio" not in kind
    ]
    edge = {"source": "feature-0", "target": "feature-1", "type": "unidirectional"}
    rows += [named({"relationship": edge}, "edge"), masks()]
    extra = {"experiments": {"m": {"runs": {"r": {"labels": [{}]}}}}, "attachments": [{}]}
    return data_row([rows, rows[:2]], **extra)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The place of every value inside."""
    yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(part, (*path, key))


WHOLE = whole()
PATHS = sorted(paths(WHOLE), key=str)
SPOILT = st.sampled_from(
    [None, True, 0, -1, 1.5, 1e300, "", "²", "13", [], {}, [[]], [None], {"": None}, [{"a": 1}]]
)


def spoil(value: Any, path: Path, new: Any) -> Any:
    """The value with another one in one place."""
    if not path:
        return new
    inside = value
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = new
    return value


def rows_of(exported: Any) -> list[dict[str, Any]]:
    """The rows of all labels of one data row; none when it is refused, with words for people."""
    losses = Losses()
    label_rows = LabelRows(Binding(losses), losses, relationships=True)
    try:
        labels = Export(Projects(None), label_rows, losses).labels(exported)
    except Malformed as why:
        return [] if why.member and why.found and why.expected else [{"refused": "without words"}]
    return [row for rows in labels for row in rows]


def test_what_is_spoiled_is_whole_before() -> None:
    """The test below is about it, and has places to choose from."""
    assert len(rows_of(WHOLE)) == len(KINDS) - 2 + 2 + 2
    assert len(PATHS) > 500


@given(path=st.sampled_from(PATHS), new=SPOILT, other=st.sampled_from(PATHS), more=SPOILT)
def test_an_export_that_is_spoiled_is_read_or_refused(
    path: Path, new: Any, other: Path, more: Any
) -> None:
    """In one place or in two; what is read can be written."""
    exported = spoil(copy.deepcopy(WHOLE), path, new)
    if other in set(paths(exported)):
        exported = spoil(exported, other, more)
    rows = rows_of(exported)
    assert all("dataRow" in row for row in rows)
    assert orjson.loads(orjson.dumps(rows)) == rows


@pytest.mark.long
@pytest.mark.timeout(600)
def test_an_export_spoiled_at_every_place_is_read_or_refused() -> None:
    """Every place with every value."""
    for path in PATHS:
        for new in (None, True, -1, 1e300, "", "²", "9" * 5000, [], {}, [[]], [None], {"": None}):
            rows = rows_of(spoil(copy.deepcopy(WHOLE), path, new))
            assert orjson.loads(orjson.dumps(rows)) == rows
