"""A body is read anew for every attempt, in fresh slices, and is the planned one or none."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ndjson import made_row, scanned

from bulkimport.errors import RunMismatch
from bulkimport.native import FILL_BYTES, Digest, gather
from bulkimport.shards.body import checked_slices, clip, digest_of, slices, stream
from bulkimport.shards.index import merge_ranges
from bulkimport.shards.order import ranges_of
from bulkimport.shards.partitions import Table
from bulkimport.source.blocks import open_plain


class Shard(NamedTuple):
    """A source, open, and the ranges of all its rows."""

    descriptors: list[int]
    ranges: Table
    rows: list[bytes]

    @property
    def body(self) -> bytes:
        """The bytes that the ranges stand for."""
        return b"".join(row + b"\n" for row in self.rows)


def naive(rows: list[bytes], ranges: Table) -> list[bytes]:
    """Each row as it is sent: with its uuid spliced in when it is filled."""
    sent = []
    for row, one in zip(rows, ranges, strict=True):
        if one["flags"]:
            bits = (int(one["fill_high"]) << 64) | int(one["fill_low"])
            text = f"{bits:032x}"
            name = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
            sent.append(b'{"uuid":"' + name.encode() + b'",' + row[1:])
        else:
            sent.append(row)
    return sent


def opened(path: Path, rows: list[bytes], gaps: list[bytes] | None = None) -> Shard:
    """Write rows into a file, each with what follows it, and open it; the caller closes."""
    gaps = gaps or [b"\n"] * len(rows)
    path.write_bytes(b"".join(row + gap for row, gap in zip(rows, gaps, strict=True)))
    table = scanned(path.read_bytes())
    ranges = ranges_of(table, ordinal=np.arange(len(table)))
    sent = naive(rows, ranges)
    return Shard([os.open(path, os.O_RDONLY)], merge_ranges(ranges), sent)


@pytest.fixture
def shard(tmp_path: Path) -> Iterator[Shard]:
    """Rows with and without a uuid, some of them neighbours."""
    rows = [made_row(number=None if n % 5 == 0 else n, x=10**n) for n in range(12)]
    made = opened(tmp_path / "rows", rows)
    yield made
    os.close(made.descriptors[0])


@pytest.mark.parametrize("slice_bytes", [1, 7, 46, 64, 100, 150, 1000, 1 << 20])
def test_the_slices_are_the_body(shard: Shard, slice_bytes: int) -> None:
    """However small; none is larger than asked, none is empty, none can be written to."""
    pieces = list(slices(shard.descriptors, [shard.ranges], slice_bytes=slice_bytes))

    assert b"".join(pieces) == shard.body
    assert all(0 < len(piece) <= slice_bytes for piece in pieces)
    assert {type(piece) for piece in pieces} == {bytes}


ROWS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 10**9), st.sampled_from([b"\n", b"\r\n", b" \n\n"])),
    min_size=1,
    max_size=12,
)


@given(rows=ROWS, slice_bytes=st.integers(1, 400), data=st.data())
def test_body_slices_and_clips_against_the_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[bool, int, bytes]],
    slice_bytes: int,
    data: st.DataObject,
) -> None:
    """Random rows, gaps, slices; a clip between any two rows is that part of the body."""
    made = [made_row(number=n if named else None, x=x) for n, (named, x, _) in enumerate(rows)]
    path = tmp_path_factory.mktemp("body") / "rows"
    shard = opened(path, made, [gap for *_, gap in rows])
    try:
        pieces = list(slices(shard.descriptors, [shard.ranges], slice_bytes=slice_bytes))
        assert b"".join(pieces) == shard.body
        edges = np.cumsum([0, *(len(row) + 1 for row in shard.rows)]).tolist()
        start, end = sorted(data.draw(st.tuples(*[st.sampled_from(edges)] * 2)))

        part = clip(shard.ranges, start=start, end=end)

        clipped = b"".join(slices(shard.descriptors, [part], slice_bytes=slice_bytes))
        assert clipped == shard.body[start:end]
        # A clip of a clip counts from the clip's own first byte.
        inner = [edge - start for edge in edges if start <= edge <= end]
        low, high = sorted(data.draw(st.tuples(*[st.sampled_from(inner)] * 2)))
        again = clip(part, start=low, end=high)
        body = b"".join(slices(shard.descriptors, [again], slice_bytes=slice_bytes))
        assert body == shard.body[start + low : start + high]
    finally:
        os.close(shard.descriptors[0])


def test_clipping_leaves_the_planned_ranges_alone(shard: Shard) -> None:
    """They are read once and used for every part."""
    before = shard.ranges.tobytes()

    clip(shard.ranges, start=len(shard.rows[0]) + 1, end=len(shard.body))

    assert shard.ranges.tobytes() == before


@pytest.mark.parametrize("slice_bytes", [1, 60, 1 << 20])
def test_the_digest_is_that_of_the_body(shard: Shard, slice_bytes: int) -> None:
    """However it is cut."""
    whole = Digest()
    whole.update(shard.body)

    digest = digest_of(shard.descriptors, [shard.ranges], slice_bytes=slice_bytes)

    assert digest == whole.hexdigest()
    pieces = checked_slices(
        shard.descriptors, [shard.ranges], slice_bytes=slice_bytes, digest=digest
    )
    assert b"".join(pieces) == shard.body


@pytest.mark.parametrize("slice_bytes", [100, 1 << 20])
def test_the_last_slice_of_another_body_never_leaves(shard: Shard, slice_bytes: int) -> None:
    """The receiver gets a body that is too short, and so no import."""
    pieces = checked_slices(
        shard.descriptors, [shard.ranges], slice_bytes=slice_bytes, digest="0" * 32
    )
    sent = []

    with pytest.raises(RunMismatch, match="no longer holds the planned bytes"):
        sent.extend(pieces)

    assert len(b"".join(sent)) < len(shard.body)
    assert shard.body.startswith(b"".join(sent))


@pytest.mark.parametrize("slice_bytes", [20, 100, 1 << 20])
@pytest.mark.parametrize("left", [0, 1, 500])
def test_a_source_that_has_become_shorter_is_told(
    shard: Shard, tmp_path: Path, slice_bytes: int, left: int
) -> None:
    """Wherever the reading meets its end."""
    os.truncate(tmp_path / "rows", left)

    with pytest.raises(RunMismatch, match="no longer holds the planned bytes"):
        list(slices(shard.descriptors, [shard.ranges], slice_bytes=slice_bytes))


def test_a_row_to_fill_that_is_no_row_any_more_is_told(shard: Shard, tmp_path: Path) -> None:
    """A uuid is spliced into an object or nowhere."""
    with (tmp_path / "rows").open("r+b") as file:
        file.write(b"[")

    with pytest.raises(RunMismatch, match="no longer holds the planned bytes"):
        list(slices(shard.descriptors, [shard.ranges], slice_bytes=1 << 20))


def test_a_filled_row_larger_than_a_slice_is_cut(tmp_path: Path) -> None:
    """It is held whole once, and leaves in slices."""
    row = made_row(more=f'"note":"{"x" * 1000}",')
    shard = opened(tmp_path / "rows", [row])

    pieces = list(slices(shard.descriptors, [shard.ranges], slice_bytes=100))

    os.close(shard.descriptors[0])
    assert b"".join(pieces) == shard.body
    assert len(shard.body) == len(row) + 1 + FILL_BYTES
    assert [len(piece) for piece in pieces[:-1]] == [100] * (len(shard.body) // 100)


@pytest.mark.parametrize("length", [99, 100, 101, 200])
def test_a_plain_row_at_the_edge_of_a_slice(tmp_path: Path, length: int) -> None:
    """Its line end may be a slice by itself, but is never forgotten."""
    row = made_row(number=1, more=f'"note":"{"x" * 50}",')
    row = row.replace(b'"x', b'"' + b"x" * (length - len(row) + 1)) if length > len(row) else row
    shard = opened(tmp_path / "rows", [row])

    for slice_bytes in (len(row) - 1, len(row), len(row) + 1):
        pieces = list(slices(shard.descriptors, [shard.ranges], slice_bytes=slice_bytes))
        assert b"".join(pieces) == row + b"\n"
        assert all(len(piece) <= slice_bytes for piece in pieces)
    os.close(shard.descriptors[0])


def test_rows_of_several_sources_are_gathered(tmp_path: Path) -> None:
    """Each range reads from its own."""
    contents = [b"".join(made_row(key, number=n) + b"\n" for key in "ab") for n in range(3)]
    for number, content in enumerate(contents):
        (tmp_path / str(number)).write_bytes(content)
    table = scanned(*contents)
    table = table[np.lexsort((table["source"], table["offset"]))]
    ranges = merge_ranges(ranges_of(table, ordinal=None))

    with (
        open_plain(tmp_path / "0") as first,
        open_plain(tmp_path / "1") as second,
        open_plain(tmp_path / "2") as third,
    ):
        body = b"".join(slices([first, second, third], [ranges], slice_bytes=1000))

    assert body == b"".join(made_row(key, number=n) + b"\n" for key in "ab" for n in range(3))


async def take(pieces: AsyncIterator[bytes], sent: list[bytes]) -> None:
    """Keep what leaves, up to where the stream breaks."""
    async for piece in pieces:
        sent.append(piece)  # noqa: PERF401


async def streamed(shard: Shard, *, slice_bytes: int = 300) -> tuple[list[bytes], int]:
    """The slices of a stream, and how often it went off the loop for them."""
    reads = []

    async def offload(call: object, *args: object) -> bytes:
        reads.append(call)
        return await asyncio.to_thread(call, *args)  # type: ignore[arg-type]

    digest = digest_of(shard.descriptors, [shard.ranges], slice_bytes=1 << 20)
    pieces = stream(
        shard.descriptors, [shard.ranges], slice_bytes=slice_bytes, digest=digest, offload=offload
    )
    return [piece async for piece in pieces], len(reads)


@pytest.mark.parametrize("slice_bytes", [7, 100, 300, 1 << 20])
async def test_a_stream_of_what_lies_in_memory_is_the_body(shard: Shard, slice_bytes: int) -> None:
    """What was just written is there; the one look off the loop finds nothing more."""
    body, reads = await streamed(shard, slice_bytes=slice_bytes)

    assert b"".join(body) == shard.body
    assert all(0 < len(piece) <= slice_bytes for piece in body)
    assert reads == 1


@pytest.mark.parametrize("near", [0, 1, 3])
async def test_from_where_a_disk_is_needed_a_stream_is_read_off_the_loop(
    shard: Shard, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    """Slice by slice, in order, and never at once again."""
    asked = []

    def at_once(descriptors: list[int], ranges: Table) -> bytes | None:
        asked.append(ranges)
        return gather(descriptors, ranges) if len(asked) <= near else None

    monkeypatch.setattr("bulkimport.shards.body.gather_at_once", at_once)

    body, reads = await streamed(shard)

    assert b"".join(body) == shard.body
    assert (len(asked), reads) == (near + 1, len(body) - near + 1)


async def test_a_stream_of_another_body_never_ends(shard: Shard, tmp_path: Path) -> None:
    """As without a loop: the last slice stays here."""
    digest = digest_of(shard.descriptors, [shard.ranges], slice_bytes=1 << 20)
    with (tmp_path / "rows").open("r+b") as file:
        file.seek(len(shard.rows[0]))
        file.write(b"?")
    pieces = stream(
        shard.descriptors, [shard.ranges], slice_bytes=99, digest=digest, offload=asyncio.to_thread
    )
    sent: list[bytes] = []

    with pytest.raises(RunMismatch, match="no longer holds the planned bytes"):
        await take(pieces, sent)

    assert len(b"".join(sent)) < len(shard.body)


async def test_a_stream_of_a_shorter_source_is_told(shard: Shard, tmp_path: Path) -> None:
    """At the slice that is not there."""
    os.truncate(tmp_path / "rows", 500)
    pieces = stream(
        shard.descriptors, [shard.ranges], slice_bytes=99, digest="", offload=asyncio.to_thread
    )

    with pytest.raises(RunMismatch, match="no longer holds the planned bytes"):
        await take(pieces, [])
