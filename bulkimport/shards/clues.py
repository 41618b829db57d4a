"""Which data rows must be looked at again: told from a few bytes of each row that says something.

Rules over several rows are broken seldom, and to find out needs little of each row: what it
answers, which frame or picture it is for, that it joins others. These tables hold that. Nothing is
decided here: a data row that looks wrong is read again (`company`), and one that is not looked at
breaks no such rule.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bulkimport.findings import ANSWER, FRAME, PICTURE, SAID
from bulkimport.shards.distinct import distinct
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import mix, mix_low

Hashes = NDArray[np.uint64]


class Topic(IntEnum):
    """What a row says something about; the first three are those of a CLUE."""

    ANSWER = ANSWER
    FRAME = FRAME
    PICTURE = PICTURE
    LINK = 3
    REQUIRED = 4
    UUID = 5


def mixed_uuids(rows: Table) -> Hashes:
    """One number for each uuid: rows with equal numbers have equal uuids, but for chance."""
    return mix_low(rows["uuid_low"], rows["uuid_high"])


def shared(names: Table) -> Table:
    """Those (SAID) of some uuids (NAMED) that several data rows have."""
    ordered = np.sort(names["uuid"])
    twice = distinct(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return np.empty(0, SAID)
    twins = np.unique(names[np.isin(names["uuid"], twice)])
    several = distinct(twins["uuid"][1:][twins["uuid"][1:] == twins["uuid"][:-1]])
    chosen = twins[np.isin(twins["uuid"], several)]
    table = np.zeros(len(chosen), SAID)
    table["key"], table["value"], table["topic"] = chosen["key"], chosen["uuid"], Topic.UUID
    return table


def suspects(told: Table, labels: Hashes, *, required: Sequence[int]) -> Hashes:
    """The keys of data rows, or their labels, to be looked at again, sorted.

    `told` is what the rows of one partition say (SAID), `labels` all labels in it (`label_of`).
    """
    topic = told["topic"]
    at_once = told["key"][(topic == Topic.LINK) | (topic == Topic.UUID)]
    twins = _repeated(told[(topic == Topic.ANSWER) | (topic == Topic.FRAME)])
    pictures = _different(told[topic == Topic.PICTURE])
    missing = [_lacking(told, labels, feature) for feature in required]
    return distinct(np.concatenate((at_once, twins, pictures, *missing)))


def label_of(keys: Hashes, ordinals: NDArray[np.uint32]) -> Hashes:
    """One number for a label: a data row has one label, unless it comes from an export."""
    labels: Hashes = keys + ordinals.astype(np.uint64)
    return labels


def question_of(rows: Table, features: NDArray[np.uint32]) -> Hashes:
    """One number for each row's feature: that of the ontology, or else the hash of its name."""
    known: Hashes = np.where(features > 0, features.astype(np.uint64), rows["name"])
    return known


def _repeated(told: Table) -> Hashes:
    """Keys with two things alike."""
    whole = _hash(told)
    ordered = np.sort(whole)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    keys: Hashes = told["key"][np.isin(whole, twice)] if len(twice) else twice
    return keys


def _different(told: Table) -> Hashes:
    """Keys of labels with two things that differ."""
    _, first = np.unique(_hash(told), return_index=True)
    labels = label_of(told["key"], told["ordinal"])[first]
    ordered = np.sort(labels)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    keys: Hashes = told["key"][first][np.isin(labels, twice)]
    return keys


def _lacking(told: Table, labels: Hashes, feature: int) -> Hashes:
    """Labels without an answer to a required question."""
    have = told[(told["topic"] == Topic.REQUIRED) & (told["value"] == feature)]
    return np.setdiff1d(labels, label_of(have["key"], have["ordinal"]))


def _hash(told: Table) -> Hashes:
    label = label_of(told["key"], told["ordinal"])
    hashes: Hashes = mix(label) + mix(told["value"] + told["topic"])
    return mix(hashes)
