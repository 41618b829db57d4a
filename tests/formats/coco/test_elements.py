"""The elements of a COCO document are found where they stand, whatever the blocks and the order."""

import json
from typing import Any

import numpy as np
import pytest
from support.coco import box, document

from bulkimport.formats.coco.elements import (
    ELEMENT,
    HAS_CATEGORY,
    HAS_ID,
    HAS_IMAGE,
    SECTIONS,
    find_elements,
)
from bulkimport.native import CocoElements, Rows

ALL = HAS_ID | HAS_IMAGE | HAS_CATEGORY


def found(source: bytes, block_bytes: int = 1 << 20) -> tuple[Rows, CocoElements]:
    """All elements of a document, read in blocks of so many new bytes."""
    search, tables, at, end = CocoElements(), [np.empty(0, ELEMENT)], 0, 0
    while True:
        last = end == len(source)
        end = min(end + block_bytes, len(source))
        consumed, elements, broken = find_elements(search, source[at:end], last=last)
        assert broken is None
        tables.append(elements)
        at += consumed
        if last:
            return np.concatenate(tables), search


@pytest.mark.parametrize("block_bytes", [1, 9, 1 << 20])
@pytest.mark.parametrize("turned", [False, True])
def test_each_element_is_cut_out_whole(block_bytes: int, *, turned: bool) -> None:
    """Its bytes are the element, and its ids those that it has."""
    read = document(box(1, 2, note=[{"id": 9}]), box(-7, 1), info={"id": 3}, licenses=[{"id": 4}])
    pairs = list(reversed(read.items())) if turned else list(read.items())
    source = json.dumps(dict(pairs), indent=1).encode()

    elements, search = found(source, block_bytes)

    sections: dict[str, list[Any]] = {name: [] for name in SECTIONS}
    for one in elements.tolist():
        offset, length, section, *_ = one
        sections[SECTIONS[section]].append(json.loads(source[offset : offset + length]))
    assert sections == {name: read[name] for name in SECTIONS}
    annotations = elements[elements["section"] == SECTIONS.index("annotations")]
    assert annotations["id"].tolist() == [1, -7]
    assert annotations["image"].tolist() == [2, 1]
    assert annotations["category"].tolist() == [1, 1]
    assert annotations["flags"].tolist() == [ALL, ALL]
    assert (search.counts, search.seen) == ([2, 2, 2], [1, 1, 1])


def test_ids_that_are_none_have_no_flag() -> None:
    """An id may be absent, or something else than a whole number; an element need be no object."""
    source = b'{"annotations":[{"id":"7","image_id":2.0},[],{"id":1.5,"category_id":0}]}'

    elements, _ = found(source)

    assert elements["flags"].tolist() == [HAS_IMAGE, 0, HAS_CATEGORY]
    assert elements["image"].tolist() == [2, 0, 0]


def test_a_broken_document_is_told_with_its_place() -> None:
    """What stood before is given all the same."""
    source = b'{"images":[{"id":1},\n{"id":}]}'

    consumed, elements, broken = find_elements(CocoElements(), source, last=True)

    assert (consumed, broken) == (0, ("not-json", source.index(b"}]"), 2))
    assert elements["id"].tolist() == [1]
