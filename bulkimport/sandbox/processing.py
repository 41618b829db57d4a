"""Data rows that are made and not yet processed, and tasks that are not yet done.

Both come by a fault of upsertDataRows, and end by themselves.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bulkimport.sandbox import documents

PROCESSING: Final = "processing"
SLOW_PROCESSING: Final = "slow-processing"
SLOW_TASK: Final = "slow-task"


def begin(
    db: sqlite3.Connection, numbers: Iterable[int], *, fault: Mapping[str, Any], now: float
) -> None:
    """Let these new data rows be processed only after the fault's `seconds` (1)."""
    made = list(numbers)
    if made:
        until = now + float(fault.get("seconds", 1))
        body = {"first": min(made), "last": max(made), "until": until}
        documents.add(db, PROCESSING, body)


def is_over(db: sqlite3.Connection, numbers: Iterable[int], *, now: float) -> bool:
    """Whether none of the data rows is being processed."""
    waiting = [each for each in documents.each(db, PROCESSING) if each["until"] > now]
    if not waiting:
        return True
    return not any(
        each["first"] <= number <= each["last"] for number in numbers for each in waiting
    )
