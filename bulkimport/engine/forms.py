"""What a row of a body is to those who settle, split and name rows: an annotation or a data row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bulkimport.formats.data_rows import asset_of, keys_of
from bulkimport.model import Kind
from bulkimport.native import HAS_KEY, ROW, Said, key_hashes
from bulkimport.shards.partitions import Table
from bulkimport.shards.survey import survey
from bulkimport.uploads.join import all_accepted, all_keys_accepted


class AllAccepted(Protocol):
    """Tells by digests alone whether a shard is accepted whole."""

    def __call__(self, said: Said, *, rows: int, uuids: str) -> bool:
        """Whether what was said is SUCCESS of just these `rows`."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """How rows are found again in a body, and what of a row is the input's own."""

    survey: Callable[[Iterator[bytes]], Table]
    own: Callable[[bytes], bytes]
    all_accepted: AllAccepted


def survey_elements(pieces: Iterator[bytes]) -> Table:
    """Find the elements of a body, each a data row. Memory: 88 bytes a row, and a few pieces."""
    found: list[Table] = []
    offset, rest = 0, b""
    for piece in pieces:
        block = rest + piece
        whole = block.rfind(b"\n") + 1
        found.append(_surveyed(block[:whole], offset))
        offset, rest = offset + whole, block[whole:]
    return np.concatenate([np.empty(0, ROW), *found])


def _surveyed(block: bytes, offset: int) -> Table:
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    rows = np.zeros(len(ends), ROW)
    if len(ends):
        begins = np.concatenate(([0], ends[:-1] + 1))
        rows["key_low"], rows["key_high"] = key_hashes("g", keys_of(block)).T
        rows["offset"], rows["length"] = begins + offset, ends - begins
        rows["flags"] = HAS_KEY
    return rows


ANNOTATIONS = Form(survey, bytes, all_accepted)
DATA_ROWS = Form(survey_elements, asset_of, all_keys_accepted)


def form_of(kind: Kind) -> Form:
    """What the rows of this kind of import are."""
    return DATA_ROWS if kind is Kind.DATA_ROWS else ANNOTATIONS
