"""Rows and status rows are joined as the table in the module says."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bulkimport import native
from bulkimport.native import (
    FAILURE,
    HAS_KEY,
    HAS_UUID,
    KEY_IS_ID,
    OTHER,
    ROW,
    STATUS,
    STATUS_HAS_GLOBAL,
    STATUS_HAS_ID,
    STATUS_HAS_UUID,
    SUCCESS,
    UNREADABLE,
)
from bulkimport.shards.uuids import UuidSum, mix_uuids
from bulkimport.uploads.join import Joined, all_accepted, join


@dataclass(frozen=True)
class Row:
    """A row: its data row, as `i…` or `g…`, and its uuid."""

    key: str
    uuid: int | None = None


@dataclass(frozen=True)
class Said:
    """A status row: the outcome, the uuid, and one or two names of the data row."""

    outcome: int
    uuid: int | None = None
    data_row_id: str | None = None
    global_key: str | None = None


def hash_of(key: str) -> tuple[int, int]:
    """A hash that differs in one half only for half of the keys, as bad luck would have it."""
    return int.from_bytes(key.encode()) >> 1, int.from_bytes(key.encode()) & 1


def table_of(rows: list[Row]) -> NDArray[Any]:
    """The array that the scan makes of such rows."""
    table = np.zeros(len(rows), ROW)
    for place, row in zip(table, rows, strict=True):
        place["key_low"], place["key_high"] = hash_of(row.key)
        place["flags"] = HAS_KEY | (KEY_IS_ID if row.key[0] == "i" else 0)
        if row.uuid is not None:
            place["uuid_low"], place["uuid_high"] = row.uuid, 7
            place["flags"] |= HAS_UUID
    return table


def statuses_of(said: list[Said]) -> NDArray[Any]:
    """The array that the scan of a status file makes."""
    table = np.zeros(len(said), STATUS)
    for place, one in zip(table, said, strict=True):
        place["outcome"] = one.outcome
        if one.uuid is not None:
            place["uuid_low"], place["uuid_high"] = one.uuid, 7
            place["flags"] |= STATUS_HAS_UUID
        if one.data_row_id is not None:
            place["id_low"], place["id_high"] = hash_of(one.data_row_id)
            place["flags"] |= STATUS_HAS_ID
        if one.global_key is not None:
            place["global_low"], place["global_high"] = hash_of(one.global_key)
            place["flags"] |= STATUS_HAS_GLOBAL
    return table


def joined(rows: list[Row], said: list[Said]) -> tuple[int, list[tuple[int, int]], list[int], int]:
    """Accepted, failed pairs, unknown and strangers."""
    result: Joined = join(table_of(rows), statuses_of(said))
    failed = list(zip(result.failed_rows.tolist(), result.failed_statuses.tolist(), strict=True))
    return result.accepted, failed, result.unknown.tolist(), result.strangers


def by_hand(rows: list[Row], said: list[Said]) -> tuple[int, list[tuple[int, int]], list[int], int]:
    """The same by dictionaries, as a reader of the table would do it."""
    names = {one.global_key: one.data_row_id for one in said if one.global_key and one.data_row_id}
    times = defaultdict(int)
    for row in rows:
        times[row.uuid] += 1

    def identity(uuid: int | None, key: str | None) -> tuple[int | None, str | None] | None:
        known = uuid if times[uuid] else None
        if known is not None and times[known] == 1:
            return known, None
        return None if key is None else (known, names.get(key, key))

    waiting = defaultdict(list)
    for number, row in enumerate(rows):
        waiting[identity(row.uuid, row.key)].append(number)
    accepted, failed, unknown, strangers = 0, [], set(range(len(rows))), 0
    for number, one in sorted(
        enumerate(said), key=lambda pair: pair[1].outcome not in (SUCCESS, FAILURE)
    ):
        key = identity(one.uuid, one.data_row_id or one.global_key)
        if key is None or not waiting[key]:
            strangers += 1
            continue
        row = waiting[key].pop(0)
        if one.outcome == SUCCESS:
            accepted += 1
            unknown.discard(row)
        elif one.outcome == FAILURE:
            failed.append((row, number))
            unknown.discard(row)
    return accepted, sorted(failed), sorted(unknown), strangers


def test_rows_are_found_by_uuid_in_any_order() -> None:
    """The service does not keep the order of rows."""
    rows = [Row("g1", 1), Row("g1", 2), Row("g2", 3)]
    said = [Said(SUCCESS, 3), Said(FAILURE, 1), Said(SUCCESS, 2)]

    assert joined(rows, said) == (2, [(0, 1)], [], 0)


def test_a_uuid_that_is_alone_needs_no_data_row() -> None:
    """Whatever data row the status names, or none."""
    rows = [Row("g1", 1), Row("g2", 2)]
    said = [Said(SUCCESS, 1, "i9", "g9"), Said(FAILURE, 2)]

    assert joined(rows, said) == (1, [(1, 1)], [], 0)


def test_a_uuid_that_repeats_is_told_apart_by_data_row() -> None:
    """One uuid on two data rows: the failure belongs to the second."""
    rows = [Row("g1", 1), Row("g2", 1)]
    said = [Said(FAILURE, 1, "i2", "g2"), Said(SUCCESS, 1, "i1", "g1")]

    assert joined(rows, said) == (1, [(1, 0)], [], 0)


def test_a_uuid_that_repeats_without_a_data_row_tells_nothing() -> None:
    """Which of the two is meant cannot be known, so neither is called accepted."""
    rows = [Row("g1", 1), Row("g2", 1)]

    assert joined(rows, [Said(SUCCESS, 1), Said(FAILURE, 1)]) == (0, [], [0, 1], 2)


def test_rows_without_uuid_are_found_by_data_row() -> None:
    """Also when the service has made up uuids of its own."""
    rows = [Row("g1"), Row("i2")]
    said = [Said(FAILURE, 77, "i2", "g2"), Said(SUCCESS, None, None, "g1")]

    assert joined(rows, said) == (1, [(1, 0)], [], 0)


def test_a_row_with_a_uuid_is_not_taken_for_one_without() -> None:
    """The known uuid decides, though the data row is the same."""
    rows = [Row("g1", 1), Row("g1")]
    said = [Said(FAILURE, 1, None, "g1"), Said(SUCCESS, None, None, "g1")]

    assert joined(rows, said) == (1, [(0, 0)], [], 0)


def test_equal_rows_are_counted_and_not_merged() -> None:
    """Two rows of one identity, one SUCCESS and one FAILURE: one failed, in the order said."""
    rows = [Row("g1"), Row("g1")]
    said = [Said(FAILURE, None, "i1", "g1"), Said(SUCCESS, None, "i1", "g1")]

    assert joined(rows, said) == (1, [(0, 0)], [], 0)


def test_one_answer_for_two_equal_rows_leaves_one_unknown() -> None:
    """A multiset: one answer is no answer for the twin."""
    assert joined([Row("g1"), Row("g1")], [Said(SUCCESS, None, None, "g1")]) == (1, [], [1], 0)


def test_answers_by_id_and_by_key_meet_rows_by_id_and_by_key() -> None:
    """One status with both names shows that they are one data row."""
    rows = [Row("g1"), Row("i1"), Row("g1")]
    said = [
        Said(SUCCESS, None, "i1", None),
        Said(SUCCESS, None, "i1", "g1"),
        Said(FAILURE, None, None, "g1"),
    ]

    assert joined(rows, said) == (2, [(2, 2)], [], 0)


def test_an_outcome_that_decides_nothing_gives_way_to_one_that_does() -> None:
    """A row that is called both pending and accepted is accepted."""
    rows = [Row("g1", 1), Row("g2", 2)]
    said = [Said(OTHER, 1), Said(SUCCESS, 1), Said(OTHER, 2)]

    assert joined(rows, said) == (1, [], [1], 1)


def test_strangers_are_counted_and_change_nothing() -> None:
    """Status rows of nobody: unreadable, unknown, one too many."""
    rows = [Row("g1", 1)]
    said = [Said(UNREADABLE), Said(FAILURE, 9, "i9", "g9"), Said(SUCCESS, 1), Said(FAILURE, 1)]

    assert joined(rows, said) == (1, [], [], 3)


def test_no_statuses_leave_every_row_unknown_and_no_rows_every_status_a_stranger() -> None:
    """The empty edges."""
    assert joined([], []) == (0, [], [], 0)
    assert joined([Row("g1", 1), Row("g2")], []) == (0, [], [0, 1], 0)
    assert joined([], [Said(SUCCESS, 1), Said(FAILURE)]) == (0, [], [], 2)


KEYS = st.sampled_from(["i1", "i2", "g1", "g2"])
UUIDS = st.none() | st.integers(0, 3)
ROWS = st.lists(st.builds(Row, KEYS, UUIDS), max_size=12)
SAID = st.lists(
    st.builds(
        Said,
        st.sampled_from([UNREADABLE, SUCCESS, FAILURE, OTHER]),
        st.none() | st.integers(0, 4),
        st.none() | st.sampled_from(["i1", "i2", "i3"]),
        st.none() | st.sampled_from(["g1", "g2", "g3"]),
    ),
    max_size=12,
)


@given(ROWS, SAID)
def test_the_arrays_give_what_dictionaries_give(rows: list[Row], said: list[Said]) -> None:
    """On small worlds in which everything collides."""
    assert joined(rows, said) == by_hand(rows, said)


@given(ROWS, SAID)
def test_every_row_is_accounted_for(rows: list[Row], said: list[Said]) -> None:
    """Accepted, failed and unknown are all rows; joined and strangers are all status rows."""
    result = join(table_of(rows), statuses_of(said))

    assert result.accepted + len(result.failed_rows) + len(result.unknown) == len(rows)
    assert len(set(result.failed_rows) | set(result.unknown)) == len(rows) - result.accepted
    assert len(set(result.failed_statuses)) == len(result.failed_statuses)


def test_a_full_shard_with_repeated_uuids_is_joined_whole() -> None:
    """100,000 rows in shuffled order: a tenth fails, a hundred never come back."""
    chance = np.random.default_rng(7)
    rows = np.zeros(100_000, ROW)
    rows["uuid_low"] = chance.integers(0, 50_000, len(rows))
    rows["key_low"] = np.arange(len(rows)) // 10
    rows["flags"] = HAS_KEY | HAS_UUID
    order = chance.permutation(len(rows))[100:]
    statuses = np.zeros(len(order), STATUS)
    statuses["uuid_low"] = rows["uuid_low"][order]
    statuses["global_low"] = rows["key_low"][order]
    statuses["flags"] = STATUS_HAS_UUID | STATUS_HAS_GLOBAL
    statuses["outcome"] = np.where(np.arange(len(order)) % 10, SUCCESS, FAILURE)

    result = join(rows, statuses)

    assert (len(result.failed_rows), len(result.unknown), result.strangers) == (9990, 100, 0)
    failed = statuses[result.failed_statuses]
    assert (rows["uuid_low"][result.failed_rows] == failed["uuid_low"]).all()
    assert (rows["key_low"][result.failed_rows] == failed["global_low"]).all()


def digest_of(rows: list[Row]) -> str:
    """The digest of the rows' uuids as a plan holds it: empty when there are rows without."""
    table = table_of(rows)
    if not np.all(table["flags"] & HAS_UUID):
        return ""
    return str(UuidSum.of(*mix_uuids(table["uuid_low"], table["uuid_high"])))


def said_of(said: list[Said]) -> native.Said:
    """All that a status file says, as it is read."""
    statuses = statuses_of(said)
    uuids = None
    if all(one.outcome == SUCCESS and one.uuid is not None for one in said):
        uuids = tuple(UuidSum.of(*mix_uuids(statuses["uuid_low"], statuses["uuid_high"])))
    accepted = sum(one.outcome == SUCCESS for one in said)
    return native.Said(statuses, b"", accepted, uuids)


ONE, TWO = Row("g1", 1), Row("g2", 2)


@pytest.mark.parametrize(
    ("rows", "said", "whole"),
    [
        ([ONE, TWO], [Said(SUCCESS, 2), Said(SUCCESS, 1)], True),
        ([ONE, TWO], [Said(SUCCESS, 2, "i7", "g7"), Said(SUCCESS, 1)], True),
        ([ONE, TWO], [Said(SUCCESS, 2), Said(FAILURE, 1)], False),
        ([ONE, TWO], [Said(SUCCESS, 2), Said(OTHER, 1)], False),
        ([ONE, TWO], [Said(SUCCESS, 2)], False),
        ([ONE, TWO], [Said(SUCCESS, 2), Said(SUCCESS, 3)], False),
        ([ONE, TWO], [Said(SUCCESS, 2), Said(SUCCESS, None, None, "g1")], False),
        ([ONE, TWO], [Said(SUCCESS, 1), Said(SUCCESS, 2), Said(FAILURE, 9)], False),
        # What only a look at the data rows can tell.
        ([ONE, Row("g2", 1)], [Said(SUCCESS, 1), Said(SUCCESS, 1)], False),
        ([ONE, Row("g2")], [Said(SUCCESS, 1), Said(SUCCESS, 2)], False),
    ],
)
def test_a_shard_is_accepted_whole_by_its_uuids(
    rows: list[Row], said: list[Said], *, whole: bool
) -> None:
    """Exactly the uuids that were sent, each once, all of them SUCCESS."""
    assert all_accepted(said_of(said), rows=len(rows), uuids=digest_of(rows)) is whole


@given(st.lists(st.builds(Row, KEYS, st.integers(0, 9)), min_size=1, max_size=4), st.data())
def test_what_is_accepted_whole_is_accepted_row_by_row(
    rows: list[Row], data: st.DataObject
) -> None:
    """The short way never says more than the long one."""
    uuids = data.draw(st.lists(st.sampled_from([row.uuid for row in rows]), max_size=5))
    said = [Said(SUCCESS, uuid) for uuid in uuids]

    if all_accepted(said_of(said), rows=len(rows), uuids=digest_of(rows)):
        assert joined(rows, said) == (len(rows), [], [], 0)
    else:
        assert sorted(uuids) != sorted({row.uuid for row in rows}) or len(uuids) != len(rows)
