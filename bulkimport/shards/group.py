"""Which rows may go, once all rows of their data rows are seen side by side.

Works on one hash partition: every row of a data row is in the same partition, so nothing here
needs the rest of the file. All of it is pure. A data row that is one whole stretch never comes
here: what is judged here must be ruled out by `native.split_rows` or `stretches.alone`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bulkimport.native import FILL_BYTES, HAS_NAME, HAS_UUID, KEY_IS_ID, NAME_IS_SCHEMA_ID
from bulkimport.shards.partitions import Table

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

ROWS_OF_ONE_NAME = 5_000
NAMED = HAS_NAME | NAME_IS_SCHEMA_ID


class Incomplete(StrEnum):
    """What to do with the good rows of a data row that lost others to our checks."""

    HOLD = "hold"
    SEND = "send"


class Fate(StrEnum):
    """Faults that rows have only together; each rejects all rows that share it."""

    UUID_TWICE = "uuid-twice"
    LABEL_IN_PIECES = "label-in-pieces"
    TOO_MANY_OF_ONE_NAME = "too-many-of-one-name"
    DATA_ROW_ROWS = "data-row-rows"
    DATA_ROW_BYTES = "data-row-bytes"
    OVER_PLAN = "over-plan"


class Caution(StrEnum):
    """What rows have only together and may go all the same; people are told."""

    MIXED_SPELLING = "mixed-spelling"
    MANY_OF_ONE_SCHEMA_ID = "many-of-one-schema-id"


FATES = tuple(Fate)


@dataclass(frozen=True, slots=True)
class Caps:
    """What one data row may have at most; its bytes as sent, so `fill` counts filled uuids.

    `over_plan` when all rows together are more than the account takes: then none may go.
    """

    rows: int
    bytes: int
    fill: bool = True
    over_plan: bool = False


@dataclass(frozen=True, slots=True)
class Grouped:
    """One partition, sorted by data row, ordinal of label and then by place in the sources.

    `fate` holds 0 or 1 + an index into FATES; `accepted`, `held` and `rejected` (here, by fate)
    are masks over `rows`; `group` numbers the labels, of which a data row has one unless it comes
    from an export; `data_row` numbers the data rows; `cautions` marks the good rows that each is
    about.
    """

    rows: Table
    group: Numbers
    data_row: Numbers
    fate: Numbers
    accepted: Mask
    held: Mask
    cautions: Mapping[Caution, Mask]

    @property
    def rejected(self) -> Mask:
        """Rows refused here, not in the scan."""
        return self.fate > 0


def group_rows(
    rows: Table, *, caps: Caps, incomplete: Incomplete, ordinals: Sequence[int] | None = None
) -> Grouped:
    """Judge one partition of scanned rows (dtype ROW, good and bad, all with a key).

    `ordinals` says of each source which labels of an export it holds, 0 for rows of any other kind.
    Fates are decided in the order of FATES, each among the rows that are still good. Costs a few
    sorts of the partition.
    """
    ordinal = _ordinals(rows, ordinals)
    order = _order(rows, ordinal)
    rows, ordinal = np.take(rows, order), ordinal[order]
    data_row = _number(rows["key_high"], rows["key_low"])
    group = _number(rows["key_high"], rows["key_low"], ordinal)
    together = _Together(rows, group, data_row, ordinal, caps)
    fate = np.zeros(len(rows), np.int64)
    sound = rows["code"] == 0
    judges = (_uuid_twice, _in_pieces, _one_name, _many_rows, _many_bytes, _over_plan)
    for number, judge in enumerate(judges, start=1):
        broken = judge(together, sound & (fate == 0))
        fate[broken] = number
    good = sound & (fate == 0)
    lost = np.bincount(group[~good], minlength=_count(group)) > 0
    held = good & lost[group] if incomplete is Incomplete.HOLD else np.zeros(len(rows), np.bool_)
    cautions = {
        Caution.MIXED_SPELLING: good & _any_of_group(group, _mixed_spelling(together, good)),
        Caution.MANY_OF_ONE_SCHEMA_ID: _one_schema_id(together, good),
    }
    return Grouped(rows, group, data_row, fate, good & ~held, held, cautions)


def equal_before(rows: Table, group: Numbers) -> Numbers:
    """For each row, how many rows of equal content come before it in its group.

    `rows` in the order of `group_rows`.
    """
    order = np.lexsort((rows["content_low"], rows["content_high"], group))
    alike = _number(group[order], rows["content_high"][order], rows["content_low"][order])
    starts = np.searchsorted(alike, np.arange(_count(alike)))
    ordinal = np.empty(len(rows), np.int64)
    ordinal[order] = np.arange(len(rows)) - starts[alike]
    return ordinal


def _order(rows: Table, ordinal: Numbers) -> Numbers:
    """Sort by data row, then by label, then by place in the sources.

    Rows that are in the order of their places, as a partition holds them, need one stable sort by
    half of the key, unless two keys are equal in that half.
    """
    low, high = (np.ascontiguousarray(rows[name]) for name in ("key_low", "key_high"))
    source, offset = rows["source"], rows["offset"]
    later = (source[1:] > source[:-1]) | ((source[1:] == source[:-1]) & (offset[1:] > offset[:-1]))
    if not ordinal.any() and later.all():
        order = np.argsort(low, kind="stable")
        low, high = low[order], high[order]
        if not np.any((low[1:] == low[:-1]) & (high[1:] != high[:-1])):
            return order
    return np.lexsort((offset, source, ordinal, rows["key_high"], rows["key_low"]))


def _number(*columns: np.ndarray[tuple[int], np.dtype[np.generic]]) -> Numbers:
    """Number runs of equal neighbours from 0."""
    if not len(columns[0]):
        return np.zeros(0, np.int64)
    changed = np.zeros(len(columns[0]), np.bool_)
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.cumsum(changed).astype(np.int64)


def _count(group: Numbers) -> int:
    return int(group[-1]) + 1 if len(group) else 0


@dataclass(frozen=True, slots=True)
class _Together:
    """What each judge of a fate looks at: rows in order, their labels and data rows, the caps."""

    rows: Table
    group: Numbers
    data_row: Numbers
    ordinal: Numbers
    caps: Caps


def _ordinals(rows: Table, ordinals: Sequence[int] | None) -> Numbers:
    if ordinals is None:
        return np.zeros(len(rows), np.int64)
    return np.take(np.asarray(ordinals, np.int64), rows["source"].astype(np.int64))


def _uuid_twice(together: _Together, good: Mask) -> Mask:
    """Two labels of one data row do not share a uuid either: the second would replace the first."""
    rows, group = together.rows, together.data_row
    named = np.flatnonzero(good & (rows["flags"] & HAS_UUID > 0))
    high, low = rows["uuid_high"][named], rows["uuid_low"][named]
    ordered = np.sort(low)
    if not np.any(ordered[1:] == ordered[:-1]):
        return np.zeros(len(rows), np.bool_)
    order = np.lexsort((low, high, group[named]))
    alike = _number(group[named][order], high[order], low[order])
    return _members(named[order], alike, over=1, size=len(rows))


def _in_pieces(together: _Together, good: Mask) -> Mask:
    """Rows of one label of an export lie together, so what does not is of another label."""
    rows, group = together.rows, together.group
    ends = rows["offset"] + rows["length"]
    apart = (group[1:] == group[:-1]) & (together.ordinal[1:] > 0)
    apart &= (rows["source"][1:] != rows["source"][:-1]) | (
        rows["offset"][1:] != ends[:-1] + np.uint64(1)
    )
    broken = np.bincount(group[1:][apart], minlength=_count(group)) > 0
    return good & broken[group]


def _one_name(together: _Together, good: Mask) -> Mask:
    return _many_alike(together, good & (together.rows["flags"] & NAMED == HAS_NAME))


def _one_schema_id(together: _Together, good: Mask) -> Mask:
    return _many_alike(together, good & (together.rows["flags"] & NAMED == NAMED))


def _many_alike(together: _Together, named: Mask) -> Mask:
    rows, group, chosen = together.rows, together.group, np.flatnonzero(named)
    if np.bincount(group[chosen]).max(initial=0) <= ROWS_OF_ONE_NAME:
        return np.zeros(len(rows), np.bool_)
    order = np.lexsort((rows["name"][chosen], group[chosen]))
    alike = _number(group[chosen][order], rows["name"][chosen][order])
    return _members(chosen[order], alike, over=ROWS_OF_ONE_NAME, size=len(rows))


def _members(indices: Numbers, alike: Numbers, *, over: int, size: int) -> Mask:
    """Mark the rows at `indices` whose run in `alike` has more than `over` members."""
    mask = np.zeros(size, np.bool_)
    counts = np.bincount(alike, minlength=_count(alike))
    mask[indices[counts[alike] > over]] = True
    return mask


def _many_rows(together: _Together, good: Mask) -> Mask:
    group = together.group
    counts = np.bincount(group[good], minlength=_count(group))
    return good & (counts[group] > together.caps.rows)


def _many_bytes(together: _Together, good: Mask) -> Mask:
    group, caps = together.group, together.caps
    sizes = sent_bytes(together.rows, fill=caps.fill) * good
    totals = np.bincount(group, weights=sizes, minlength=_count(group))
    return good & (totals[group] > caps.bytes)


def _over_plan(together: _Together, good: Mask) -> Mask:
    return good & together.caps.over_plan


def sent_bytes(rows: Table, *, fill: bool) -> Numbers:
    """Bytes each row takes in a body: itself, its line end, and a filled uuid."""
    sizes = rows["length"].astype(np.int64) + 1
    return sizes + FILL_BYTES * (rows["flags"] & HAS_UUID == 0) if fill else sizes


def _mixed_spelling(together: _Together, good: Mask) -> Mask:
    rows, group, mask = together.rows, together.group, np.zeros(len(together.rows), np.bool_)
    by_key = np.flatnonzero(good & (rows["flags"] & KEY_IS_ID == 0))
    spelling, member = rows["spelling"][by_key], group[by_key]
    mask[by_key[1:]] = (spelling[1:] != spelling[:-1]) & (member[1:] == member[:-1])
    return mask


def _any_of_group(group: Numbers, marked: Mask) -> Mask:
    """Mark all rows of the groups of which one is marked."""
    mask: Mask = (np.bincount(group[marked], minlength=_count(group)) > 0)[group]
    return mask
