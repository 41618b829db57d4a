"""Rows against the data rows of their project: both lie on disk by data row until they meet.

| rule     | broken by                                                     |
|----------|---------------------------------------------------------------|
| R-DR-6   | every row of a data row that the project has not              |
| R-MODE-7 | every row of a data row that has a label in the project       |
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from bulkimport.native import Checked
from bulkimport.rows.assets import NOWHERE, Assets
from bulkimport.rows.members import MEMBER, read_members
from bulkimport.shards.clues import Hashes
from bulkimport.shards.company import Company, Mask
from bulkimport.shards.distinct import distinct
from bulkimport.shards.partitions import ROWS_PER_PARTITION, Partitions, Table

OUTSIDE, LABELLED = "R-DR-6", "R-MODE-7"


class Membership:
    """The data rows of a project; memory holds those of one partition that have rows.

    It is asked partition by partition: `suspects`, then `judge` for the same one.
    """

    def __init__(self, members: Partitions) -> None:
        """Take partitions of data rows (MEMBER), filled."""
        self._members = members
        self._here = Assets(np.empty(0, MEMBER))

    def hear(self, rows: Table, checked: Checked) -> None:
        """Keep nothing: which data row a row is of, its partition says."""

    def suspects(self, number: int, keys: Hashes) -> Hashes:
        """The keys (low halves), of all `keys` in a partition, that break a rule."""
        wanted = distinct(keys)
        portions = self._members.portions(number, most=ROWS_PER_PARTITION)
        chosen = [some[np.isin(some["key_low"], wanted)] for some in portions]
        self._here = Assets.of(np.concatenate((np.empty(0, MEMBER), *chosen)))
        table = self._here.table
        outside = wanted[~np.isin(wanted, table["key_low"])]
        return np.concatenate((outside, table["key_low"][table["labels"] > 0]))

    def judge(self, company: Company) -> dict[str, Mask]:
        """Mark the good rows that break each rule of the table above."""
        at = self._here.find(company.rows)
        inside = at != NOWHERE
        labelled = np.zeros(len(at), np.bool_)
        labelled[inside] = self._here.table["labels"][at[inside]] > 0
        return {OUTSIDE: ~inside & company.good, LABELLED: labelled & company.good}


@contextmanager
def membership(path: Path, *, folder: Path, partitions: int) -> Iterator[Membership]:
    """The data rows of a project in a file; their table in `folder` is gone at the end.

    Raises SourceUnreadable.
    """
    members = Partitions(folder / "members", count=partitions, dtype=MEMBER)
    with closing(members):
        for some in read_members(path):
            members.add_by(some, "key_low")
        yield Membership(members)
