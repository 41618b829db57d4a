"""Rows made in Python keep every number, or say that it is none."""

import math

import numpy as np
import pytest

from bulkimport.native import explain
from bulkimport.row_json import row_json


@pytest.mark.parametrize(
    "number", [math.nan, math.inf, -math.inf, np.float64("nan"), np.array([1.0, math.inf])]
)
def test_what_is_no_number_is_not_made_null(number: object) -> None:
    """The row is refused by its rule instead of being sent as another one."""
    row = {"dataRow": {"id": "a"}, "name": "n", "point": {"x": 1, "y": [None, {"z": number}]}}

    assert explain(row_json(row)).code == "nan"


def test_a_null_that_was_meant_stays() -> None:
    """Nothing is looked for that is not there."""
    assert row_json({"a": None, "b": [1.5, "null"]}) == b'{"a":null,"b":[1.5,"null"]}'


def test_what_cannot_be_json_is_an_error() -> None:
    """Also beside a number that is none."""
    with pytest.raises(TypeError):
        row_json({"a": math.nan, "b": object()})
