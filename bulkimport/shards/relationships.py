"""Rules about what relationships join, over rows that are seen side by side.

| rule     | broken by a relationship                                                      |
|----------|-------------------------------------------------------------------------------|
| R-REL-3  | of which no row of its label has the uuid of an end                           |
| R-REL-4  | whose end is no object; on documents the source may be an answer              |
| R-REL-5  | by sourceOntologyName whose target is not on a document, or that names nothing |
| R-REL-6  | of a row with itself, or of the same rows by the same name as another          |
| R-REL-9  | between features that the ontology does not let it join                       |
| R-REL-10 | of which an end is drawn on a video                                           |

An end that was refused is an end all the same: its own rule says what is wrong. Which end of two
with one uuid is meant is for R-ID-2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bulkimport.findings import BOTH_WAYS, SOURCE_IS_FEATURE
from bulkimport.native import HAS_UUID, KINDS
from bulkimport.rows.terms import Terms
from bulkimport.shards.clues import Hashes, question_of
from bulkimport.shards.company import Company, Mask, Numbers, alike
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import mix, mix_uuids

OBJECTS = [KINDS.index(kind) for kind in ("bbox", "polygon", "line", "point", "mask", "location")]
BOX = KINDS.index("bbox")
SELECTIONS = KINDS.index("textSelections")
ANSWER = KINDS.index("answer")
ON_VIDEOS = [KINDS.index(kind) for kind in ("segments", "masks")]
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class _Ends:
    """Links of good rows with the index of the row at each end, NOWHERE for none."""

    links: Table
    source: Numbers
    target: Numbers
    by_feature: Mask


def judge_relationships(company: Company, terms: Terms) -> dict[str, Mask]:
    """Mark the good rows that break each rule of the table above."""
    links = np.compress(company.good[company.links["row"]], company.links)
    by_feature = links["flags"] & SOURCE_IS_FEATURE > 0
    source = np.where(by_feature, NOWHERE, _find(company, links, "source"))
    ends = _Ends(links, source, _find(company, links, "target"), by_feature)
    broken = {
        "R-REL-3": _dangling(ends),
        "R-REL-4": _no_object(company, ends, terms),
        "R-REL-5": _wrong_feature(company, ends, terms),
        "R-REL-6": _in_circles(company, ends),
        "R-REL-9": _not_allowed(company, ends, terms.pairs),
        "R-REL-10": _kind_in(company, ends.source, ON_VIDEOS)
        | _kind_in(company, ends.target, ON_VIDEOS),
    }
    marked = {}
    for slug, mask in broken.items():
        marked[slug] = np.zeros(len(company.rows), np.bool_)
        marked[slug][links["row"][mask]] = True
    return marked


def _find(company: Company, links: Table, end: str) -> Numbers:
    """The row of the same label that has the uuid of an end."""
    named = np.flatnonzero(company.rows["flags"] & HAS_UUID > 0)
    uuids = mix_uuids(company.rows["uuid_low"], company.rows["uuid_high"])[0]
    own = _with_label(uuids[named], company.label[named])
    order = np.argsort(own, kind="stable")
    uuid = mix_uuids(links[f"{end}_low"], links[f"{end}_high"])[0]
    wanted = _with_label(uuid, company.label[links["row"]])
    at = np.minimum(np.searchsorted(own[order], wanted), max(0, len(own) - 1))
    if not len(own):
        return np.full(len(links), NOWHERE, np.int64)
    return np.where(own[order][at] == wanted, named[order][at], NOWHERE)


def _with_label(values: Hashes, label: Numbers) -> Hashes:
    return mix(mix(label.astype(np.uint64)) + values)


def _dangling(ends: _Ends) -> Mask:
    mask: Mask = (ends.target == NOWHERE) | (~ends.by_feature & (ends.source == NOWHERE))
    return mask


def _no_object(company: Company, ends: _Ends, terms: Terms) -> Mask:
    kinds = [*OBJECTS, SELECTIONS, *ON_VIDEOS]
    wrong_target = (ends.target != NOWHERE) & ~_kind_in(company, ends.target, kinds)
    answer = _kind_in(company, ends.source, [ANSWER]) & _on_document(company, ends.target, terms)
    wrong_source = (ends.source != NOWHERE) & ~_kind_in(company, ends.source, kinds) & ~answer
    mask: Mask = wrong_target | wrong_source
    return mask


def _wrong_feature(company: Company, ends: _Ends, terms: Terms) -> Mask:
    elsewhere = (ends.target != NOWHERE) & ~_on_document(company, ends.target, terms)
    unknown = np.equal(ends.links["feature"], 0) & terms.named
    mask: Mask = ends.by_feature & (elsewhere | unknown)
    return mask


def _in_circles(company: Company, ends: _Ends) -> Mask:
    both = ends.links["flags"] & BOTH_WAYS > 0
    first = np.where(both, np.minimum(ends.source, ends.target), ends.source)
    second = np.where(both, np.maximum(ends.source, ends.target), ends.target)
    named = question_of(company.rows, company.feature)[ends.links["row"]]
    pair = mix(mix(first.astype(np.uint64)) + second.astype(np.uint64))
    joined = (ends.source != NOWHERE) & (ends.target != NOWHERE)
    twice = np.zeros(len(joined), np.bool_)
    twice[joined] = alike(mix(pair + named)[joined])
    mask: Mask = joined & ((ends.source == ends.target) | twice)
    return mask


def _not_allowed(
    company: Company, ends: _Ends, pairs: Mapping[int, frozenset[tuple[int, int]]]
) -> Mask:
    """Features that are not known are not judged."""
    mask = np.zeros(len(ends.links), np.bool_)
    edges = company.feature[ends.links["row"]]
    source = np.where(
        ends.by_feature, ends.links["feature"], _feature_at(company, ends.source)
    ).astype(np.int64)
    target = _feature_at(company, ends.target).astype(np.int64)
    both = ends.links["flags"] & BOTH_WAYS > 0
    for edge, allowed in pairs.items():
        here = (edges == edge) & (source > 0) & (target > 0)
        fits = _one_of(source, target, allowed) | (both & _one_of(target, source, allowed))
        mask |= here & ~fits
    return mask


def _one_of(source: Numbers, target: Numbers, allowed: frozenset[tuple[int, int]]) -> Mask:
    fits = np.zeros(len(source), np.bool_)
    for one, other in allowed:
        fits |= (source == one) & (target == other)
    return fits


def _feature_at(company: Company, end: Numbers) -> NDArray[np.uint32]:
    return np.where(end == NOWHERE, np.uint32(0), company.feature[end])


def _kind_in(company: Company, end: Numbers, kinds: list[int]) -> Mask:
    mask: Mask = (end != NOWHERE) & np.isin(company.rows["kind"][end], kinds)
    return mask


def _on_document(company: Company, end: Numbers, terms: Terms) -> Mask:
    paged = company.paged[end] | np.bool_(terms.documents)
    return _kind_in(company, end, [SELECTIONS]) | (_kind_in(company, end, [BOX]) & paged)
