"""From counted rows to a checked account, the run's state and its exit code.

A program is told by the exit code, the first of these that holds:

| exit    | holds when                                                                    |
|---------|-------------------------------------------------------------------------------|
| 1, 2    | an unexpected error, or a command that cannot be meant, ended the run         |
| 128 + n | signal n stopped it before all was done (130 SIGINT, 143 SIGTERM, 129 SIGHUP) |
| 10      | run folder and source or destination do not match                             |
| 6       | credentials or permission                                                     |
| 7       | quota                                                                         |
| 9       | the fate of some rows is unknown                                              |
| 5       | passing trouble                                                               |
| 8       | a budget was reached; also when rows are unsent or pending and nothing else   |
|         | stopped the run: the caller asked for no more (`--first`, `--no-wait`)        |
| 4       | checks failed and nothing was sent                                            |
| 3       | some rows were rejected, held or failed, or a shard was refused               |
| 0       | every row is accepted                                                         |
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Final

from bulkimport.errors import BudgetReached, BulkimportError, FateUnknown, InternalError
from bulkimport.model import Account

FIRST_HELD: Final = (1, 2)
THEN_HELD: Final = (10, 6, 7, 9, 5, 8, 4, 3)
SIGNAL_BASE: Final = 128
SOME_ROWS_REFUSED: Final = 3


class RunState(StrEnum):
    """How a run stands. A finished one has neither unsent nor pending rows."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


def run_account(planned: Account, shards: Account) -> Account:
    """Join what the plan counted (`read`, `rejected`, `held`) with the fates in the ledger.

    `shards.read` is the rows of all shards. Raises InternalError, with the numbers, when a row is
    missing or counted twice, be it among the shards or between them and the plan.
    """
    account = replace(shards, read=planned.read, rejected=planned.rejected, held=planned.held)
    check("the shards", shards)
    check("the run", account)
    return account


def check(whose: str, account: Account) -> None:
    """Raise InternalError with all numbers unless every row is in exactly one place."""
    if not account.adds_up():
        parts = " + ".join(
            f"{getattr(account, part.name)} {part.name}" for part in fields(account)[1:]
        )
        raise InternalError(
            f"the account does not add up: {account.read} read, {parts}", place=whose
        )


def unfinished_rows(account: Account) -> int:
    """Count the rows that going on with the run would still move."""
    return account.unsent + account.pending


def run_state(account: Account, *, running: bool = False, signal: int | None = None) -> RunState:
    """Say how the run stands; `signal` is the one that stopped it, if any did."""
    if running:
        return RunState.RUNNING
    if not unfinished_rows(account):
        return RunState.FINISHED
    return RunState.STOPPED if signal is None else RunState.INTERRUPTED


def exit_code(
    account: Account, *, errors: Sequence[BulkimportError] = (), signal: int | None = None
) -> int:
    """Decide by the table above. `errors` are what ended the run, not what single rows met."""
    codes = {error.exit_code for error in errors}
    unfinished = unfinished_rows(account) > 0
    if unfinished and not codes and signal is None:
        codes.add(BudgetReached.exit_code)
    if account.unknown:
        codes.add(FateUnknown.exit_code)
    if account.rejected or account.held or account.failed:
        codes.add(SOME_ROWS_REFUSED)
    interrupted = [SIGNAL_BASE + signal] if unfinished and signal is not None else []
    order = (*FIRST_HELD, *interrupted, *THEN_HELD)
    return next((code for code in order if code in codes or code in interrupted), 0)
