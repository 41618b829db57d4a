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

from bulkimport.native import ANSWER, FRAME, HAS_UUID, PICTURE, Checked
from bulkimport.shards.distinct import distinct
from bulkimport.shards.partitions import Table
from bulkimport.shards.uuids import mix, mix_low

Hashes = NDArray[np.uint64]

# One thing that a row says; equal keys are one data row, but for chance.
SAID = np.dtype([("key", "<u8"), ("value", "<u8"), ("ordinal", "<u4"), ("topic", "<u4")])

# A uuid, mixed, and the data row that has it.
NAMED = np.dtype([("uuid", "<u8"), ("key", "<u8")])


class Topic(IntEnum):
    """What a row says something about; the first three are those of a CLUE."""

    ANSWER = ANSWER
    FRAME = FRAME
    PICTURE = PICTURE
    LINK = 3
    REQUIRED = 4
    UUID = 5


def said(rows: Table, checked: Checked, *, ordinal: int, required: Sequence[int]) -> Table:
    """What the good rows of a block (ROW) say, besides their uuids."""
    parts = [
        _clues(rows, checked),
        _about(rows, checked.links["row"], Topic.LINK),
    ]
    if required:
        features = checked.checks["feature"]
        answered = np.flatnonzero(np.isin(features, required))
        answers = _about(rows, answered, Topic.REQUIRED)
        answers["value"] = features[answered]
        parts.append(answers)
    told = np.concatenate(parts)
    told["ordinal"] = ordinal
    return told


def named(rows: Table) -> Table:
    """The uuids of the good rows of a block (ROW), and whose they are."""
    chosen = (rows["flags"] & HAS_UUID > 0) & (rows["code"] == 0)
    # Nearly always all of them, and a copy of the rows is dear.
    with_uuid = rows if chosen.all() else np.compress(chosen, rows)
    table = np.empty(len(with_uuid), NAMED)
    table["uuid"] = mixed_uuids(with_uuid)
    table["key"] = with_uuid["key_low"]
    return table


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


def _clues(rows: Table, checked: Checked) -> Table:
    clues = checked.clues
    sound = checked.checks["rule"][clues["row"]] == 0
    clues = np.compress(sound, clues)
    table = _about(rows, clues["row"], Topic.ANSWER)
    table["value"], table["topic"] = clues["value"], clues["about"]
    answers = clues["about"] == ANSWER
    question = question_of(rows, checked.checks["feature"])[clues["row"][answers]]
    table["value"][answers] ^= mix(question)
    return table


def question_of(rows: Table, features: NDArray[np.uint32]) -> Hashes:
    """One number for each row's feature: that of the ontology, or else the hash of its name."""
    known: Hashes = np.where(features > 0, features.astype(np.uint64), rows["name"])
    return known


def _about(rows: Table, chosen: NDArray[np.integer], topic: Topic) -> Table:
    table = np.zeros(len(chosen), SAID)
    table["key"], table["topic"] = rows["key_low"][chosen], topic
    return table


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
