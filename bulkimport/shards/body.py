"""A shard's bytes, read from the sources anew for every attempt.

Of rows the body is NDJSON: each range's bytes and a line end. A document is made of ranges that
are open, so nothing stands between them. It is never held whole: it comes as fresh
`bytes` slices (a buffer that is reused arrives corrupted under uvloop).
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import aclosing
from itertools import chain
from typing import TypeVar

import numpy as np

from bulkimport.errors import RunMismatch
from bulkimport.native import FILL, OPEN, Digest, gather, gather_at_once
from bulkimport.shards.cut import range_bytes
from bulkimport.shards.partitions import Table

Result = TypeVar("Result")
Offload = Callable[..., Awaitable[Result]]

CHANGED = "a source no longer holds the planned bytes"
REMEDY = "restore it, or import the changed source as a new run"


def slices(
    descriptors: Sequence[int], portions: Iterable[Table], *, slice_bytes: int
) -> Iterator[bytes]:
    """Yield the body in slices of at most `slice_bytes`, in order.

    `portions` are its ranges (RANGE), some at a time. Raises RunMismatch when a source is shorter
    than planned. Memory: one slice; a filled row larger than a slice is held whole.
    """
    for part in _parts(portions, slice_bytes):
        yield from _cut(_gather(descriptors, part), slice_bytes)


def checked_slices(
    descriptors: Sequence[int], portions: Iterable[Table], *, slice_bytes: int, digest: str
) -> Iterator[bytes]:
    """Yield like `slices`, but the last slice only once all bytes have the planned digest."""
    check = _Check(digest)
    for piece in slices(descriptors, portions, slice_bytes=slice_bytes):
        yield from check.pass_on(piece)
    yield from check.end()


async def stream(
    descriptors: Sequence[int],
    portions: Iterable[Table],
    *,
    slice_bytes: int,
    digest: str,
    offload: Offload[bytes],
) -> AsyncIterator[bytes]:
    """Yield like `checked_slices`, and never let the loop wait for a disk.

    What the machine holds in memory is read at once; from the first part on that it does not, all
    is read off the loop, each part while the one before is used. Memory: two slices.
    """
    check = _Check(digest)
    parts = _parts(portions, slice_bytes)
    far: Iterator[bytes] = iter(())
    for part in parts:
        piece = gather_at_once(descriptors, part)
        if piece is None:
            far = (_gather(descriptors, one) for one in chain((part,), parts))
            break
        for one in check.slices(piece, slice_bytes):
            yield one
    async with aclosing(_ahead(far, offload)) as pieces:
        async for piece in pieces:
            for one in check.slices(piece, slice_bytes):
                yield one
    for one in check.end():
        yield one


class _Check:
    """Holds each slice back until the next one is there, and the last until the digest is right."""

    def __init__(self, digest: str) -> None:
        self._digest = digest
        self._seen = Digest()
        self._waiting = b""

    def pass_on(self, piece: bytes) -> Iterator[bytes]:
        """Take a slice and give the one before."""
        self._seen.update(piece)
        before, self._waiting = self._waiting, piece
        if before:
            yield before

    def slices(self, piece: bytes, slice_bytes: int) -> Iterator[bytes]:
        """Take a piece that may have to be cut."""
        for one in _cut(piece, slice_bytes):
            yield from self.pass_on(one)

    def end(self) -> Iterator[bytes]:
        """Give the last slice. Raises RunMismatch when this is not the planned body."""
        if self._seen.hexdigest() != self._digest:
            raise RunMismatch(CHANGED, remedy=REMEDY)
        if self._waiting:
            yield self._waiting


async def _ahead(pieces: Iterator[bytes], offload: Offload[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield `pieces`, each read off the loop while the one before is used."""
    ahead = asyncio.ensure_future(offload(next, pieces, b""))
    try:
        while piece := await asyncio.shield(ahead):
            ahead = asyncio.ensure_future(offload(next, pieces, b""))
            yield piece
    finally:
        # Nobody may close the files while a thread still reads; what it met no longer matters.
        await asyncio.wait([ahead])
        if not ahead.cancelled():
            ahead.exception()


def digest_of(descriptors: Sequence[int], portions: Iterable[Table], *, slice_bytes: int) -> str:
    """Digest a body as it would be sent: xxh3-128 in hex. Costs one read of it."""
    digest = Digest()
    for piece in slices(descriptors, portions, slice_bytes=slice_bytes):
        digest.update(piece)
    return digest.hexdigest()


def clip(ranges: Table, *, start: int, end: int) -> Table:
    """The ranges whose body is the bytes `start` to `end` of the body of `ranges`.

    Both ends must lie between rows, which lets a shard be split without a new index.
    """
    sizes = range_bytes(ranges)
    ends = np.cumsum(sizes)
    begins = ends - sizes
    inside = (ends > start) & (begins < end)
    part = ranges[inside].copy()
    if start >= end or not len(part):
        return part[:0]
    lead = max(0, start - int(begins[inside][0]))
    tail = max(0, int(ends[inside][-1]) - end)
    part["offset"][0] += np.uint64(lead)
    part["length"][0] -= np.uint64(lead)
    part["length"][-1] -= np.uint64(tail)
    return part


def _parts(portions: Iterable[Table], slice_bytes: int) -> Iterator[Table]:
    """Cut a body into ranges of at most `slice_bytes`; a filled row above that is a part whole."""
    for ranges in portions:
        yield from _parts_of(ranges, slice_bytes)


def _parts_of(ranges: Table, slice_bytes: int) -> Iterator[Table]:
    sizes = range_bytes(ranges)
    ends = np.cumsum(sizes)
    at = 0
    while at < len(ranges):
        if sizes[at] > slice_bytes:
            yield from _pieces_of(ranges[at : at + 1], slice_bytes)
            at += 1
            continue
        before = ends[at] - sizes[at]
        until = int(np.searchsorted(ends, before + slice_bytes, side="right"))
        yield ranges[at:until]
        at = until


def _pieces_of(one: Table, slice_bytes: int) -> Iterator[Table]:
    if one["flags"][0] & FILL:
        yield one
        return
    end = one["offset"] + one["length"]
    # What is not open has a line end, which may be a piece of its own.
    behind = int(end[0]) + int(not one["flags"][0] & OPEN)
    for offset in range(int(one["offset"][0]), behind, slice_bytes):
        part = one.copy()
        part["offset"] = offset
        part["length"] = np.minimum(slice_bytes, end - offset)
        if part["length"][0] == slice_bytes:
            part["flags"] = OPEN
        yield part


def _cut(piece: bytes, slice_bytes: int) -> Iterator[bytes]:
    if len(piece) <= slice_bytes:
        yield piece
        return
    for at in range(0, len(piece), slice_bytes):
        yield piece[at : at + slice_bytes]


def _gather(descriptors: Sequence[int], ranges: Table) -> bytes:
    try:
        return gather(descriptors, ranges)
    except OSError as error:
        raise RunMismatch(CHANGED, remedy=REMEDY) from error
