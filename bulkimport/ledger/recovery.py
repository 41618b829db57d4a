"""What the state of a shard means for whoever takes up a run.

| state     | what may be true                                  | next                          |
|-----------|---------------------------------------------------|-------------------------------|
| planned   | the destination has nothing of it under its name  | send                          |
| sending   | anything: nothing, a part, or all of it arrived   | ask by name; adopt, or resend |
| submitted | the destination has it                            | watch until it settles        |
| settled   | each row's fate is on disk                        | nothing                       |
| refused   | a definite no                                     | nothing                       |
| unknown   | nobody can say; it is listed                      | nothing                       |
| split     | its parts are shards of their own                 | nothing                       |

The quiet window of a shard in doubt is counted from the first question, not from `sent_at`: the
body may have been leaving until the very moment of the crash, which is not recorded.
"""

from enum import StrEnum
from typing import Final

from bulkimport.ledger.states import ShardState


class Step(StrEnum):
    """What to do with a shard next."""

    SEND = "send"
    ASK = "ask"
    WATCH = "watch"
    NOTHING = "nothing"


_STEPS: Final[dict[ShardState, Step]] = {
    ShardState.PLANNED: Step.SEND,
    ShardState.SENDING: Step.ASK,
    ShardState.SUBMITTED: Step.WATCH,
    ShardState.SETTLED: Step.NOTHING,
    ShardState.REFUSED: Step.NOTHING,
    ShardState.UNKNOWN: Step.NOTHING,
    ShardState.SPLIT: Step.NOTHING,
}


def next_step(state: ShardState) -> Step:
    """Say what to do with a shard that is found in `state` when a run is taken up."""
    return _STEPS[state]
