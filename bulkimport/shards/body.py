"""A shard's bytes, read from the sources anew for every attempt.

The body is NDJSON: each range's bytes and a line end. It is never held whole: it comes as fresh
`bytes` slices (a buffer that is reused arrives corrupted under uvloop).
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from bulkimport.errors import RunMismatch
from bulkimport.native import FILL, Digest, gather
from bulkimport.shards.cut import range_bytes
from bulkimport.shards.partitions import Table

Result = TypeVar("Result")
Offload = Callable[..., Awaitable[Result]]

CHANGED = "a source no longer holds the planned bytes"
REMEDY = "restore it, or import the changed source as a new run"


def slices(descriptors: Sequence[int], ranges: Table, *, slice_bytes: int) -> Iterator[bytes]:
    """Yield the body in slices of at most `slice_bytes`, in order.

    Raises RunMismatch when a source is shorter than planned. Memory: one slice; a filled row
    larger than a slice is held whole.
    """
    sizes = range_bytes(ranges)
    ends = np.cumsum(sizes)
    at = 0
    while at < len(ranges):
        if sizes[at] > slice_bytes:
            yield from _large(descriptors, ranges[at : at + 1], slice_bytes)
            at += 1
            continue
        before = ends[at] - sizes[at]
        until = int(np.searchsorted(ends, before + slice_bytes, side="right"))
        yield _gather(descriptors, ranges[at:until])
        at = until


def checked_slices(
    descriptors: Sequence[int], ranges: Table, *, slice_bytes: int, digest: str
) -> Iterator[bytes]:
    """Yield like `slices`, but the last slice only once all bytes have the planned digest."""
    seen = Digest()
    waiting = b""
    for piece in slices(descriptors, ranges, slice_bytes=slice_bytes):
        if waiting:
            yield waiting
        seen.update(piece)
        waiting = piece
    if seen.hexdigest() != digest:
        raise RunMismatch(CHANGED, remedy=REMEDY)
    if waiting:
        yield waiting


async def stream(pieces: Iterator[bytes], *, offload: Offload[bytes]) -> AsyncIterator[bytes]:
    """Yield `pieces`, each read off the loop while the one before is used. Memory: two pieces."""
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


def digest_of(descriptors: Sequence[int], ranges: Table, *, slice_bytes: int) -> str:
    """Digest a body as it would be sent: xxh3-128 in hex. Costs one read of it."""
    digest = Digest()
    for piece in slices(descriptors, ranges, slice_bytes=slice_bytes):
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


def _large(descriptors: Sequence[int], one: Table, slice_bytes: int) -> Iterator[bytes]:
    if one["flags"][0] & FILL:
        whole = _gather(descriptors, one)
        for at in range(0, len(whole), slice_bytes):
            yield whole[at : at + slice_bytes]
        return
    rest = one.copy()
    while int(rest["length"][0]) >= slice_bytes:
        yield _pread(descriptors, rest, slice_bytes)
        rest["offset"] += np.uint64(slice_bytes)
        rest["length"] -= np.uint64(slice_bytes)
    yield _gather(descriptors, rest)


def _pread(descriptors: Sequence[int], one: Table, size: int) -> bytes:
    piece = os.pread(descriptors[int(one["source"][0])], size, int(one["offset"][0]))
    if len(piece) != size:
        raise RunMismatch(CHANGED, remedy=REMEDY)
    return piece


def _gather(descriptors: Sequence[int], ranges: Table) -> bytes:
    try:
        return gather(descriptors, ranges)
    except OSError as error:
        raise RunMismatch(CHANGED, remedy=REMEDY) from error
