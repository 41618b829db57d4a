"""Rules that rows of one label break together, over rows that are seen side by side.

| rule      | broken by                                                               |
|-----------|-------------------------------------------------------------------------|
| R-ID-3    | rows whose uuid another data row has too                                |
| R-MODE-5  | all rows of a label of which some are marked as benchmark, others not   |
| R-MASK-13 | masks of one label that come from several pictures                      |
| R-VMASK-9 | rows of video masks with a frame that another such row has              |
| R-CLS-9   | answers without frames to one question (of one message)                 |
| R-CLS-10  | all rows of a label that lacks an answer to a required question         |

Relationships have a file of their own. Rows that are refused already break nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bulkimport.findings import ANSWER, FRAME, PICTURE
from bulkimport.native import HAS_BENCHMARK, HAS_UUID
from bulkimport.rows.terms import Terms
from bulkimport.shards.clues import Hashes, mixed_uuids, question_of
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import mix

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Company:
    """Rows (ROW) of some data rows, all there are, and what each of them says.

    `label` numbers their labels, `feature` is the ontology's or 0, `paged` says whether a row has
    a page; `clues` (CLUE), `links` (LINK) and `measures` (MEASURE) name rows by their index.
    """

    rows: Table
    label: Numbers
    feature: NDArray[np.uint32]
    paged: Mask
    clues: Table
    links: Table
    measures: Table

    @property
    def good(self) -> Mask:
        """Rows that are not refused."""
        good: Mask = self.rows["code"] == 0
        return good


def judge_company(company: Company, *, uuids: Hashes, terms: Terms) -> dict[str, Mask]:
    """Mark the good rows that break each rule of the table above.

    `uuids` are those (mixed) that several data rows have.
    """
    rows = company.rows
    twins = (rows["flags"] & HAS_UUID > 0) & np.isin(mixed_uuids(rows), uuids)
    broken = {
        "R-ID-3": twins,
        "R-MODE-5": _half_marked(company),
        "R-MASK-13": _several_pictures(company),
        "R-VMASK-9": _frame_twice(company),
        "R-CLS-9": _answered_twice(company),
        "R-CLS-10": _unanswered(company, terms.required),
    }
    return {slug: mask & company.good for slug, mask in broken.items()}


def _half_marked(company: Company) -> Mask:
    marked = company.rows["flags"] & HAS_BENCHMARK > 0
    with_mark = np.isin(company.label, company.label[company.good & marked])
    without = np.isin(company.label, company.label[company.good & ~marked])
    mask: Mask = with_mark & without
    return mask


def _several_pictures(company: Company) -> Mask:
    clues = _good_clues(company, PICTURE)
    label = company.label[clues["row"]]
    different = np.unique(np.stack([label, clues["value"].astype(np.int64)], axis=1), axis=0)[:, 0]
    several = different[1:][different[1:] == different[:-1]]
    return _rows_of(company, clues["row"][np.isin(label, several)])


def _frame_twice(company: Company) -> Mask:
    clues = np.unique(_good_clues(company, FRAME))
    label = company.label[clues["row"]].astype(np.uint64)
    return _rows_of(company, clues["row"][alike(mix(label) + clues["value"])])


def _answered_twice(company: Company) -> Mask:
    clues = _good_clues(company, ANSWER)
    label = company.label[clues["row"]].astype(np.uint64)
    question = question_of(company.rows, company.feature)[clues["row"]]
    return _rows_of(company, clues["row"][alike(mix(mix(label) + question) + clues["value"])])


def _unanswered(company: Company, required: Sequence[int]) -> Mask:
    mask = np.zeros(len(company.rows), np.bool_)
    for feature in required:
        answered = company.label[company.feature == feature]
        mask |= ~np.isin(company.label, answered)
    return mask


def alike(values: Hashes) -> Mask:
    """Mark the values that stand there more than once."""
    _, number, counts = np.unique(values, return_inverse=True, return_counts=True)
    mask: Mask = counts[number] > 1
    return mask


def _good_clues(company: Company, about: int) -> Table:
    clues = company.clues
    chosen = (clues["about"] == about) & company.good[clues["row"]]
    return np.compress(chosen, clues)


def _rows_of(company: Company, indices: NDArray[np.integer]) -> Mask:
    mask = np.zeros(len(company.rows), np.bool_)
    mask[indices] = True
    return mask
