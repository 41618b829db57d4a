"""Every row is in one place, and the exit code says the most urgent thing that holds."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.errors import (
    BudgetReached,
    BulkimportError,
    ChecksFailed,
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
    DiskTrouble,
    InternalError,
    QuotaReached,
    RunHeld,
    RunMismatch,
    UsageError,
)
from bulkimport.ledger.shard import Cut, Outcome, Sending, Shard
from bulkimport.ledger.states import ShardState
from bulkimport.model import Account
from bulkimport.report.tally import RunState, check, exit_code, run_account, run_state

ALL = Account(read=10, accepted=10)
SOME_UNSENT = Account(read=10, accepted=4, unsent=6)
SOME_PENDING = Account(read=10, accepted=4, pending=6)
SOME_UNKNOWN = Account(read=10, accepted=4, unknown=6)
SOME_FAILED = Account(read=10, accepted=4, failed=6)
SOME_REJECTED = Account(read=10, accepted=4, rejected=6)
SOME_HELD = Account(read=10, accepted=4, held=6)
EVERYTHING = Account(10, 3, 1, 1, 1, 2, 1, 1)
INT, TERM, HUP = 2, 15, 1


@pytest.mark.parametrize(
    ("account", "errors", "signal", "code"),
    [
        (Account(), [], None, 0),
        (ALL, [], None, 0),
        (SOME_REJECTED, [], None, 3),
        (SOME_HELD, [], None, 3),
        (SOME_FAILED, [], None, 3),
        (SOME_UNKNOWN, [], None, 9),
        # The caller asked for no more than was done: --first, --no-wait.
        (SOME_UNSENT, [], None, 8),
        (SOME_PENDING, [], None, 8),
        (SOME_UNSENT, [ChecksFailed("rows")], None, 4),
        (SOME_UNSENT, [DestinationAway("off")], None, 5),
        (SOME_UNSENT, [DiskTrouble("full")], None, 5),
        (SOME_UNSENT, [RunHeld("held")], None, 5),
        (SOME_UNSENT, [CredentialsRefused("key")], None, 6),
        (SOME_UNSENT, [QuotaReached("month")], None, 7),
        (SOME_UNSENT, [BudgetReached("time")], None, 8),
        (SOME_UNSENT, [RunMismatch("source")], None, 10),
        (SOME_UNSENT, [DestinationRefused("project")], None, 3),
        (SOME_UNSENT, [], INT, 130),
        (SOME_UNSENT, [], TERM, 143),
        (SOME_PENDING, [], HUP, 129),
        # A signal that came when all was done stopped nothing.
        (ALL, [], TERM, 0),
        (SOME_FAILED, [], TERM, 3),
        # When several hold: each against the next of the order.
        (EVERYTHING, [InternalError("bug")], INT, 1),
        (EVERYTHING, [UsageError("flag")], INT, 2),
        (EVERYTHING, [RunMismatch("source")], INT, 130),
        (EVERYTHING, [CredentialsRefused("key"), RunMismatch("source")], None, 10),
        (EVERYTHING, [QuotaReached("month"), CredentialsRefused("key")], None, 6),
        (EVERYTHING, [QuotaReached("month")], None, 7),
        (EVERYTHING, [DestinationAway("off")], None, 9),
        (EVERYTHING, [], None, 9),
        (replace(EVERYTHING, unknown=0), [BudgetReached("t"), DestinationAway("off")], None, 5),
        (replace(EVERYTHING, unknown=0), [ChecksFailed("rows"), BudgetReached("time")], None, 8),
        (replace(EVERYTHING, unknown=0), [ChecksFailed("rows")], None, 4),
        (replace(EVERYTHING, unknown=0), [], None, 8),
    ],
)
def test_the_exit_code_is_the_first_of_the_table_that_holds(
    account: Account, errors: list[BulkimportError], signal: int | None, code: int
) -> None:
    """The rows of the table at the head of tally.py, alone and together."""
    assert exit_code(account, errors=errors, signal=signal) == code


@pytest.mark.parametrize(
    ("account", "running", "signal", "state"),
    [
        (ALL, True, None, RunState.RUNNING),
        (SOME_UNSENT, True, INT, RunState.RUNNING),
        (Account(), False, None, RunState.FINISHED),
        (ALL, False, None, RunState.FINISHED),
        (ALL, False, INT, RunState.FINISHED),
        (SOME_UNKNOWN, False, None, RunState.FINISHED),
        (SOME_UNSENT, False, None, RunState.STOPPED),
        (SOME_PENDING, False, None, RunState.STOPPED),
        (SOME_UNSENT, False, INT, RunState.INTERRUPTED),
        (SOME_PENDING, False, TERM, RunState.INTERRUPTED),
    ],
)
def test_a_run_is_finished_when_nothing_is_unsent_or_pending(
    account: Account, *, running: bool, signal: int | None, state: RunState
) -> None:
    """And while its process lives it is running, whatever the numbers."""
    assert run_state(account, running=running, signal=signal) is state


def test_the_account_joins_plan_and_ledger() -> None:
    """What the plan left out, and the fates of the rest."""
    shards = Account(read=8, accepted=5, failed=1, unsent=2)

    assert run_account(Account(read=11, rejected=2, held=1), shards) == Account(
        read=11, accepted=5, rejected=2, held=1, failed=1, unsent=2
    )


@pytest.mark.parametrize(("read", "rejected", "held"), [(12, 2, 1), (11, 3, 1), (11, 2, 0)])
def test_a_row_that_is_missing_or_counted_twice_is_our_mistake(
    read: int, rejected: int, held: int
) -> None:
    """The numbers are told, so that somebody can look."""
    shards = Account(read=8, accepted=5, failed=1, unsent=2)

    with pytest.raises(InternalError, match=f"the run: .* {read} read, 5 accepted"):
        run_account(Account(read=read, rejected=rejected, held=held), shards)


def test_shards_that_do_not_add_up_are_named_before_the_run() -> None:
    """Two mistakes that cancel out are still seen."""
    shards = Account(read=9, accepted=8)

    with pytest.raises(InternalError, match=r"the shards: .* 9 read, 8 accepted"):
        run_account(Account(read=8), shards)


@st.composite
def shard(draw: st.DrawFn) -> Shard:
    """A shard in any state, with an outcome that this state may have."""
    state = draw(st.sampled_from(ShardState))
    rows = draw(st.integers(1, 100_000))
    outcome = Outcome()
    if state is ShardState.SETTLED:
        accepted = draw(st.integers(0, rows))
        failed = draw(st.integers(0, rows - accepted))
        outcome = Outcome(accepted, failed, rows - accepted - failed)
    elif state is ShardState.REFUSED:
        outcome = Outcome(failed=rows)
    elif state is ShardState.UNKNOWN:
        outcome = Outcome(unknown=rows)
    cut = Cut("name", rows, 1, 1, "digest", 0, 0, 1)
    return Shard(0, None, cut, state, Sending(), outcome)


@given(st.lists(shard(), max_size=20), st.integers(0, 10**9), st.integers(0, 10**9))
def test_any_shards_add_up(shards: list[Shard], rejected: int, held: int) -> None:
    """Per shard and per run, whatever became of them."""
    accounts = [one.account() for one in shards]
    for account in accounts:
        check("a shard", account)
    sums = Account(*(sum(getattr(one, f.name) for one in accounts) for f in fields(Account)))

    planned = Account(read=sums.read + rejected + held, rejected=rejected, held=held)

    account = run_account(planned, sums)

    assert account.adds_up()
    assert exit_code(account) == 0 or account.accepted < account.read
    assert (run_state(account) is RunState.FINISHED) == (account.unsent + account.pending == 0)
