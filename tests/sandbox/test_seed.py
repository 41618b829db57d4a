"""Seeding: a project to import into, made in one go, beside a running server or without one."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bulkimport.clock import SystemClock
from bulkimport.sandbox.batches import BATCH_LIMIT
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.ids import data_row_id, data_row_number
from bulkimport.sandbox.seed import Seed, numbered_keys, seed
from bulkimport.sandbox.store import Store


@pytest.mark.parametrize(
    ("count", "batches"),
    [(0, 0), (1, 1), (BATCH_LIMIT, 1), (BATCH_LIMIT + 1, 2)],
)
def test_data_rows_are_spread_over_batches(tmp_path: Path, count: int, batches: int) -> None:
    """A batch holds 100,000 and not one more."""
    wanted = Seed(project_name="p", media="image", ontology={}, keys=numbered_keys("k{n}", count))
    with closing(Store(tmp_path)) as store:
        told = seed(store, Files(tmp_path / "files", 0), SystemClock(), wanted=wanted)
        with store.reading() as db:
            sizes = [
                row["size"]
                for row in db.execute(
                    "SELECT count(*) AS size FROM membership GROUP BY batch ORDER BY batch"
                )
            ]

    assert (told["data_rows"], told["batches"]) == (count, batches)
    assert sum(sizes) == count
    assert all(size <= BATCH_LIMIT for size in sizes)


@pytest.mark.parametrize(
    ("template", "keys"),
    [("row-{n}", ["row-1", "row-2"]), ("{n}", ["1", "2"]), ("a{n}.jpg", ["a1.jpg", "a2.jpg"])],
)
def test_keys_are_numbered_from_one(template: str, keys: list[str]) -> None:
    """`{n}` is where the number goes."""
    assert list(numbered_keys(template, 2)) == keys


def test_a_running_server_sees_what_was_seeded(
    sandbox: Any, caller: Any, a_box: Callable[..., Any]
) -> None:
    """Two projects may be seeded in turn while the server works."""
    first = sandbox.seed(2)
    caller.bring(first["project_id"], "i", [a_box(1)])
    second = sandbox.seed(keys=["x"], name="other")

    found = caller.bring(second["project_id"], "i", [a_box(dataRow={"globalKey": "x"})])

    assert caller.statuses(found)[0]["status"] == "SUCCESS"


@pytest.mark.parametrize("number", [1, 35, 36, 1_000_000, (1 << 63) - 1])
def test_the_id_of_a_data_row_is_its_number(number: int) -> None:
    """There and back, 25 characters as the SDK demands."""
    assert data_row_number(data_row_id(number)) == number
    assert len(data_row_id(number)) == 25


@pytest.mark.parametrize(
    "text",
    ["", "c" * 25, data_row_id(0), data_row_id(5).upper(), data_row_id(5) + "0", "cdr" + "z" * 22],
)
def test_no_other_text_is_the_id_of_a_data_row(text: str) -> None:
    """Other ids, another case, another length, numbers that none has."""
    assert data_row_number(text) is None
