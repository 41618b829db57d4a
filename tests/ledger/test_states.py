"""Which change may follow which state."""

import pytest

from bulkimport.errors import InternalError
from bulkimport.ledger.states import Change, ShardState, state_after

# A dot is a change that must not happen. Columns: the states in the order of the first row.
TABLE = """
            planned    sending    submitted  settled  refused  unknown  split
intend      sending    sending    .          .        .        .        .
receipt     .          submitted  .          .        .        .        .
settle      .          .          settled    .        .        .        .
refuse      .          refused    refused    .        .        .        .
lose        .          unknown    unknown    .        .        .        .
release     .          planned    .          .        .        .        .
split       split      split      split      .        .        .        .
succeed     .          .          planned    .        .        .        .
"""
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
CASES = [
    (change, before, after)
    for change, *cells in LINES
    for before, after in zip(HEAD, cells, strict=True)
]


@pytest.mark.parametrize(("change", "before", "after"), CASES)
def test_a_change_leads_where_the_table_says(change: str, before: str, after: str) -> None:
    """Each cell of the table, the forbidden ones as well."""
    if after == ".":
        with pytest.raises(InternalError, match=f"{before} cannot take the change {change}"):
            state_after(Change(change), ShardState(before))
    else:
        assert state_after(Change(change), ShardState(before)) is ShardState(after)


def test_the_table_has_every_change_and_every_state() -> None:
    """A state or a change that is added must be decided here."""
    assert {(change, before) for change, before, _ in CASES} == {
        (change.value, state.value) for change in Change for state in ShardState
    }
