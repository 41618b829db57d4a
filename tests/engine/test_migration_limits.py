"""What a plan says of the service's limits, by the account's plan and beside what it comes to."""

from collections.abc import Iterator

import pytest

from bulkimport.engine.migration_limits import (
    Limit,
    of_account,
    of_annotations,
    of_batches,
    of_data_rows,
    of_ontology,
)
from bulkimport.model import Kind
from bulkimport.rows.ruling import Tier
from bulkimport.shards.plan import Totals


def totals(rows: int, data_rows: int) -> Totals:
    """So many rows on so many data rows, all of them good."""
    return Totals(rows, 0, rows, data_rows, 1, 1, 0, {}, {}, {})


def by_name(limits: Iterator[Limit]) -> dict[str, tuple[int, int]]:
    """Counts and limits by the first words of what is counted."""
    return {limit.what.partition(";")[0]: (limit.count, limit.most) for limit in limits}


@pytest.mark.parametrize(
    ("tier", "requests", "data_rows", "ontologies", "labels"),
    [
        (None, 1_500, None, None, None),
        (Tier.FREE, 1_500, 10_000_000, 25, 10_000),
        (Tier.STARTER, 5_000, None, None, 2_000_000),
        (Tier.ENTERPRISE, 20_000, None, None, 10_000_000),
    ],
)
def test_the_plan_of_an_account_limits_some_steps(
    tier: Tier | None,
    requests: int,
    data_rows: int | None,
    ontologies: int | None,
    labels: int | None,
) -> None:
    """A row of the table above the functions each; what is not limited is not told."""
    planned = totals(70, 7)
    annotated = by_name(of_annotations(planned, 7, kind=Kind.LABELS, tier=tier))

    assert by_name(of_account(1_400, tier)) == {"requests a minute": (1_400, requests)}
    assert by_name(of_data_rows(planned, tier)).get("new data rows", (70, None)) == (70, data_rows)
    told = by_name(of_ontology(3, tier, new=True))
    assert told.get("new ontologies", (1, None)) == (1, ontologies)
    assert annotated.get("ground-truth annotations", (70, None)) == (70, labels)


def test_what_is_there_and_what_only_suggests_is_not_limited_by_an_account() -> None:
    """An ontology that is taken as it is, and pre-labels."""
    assert "new ontologies" not in by_name(of_ontology(3, Tier.FREE, new=False))
    told = by_name(of_annotations(totals(70, 7), 7, kind=Kind.PRELABELS, tier=Tier.FREE))
    assert set(told) == {"rows of one import", "data rows with annotations"}


@pytest.mark.parametrize(
    ("data_rows", "batches", "largest"),
    [(0, 0, 0), (1, 1, 1), (100_000, 1, 100_000), (100_001, 2, 100_000)],
)
def test_batches_are_the_same_for_every_account(data_rows: int, batches: int, largest: int) -> None:
    """At most 100,000 data rows each, and four digits for their numbers."""
    assert by_name(of_batches(data_rows, batches)) == {
        "data rows of one batch": (largest, 100_000),
        "batches of one prefix": (batches, 10_000),
    }


def test_a_task_and_an_import_are_full_at_their_limits() -> None:
    """What is more goes into the next one."""
    assert by_name(of_data_rows(totals(150_001, 150_001), None)) == {
        "data rows of one task": (150_000, 150_000)
    }
    told = by_name(of_annotations(totals(100_001, 9), 4, kind=Kind.LABELS, tier=None))
    assert told == {
        "rows of one import": (100_000, 100_000),
        "data rows with annotations": (9, 4),
    }
