"""What is done with a shard when a run is taken up."""

import pytest

from bulkimport.ledger.recovery import Step, next_step
from bulkimport.ledger.states import OPEN, ShardState

TABLE = {
    ShardState.PLANNED: Step.SEND,
    ShardState.SENDING: Step.ASK,
    ShardState.SUBMITTED: Step.WATCH,
    ShardState.SETTLED: Step.NOTHING,
    ShardState.REFUSED: Step.NOTHING,
    ShardState.UNKNOWN: Step.NOTHING,
    ShardState.SPLIT: Step.NOTHING,
}


@pytest.mark.parametrize("state", ShardState)
def test_a_state_says_what_to_do_next(state: ShardState) -> None:
    """Each row of the table at the head of recovery.py."""
    assert next_step(state) is TABLE[state]


def test_what_the_ledger_calls_open_is_what_has_a_next_step() -> None:
    """No shard that waits for something is left out of `pending`, and no other is in it."""
    assert {state for state in ShardState if next_step(state) is not Step.NOTHING} == set(OPEN)
