"""The states of a shard and every change that is allowed between them.

    planned ──intend──▶ sending ──receipt──▶ submitted ──settle──▶ settled
       ▲ ▲                │  │                 │  │ │
       │ └────release─────┘  ├──refuse──▶ refused ◀┘ │
       │                     ├──lose────▶ unknown ◀──┤
       │                     └──split───▶ split   ◀──┤   (planned may be split too)
       └───────────────────succeed───────────────────┘

A shard in `sending` may be intended again: that is the second send after doubt.
"""

from enum import StrEnum
from typing import Final

from bulkimport.errors import InternalError


class ShardState(StrEnum):
    """Where a shard is on its way."""

    PLANNED = "planned"
    SENDING = "sending"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SPLIT = "split"


class Change(StrEnum):
    """What may happen to a shard."""

    INTEND = "intend"
    RECEIPT = "receipt"
    SETTLE = "settle"
    REFUSE = "refuse"
    LOSE = "lose"
    RELEASE = "release"
    SPLIT = "split"
    SUCCEED = "succeed"


ALLOWED: Final[dict[Change, tuple[frozenset[ShardState], ShardState]]] = {
    Change.INTEND: (frozenset({ShardState.PLANNED, ShardState.SENDING}), ShardState.SENDING),
    Change.RECEIPT: (frozenset({ShardState.SENDING}), ShardState.SUBMITTED),
    Change.SETTLE: (frozenset({ShardState.SUBMITTED}), ShardState.SETTLED),
    Change.REFUSE: (frozenset({ShardState.SENDING, ShardState.SUBMITTED}), ShardState.REFUSED),
    Change.LOSE: (frozenset({ShardState.SENDING, ShardState.SUBMITTED}), ShardState.UNKNOWN),
    Change.RELEASE: (frozenset({ShardState.SENDING}), ShardState.PLANNED),
    Change.SPLIT: (
        frozenset({ShardState.PLANNED, ShardState.SENDING, ShardState.SUBMITTED}),
        ShardState.SPLIT,
    ),
    Change.SUCCEED: (frozenset({ShardState.SUBMITTED}), ShardState.PLANNED),
}

OPEN: Final = (ShardState.PLANNED, ShardState.SENDING, ShardState.SUBMITTED)


def state_after(change: Change, state: ShardState) -> ShardState:
    """Return the state that `change` leads to. Raises InternalError when it is not allowed."""
    before, after = ALLOWED[change]
    if state not in before:
        raise InternalError(f"a shard that is {state} cannot take the change {change!s}")
    return after
