"""Rows made in Python as JSON, and no number lost on the way."""

import json
import math
from typing import Any

import orjson


def row_json(row: object) -> bytes:
    """One row as JSON on one line.

    orjson writes NaN and infinities as null, which would be another row. They are written as
    themselves, so that the scan refuses the row by its rule and names the place. Raises TypeError
    for what cannot be JSON. Costs a second look only at rows that have a null.
    """
    line = orjson.dumps(row, option=orjson.OPT_SERIALIZE_NUMPY)
    if b"null" in line and _has_no_number(row):
        return json.dumps(row, default=_plain, separators=(",", ":")).encode()
    return line


def _has_no_number(value: Any) -> bool:  # noqa: ANN401 - any value of a row
    value = _plain(value) if hasattr(value, "tolist") else value
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(map(_has_no_number, value.values()))
    return isinstance(value, list | tuple) and any(map(_has_no_number, value))


def _plain(value: Any) -> Any:  # noqa: ANN401 - what only numpy has
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"Type is not JSON serializable: {type(value).__name__}")
