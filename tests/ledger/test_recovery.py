"""What is done with a shard when a run is taken up."""

import pytest

from bulkimport.ledger.recovery import Recovery, recovery_of
from bulkimport.ledger.states import OPEN, ShardState

TABLE = {
    ShardState.PLANNED: Recovery.SEND,
    ShardState.SENDING: Recovery.ASK,
    ShardState.SUBMITTED: Recovery.WATCH,
    ShardState.SETTLED: Recovery.NOTHING,
    ShardState.REFUSED: Recovery.NOTHING,
    ShardState.UNKNOWN: Recovery.NOTHING,
    ShardState.SPLIT: Recovery.NOTHING,
}


@pytest.mark.parametrize("state", ShardState)
def test_a_state_says_what_to_do_next(state: ShardState) -> None:
    """Each row of the table at the head of recovery.py."""
    assert recovery_of(state) is TABLE[state]


def test_what_the_ledger_calls_open_is_what_has_a_next_step() -> None:
    """No shard that waits for something is left out of `pending`, and no other is in it."""
    assert {state for state in ShardState if recovery_of(state) is not Recovery.NOTHING} == set(
        OPEN
    )
