"""Joining a shard's rows with the service's status rows: arrays in, arrays out.

Who belongs together, decided within one shard:

    row has a uuid, alone with it in the shard       status rows of this uuid
    row has a uuid that others have too              status rows of this uuid and this data row
    row has no uuid                                  status rows of this data row whose uuid, if
                                                     they have one, is no row's

A status row names its data row by id, by global key or by both; a row by either. A status row with
both proves that the two are one data row, for all rows and status rows of the shard.

Within such an identity both sides are counted as a multiset: the first row gets the first status
row, and so on; definite outcomes go before indefinite ones. Which of two equal rows is called the
failed one is therefore arbitrary, but always the same one.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bulkimport.native import (
    FAILURE,
    HAS_UUID,
    STATUS_HAS_GLOBAL,
    STATUS_HAS_ID,
    STATUS_HAS_UUID,
    SUCCESS,
    Said,
)
from bulkimport.shards.uuids import UuidSum, mix_uuids

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

NOBODY: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """What became of a shard's rows: `accepted + len(failed_rows) + len(unknown)` is all of them.

    `failed_rows[i]` failed as `failed_statuses[i]` says; both are indices into what was joined.
    `unknown` are the rows that never came back, or came back neither accepted nor failed.
    `strangers` counts the status rows that belong to no row.
    """

    accepted: int
    failed_rows: Numbers
    failed_statuses: Numbers
    unknown: Numbers
    strangers: int


def join(rows: NDArray[Any], statuses: NDArray[Any]) -> Joined:
    """Give every row at most one status row, and every status row at most one row.

    `rows` are ROW, `statuses` STATUS of `bulkimport.native`; a uuid that was filled in must be in
    the rows. Costs some sorts: about 0.1 s for 100,000 of each.
    """
    row_identity, status_identity = _identities(rows, statuses)
    answer = _pair(row_identity, status_identity, statuses["outcome"])
    came_back = answer != NOBODY
    outcome = np.zeros(len(rows), np.uint8)
    outcome[came_back] = statuses["outcome"][answer[came_back]]
    failed = np.flatnonzero(outcome == FAILURE)
    return Joined(
        accepted=int(np.count_nonzero(outcome == SUCCESS)),
        failed_rows=failed,
        failed_statuses=answer[failed],
        unknown=np.flatnonzero((outcome != SUCCESS) & (outcome != FAILURE)),
        strangers=len(statuses) - int(np.count_nonzero(came_back)),
    )


def all_accepted(said: Said, *, rows: int, uuids: str) -> bool:
    """Tell whether a shard of so many `rows` is accepted whole, by the digest of its uuids alone.

    True only if `join` would say so: every status row is SUCCESS of a uuid, none comes twice, and
    together they are the uuids that were sent (`shards.uuids`; empty if there were rows without).
    A fortieth of the cost of a join, and the rows need not be there.
    """
    if not uuids or said.uuids is None or len(said.statuses) != rows:
        return False
    ordered = np.sort(said.statuses["uuid_low"])
    once = not np.any(ordered[1:] == ordered[:-1])
    return once and str(UuidSum(*said.uuids)) == uuids


def all_keys_accepted(said: Said, *, rows: int, uuids: str) -> bool:
    """Tell the same of a shard of data rows, whose `uuids` are the hashes of their global keys."""
    if not uuids or said.accepted != rows or len(said.statuses) != rows:
        return False
    low, high = said.statuses["global_low"], said.statuses["global_high"]
    ordered = np.sort(low)
    once = not np.any(ordered[1:] == ordered[:-1])
    return once and str(UuidSum.of(*mix_uuids(low, high))) == uuids


def _identities(rows: NDArray[Any], statuses: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Number the identities of the table above; NOBODY for a status row without any."""
    row_uuid, status_uuid = _uuids(rows, statuses)
    row_place, status_place = _data_rows(rows, statuses)
    times = np.bincount(row_uuid + 1, minlength=2)
    times[NOBODY + 1] = 0
    alone_row, alone_status = times[row_uuid + 1] == 1, times[status_uuid + 1] == 1
    # Where the uuid decides alone, the data row is left out of the identity.
    row_place[alone_row] = NOBODY
    without_place = ~alone_status & (status_place == NOBODY)
    status_place[alone_status] = NOBODY
    numbers = _number(
        np.concatenate((row_uuid, status_uuid)), np.concatenate((row_place, status_place))
    )
    row_identity, status_identity = numbers[: len(rows)], numbers[len(rows) :]
    status_identity[without_place] = NOBODY
    return row_identity, status_identity


def _uuids(rows: NDArray[Any], statuses: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Number the uuids; NOBODY for none, and for a status row's uuid that no row has."""
    numbers = _number(_both(rows, statuses, "uuid_low"), _both(rows, statuses, "uuid_high"))
    row_uuid, status_uuid = numbers[: len(rows)], numbers[len(rows) :]
    row_uuid[(rows["flags"] & HAS_UUID) == 0] = NOBODY
    status_uuid[(statuses["flags"] & STATUS_HAS_UUID) == 0] = NOBODY
    known = np.zeros(len(numbers) + 1, np.bool_)
    known[row_uuid + 1] = True
    status_uuid[~known[status_uuid + 1]] = NOBODY
    return row_uuid, status_uuid


def _data_rows(rows: NDArray[Any], statuses: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Number the data rows, whatever they are named by; NOBODY for a status row without."""
    low = np.concatenate((rows["key_low"], statuses["id_low"], statuses["global_low"]))
    high = np.concatenate((rows["key_high"], statuses["id_high"], statuses["global_high"]))
    by_key, by_id, by_global = np.split(_number(low, high), [len(rows), len(rows) + len(statuses)])
    has_id = (statuses["flags"] & STATUS_HAS_ID) != 0
    has_global = (statuses["flags"] & STATUS_HAS_GLOBAL) != 0
    one = np.arange(len(low), dtype=np.int64)
    both = has_id & has_global
    one[by_global[both]] = by_id[both]
    named = np.where(has_id, one[by_id], np.where(has_global, one[by_global], NOBODY))
    return one[by_key], named


def _pair(row_identity: Numbers, status_identity: Numbers, outcomes: NDArray[np.uint8]) -> Numbers:
    """Return for each row the index of its status row: the n-th of an identity to the n-th."""
    width = max(row_identity.max(initial=NOBODY), status_identity.max(initial=NOBODY)) + 2
    row_order = np.argsort(row_identity, kind="stable")
    indefinite = (outcomes != SUCCESS) & (outcomes != FAILURE)
    status_order = np.lexsort((indefinite, status_identity))
    counts = np.bincount(row_identity + 1, minlength=width)
    first_row = np.cumsum(counts) - counts
    status_counts = np.bincount(status_identity + 1, minlength=width)
    first_status = np.cumsum(status_counts) - status_counts

    identity = status_identity[status_order] + 1
    place = np.arange(len(identity)) - first_status[identity]
    taken = (place < counts[identity]) & (identity != NOBODY + 1)
    answer = np.full(len(row_identity), NOBODY, np.int64)
    answer[row_order[(first_row[identity] + place)[taken]]] = status_order[taken]
    return answer


def _both(rows: NDArray[Any], statuses: NDArray[Any], field: str) -> Hashes:
    return np.concatenate((rows[field], statuses[field]))


def _number(low: NDArray[Any], high: NDArray[Any]) -> Numbers:
    """Number equal pairs equally, from 0 up."""
    order = np.lexsort((low, high))
    differs = np.empty(len(order), np.bool_)
    differs[:1] = False
    differs[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(differs)
    return numbers
