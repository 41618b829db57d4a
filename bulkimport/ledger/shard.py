"""What the ledger knows of one shard, and of all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulkimport.errors import InternalError
from bulkimport.ledger.states import ShardState
from bulkimport.model import Account


@dataclass(frozen=True, slots=True)
class Cut:
    """What a shard carries and where it lies.

    `plan_index` counts the planned shards from 0. `body_start` and `body_end` are the interval of
    bytes within that planned shard's body; a part of a split shard has a smaller interval.
    """

    name: str
    rows: int
    data_rows: int
    bytes: int
    digest: str
    plan_index: int
    body_start: int
    body_end: int


def check_parts(whole: Cut, parts: Sequence[Cut]) -> None:
    """Raise InternalError unless `parts`, in order, carry just the rows of `whole`."""
    edges = [whole.body_start, *(part.body_end for part in parts)]
    if (
        len(parts) < 2  # noqa: PLR2004 (one part would be the shard itself)
        or sum(part.rows for part in parts) != whole.rows
        or sum(part.data_rows for part in parts) != whole.data_rows
        or any(part.plan_index != whole.plan_index for part in parts)
        or [part.body_start for part in parts] != edges[:-1]
        or edges[-1] != whole.body_end
    ):
        raise InternalError(f"the parts of {whole.name} do not carry its rows")


@dataclass(frozen=True, slots=True)
class Sending:
    """How a shard was sent.

    `attempts` counts intents and `sent_at` is the wall time of the last, in seconds since the
    epoch. `resent` says that it was sent again after doubt, `adopted` that its import was found by
    name, `successor` is 2 for the name `…-2`.
    """

    attempts: int = 0
    sent_at: float | None = None
    resent: bool = False
    import_id: str | None = None
    adopted: bool = False
    successor: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fates of a shard's rows; `failed_end` is the end of its part of failed.ndjson."""

    accepted: int = 0
    failed: int = 0
    unknown: int = 0
    failed_end: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """One row of the ledger. `cut.name` is the name its import has now."""

    number: int
    parent: int | None
    cut: Cut
    state: ShardState
    sending: Sending
    outcome: Outcome

    def account(self) -> Account:
        """Say where the shard's rows are; a split shard has none, its parts have them."""
        rows = 0 if self.state is ShardState.SPLIT else self.cut.rows
        return Account(
            read=rows,
            accepted=self.outcome.accepted,
            failed=self.outcome.failed,
            unknown=self.outcome.unknown,
            pending=rows if self.state is ShardState.SUBMITTED else 0,
            unsent=rows if self.state in {ShardState.PLANNED, ShardState.SENDING} else 0,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """All shards together.

    `account.read` is the rows of all shards. `in_doubt` rows are counted as unsent too: they were
    about to leave when the run ended. `attempts` counts intents, `resent` and `adopted` shards.
    """

    account: Account
    shards: Mapping[ShardState, int]
    in_doubt: int
    attempts: int
    resent: int
    adopted: int
