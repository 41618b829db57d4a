"""What the service limits at each step of a migration, beside what the migration comes to.

| step        | counted                    | at most                                               |
|-------------|----------------------------|-------------------------------------------------------|
| all         | requests a minute          | free 1,500, starter 5,000, enterprise 20,000          |
| data rows   | data rows of one task      | 150,000                                               |
|             | new data rows              | free 10,000,000                                       |
| ontology    | features                   | 4,000                                                 |
|             | new ontologies             | free 25                                               |
| batches     | data rows of one batch     | 100,000                                               |
|             | batches of one prefix      | 10,000                                                |
| annotations | rows of one import         | 100,000                                               |
|             | data rows with annotations | those that the migration queues                       |
|             | ground-truth annotations   | free 10,000, starter 2,000,000, enterprise 10,000,000 |

Batches, tasks and imports are the same in every plan of an account. Without a plan its limits are
not told, but for the requests, which are held to the smallest. What the account has already is not
counted: nobody tells. Source: docs.labelbox.com/docs/limits.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from bulkimport.destinations.labelbox.batches import MOST_DATA_ROWS
from bulkimport.engine.queueing import MOST_BATCHES
from bulkimport.engine.request import MOST_DATA_ROWS_PER_SHARD, MOST_ROWS_PER_SHARD
from bulkimport.model import Kind
from bulkimport.rows.ruling import MOST_LABEL_ROWS, Tier
from bulkimport.shards.plan import Totals

MOST_FEATURES: Final = 4_000
MOST_REQUESTS: Final = {Tier.FREE: 1_500, Tier.STARTER: 5_000, Tier.ENTERPRISE: 20_000}
MOST_NEW_DATA_ROWS: Final = {Tier.FREE: 10_000_000}
MOST_ONTOLOGIES: Final = {Tier.FREE: 25}


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` of `what`, of which there may be at `most` so many."""

    what: str
    count: int
    most: int

    @property
    def told(self) -> dict[str, Any]:
        """As a step of the plan holds it."""
        return asdict(self)


def of_account(requests_per_minute: int, tier: Tier | None) -> Iterator[Limit]:
    """What holds for all steps."""
    yield Limit("requests a minute", requests_per_minute, MOST_REQUESTS[tier or Tier.FREE])


def of_data_rows(planned: Totals, tier: Tier | None) -> Iterator[Limit]:
    """What holds where data rows are made."""
    most = MOST_DATA_ROWS_PER_SHARD
    yield Limit("data rows of one task", min(planned.planned, most), most)
    if tier in MOST_NEW_DATA_ROWS:
        yield Limit("new data rows", planned.planned, MOST_NEW_DATA_ROWS[tier])


def of_ontology(features: int, tier: Tier | None, *, new: bool) -> Iterator[Limit]:
    """What holds for the ontology, which may be `new`."""
    yield Limit("features", features, MOST_FEATURES)
    if new and tier in MOST_ONTOLOGIES:
        yield Limit("new ontologies", 1, MOST_ONTOLOGIES[tier])


def of_batches(data_rows: int, batches: int) -> Iterator[Limit]:
    """What holds where so many data rows are queued."""
    yield Limit("data rows of one batch", min(data_rows, MOST_DATA_ROWS), MOST_DATA_ROWS)
    yield Limit("batches of one prefix", batches, MOST_BATCHES)


def of_annotations(
    planned: Totals, queued: int, *, kind: Kind, tier: Tier | None
) -> Iterator[Limit]:
    """What holds where annotations go to `queued` data rows, and to others of the project."""
    yield Limit("rows of one import", min(planned.read, MOST_ROWS_PER_SHARD), MOST_ROWS_PER_SHARD)
    words = "data rows with annotations; others than those queued must be in the project already"
    yield Limit(words, planned.data_rows, queued)
    if tier is not None and kind is Kind.LABELS:
        yield Limit("ground-truth annotations", planned.read, MOST_LABEL_ROWS[tier])
