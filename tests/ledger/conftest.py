"""A plan of a few shards and its ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.shard import Cut


@pytest.fixture
def planned() -> list[Cut]:
    """Four shards of 100, 101, 102 and 103 rows."""
    return [
        Cut(f"run-{place}", 100 + place, 10, 1000, f"digest-{place}", place, 0, 1000)
        for place in range(4)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ledger lies."""
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path, planned: list[Cut]) -> Iterator[Ledger]:
    """A new ledger of the four shards."""
    with_four = Ledger.create(path, planned, plan_digest="plan")
    yield with_four
    with_four.close()
