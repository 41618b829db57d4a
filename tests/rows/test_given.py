"""A caller may hand over rows and labels of any kind, mixed."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

import bulkimport
from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Radio
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.geometry import Box
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.given import row_lines, rows_in
from bulkimport.source.spool import write_rows

LABEL = Label(DataRow(global_key="a"), [Object("car", Box(1, 2, 3, 4)), Radio("sky", "grey")])
ROW = {"dataRow": {"globalKey": "b"}, "name": "car", "point": {"x": 1, "y": 2}}


class Trip:
    """A class of the caller's own that knows its rows."""

    def __rows__(self) -> Iterator[Mapping[str, Any]]:
        """One row."""
        yield ROW


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (ROW, 1),
        (OrderedDict(ROW), 1),
        (orjson.dumps(ROW), 1),
        (bytearray(b"{}"), 1),
        ("{}", 1),
        ([1], 1),
        (None, 1),
        (LABEL, 2),
        (Trip(), 1),
        (Label(DataRow(id="a"), []), 0),
    ],
)
def test_each_thing_has_its_rows(given: object, count: int) -> None:
    """What is no label is a row, or for the scan to refuse."""
    assert len(list(rows_in(given))) == count


def test_lines_are_written_for_a_file() -> None:
    """One for each row, in order, numbers of NumPy included."""
    array = {**ROW, "point": {"x": np.float64(1.5), "y": np.int64(2)}}

    lines = list(row_lines([LABEL, array, b' {"a":\n1}\n', '{"b":2}']))

    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    assert [orjson.loads(line) for line in lines] == [
        *LABEL.__rows__(),
        {**ROW, "point": {"x": 1.5, "y": 2}},
        {"a": 1},
        {"b": 2},
    ]


async def test_labels_are_spooled_as_their_rows(tmp_path: Path) -> None:
    """Beside bare rows."""
    await write_rows([LABEL, ROW], to=tmp_path / "rows", rows_in=rows_in)

    lines = (tmp_path / "rows").read_bytes().splitlines()
    assert [orjson.loads(line) for line in lines] == [*LABEL.__rows__(), ROW]


async def test_labels_are_planned_by_their_rows(tmp_path: Path) -> None:
    """Through the Python door, from any iterable."""
    labels = (Label(DataRow(global_key=f"k{n}"), LABEL.annotations) for n in range(3))

    made = await bulkimport.plan_rows(
        labels, to="labelbox:p", kind="labels", options=bulkimport.Options(key="k", runs=tmp_path)
    )

    assert (made.plan.totals.read, made.plan.totals.data_rows) == (6, 3)


async def test_what_cannot_be_meant_stops_the_plan(tmp_path: Path) -> None:
    """Before anything is sent, with the sentence of the builder."""
    below = Object("car", Box(1, 2, 3, 4), [Radio("q", "a", message_id="m")])

    with pytest.raises(UsageError, match="outermost"):
        await bulkimport.plan_rows(
            [Label(DataRow(id="a"), [below])],
            to="labelbox:p",
            kind="labels",
            options=bulkimport.Options(key="k", runs=tmp_path),
        )
