"""A shard's body can be sent again and again, and is always the plan's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.ndjson import made_row
from support.planned import Planned, Planning, write_sources

from bulkimport.engine.bodies import Bodies
from bulkimport.engine.request import Shaping
from bulkimport.errors import RunMismatch
from bulkimport.ledger.shard import Cut
from bulkimport.native import Digest

ROWS = [made_row(key, number=None if n % 4 == 0 else n, x=n) for n, key in enumerate("aabcabcddef")]


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    """Rows with and without uuids in two sources; a few shards of them."""
    contents = [b"".join(row + b"\n" for row in part) for part in (ROWS[:6], ROWS[6:])]
    return Planning(tmp_path / "run", Shaping(rows_per_shard=4)).plan(
        write_sources(tmp_path, *contents)
    )


@pytest.fixture
def bodies(planned: Planned) -> Iterator[Bodies]:
    """Read in small slices."""
    with planned.bodies(slice_bytes=100) as opened:
        yield opened


async def body_of(bodies: Bodies, cut: Cut) -> bytes:
    """What one attempt would send."""
    return b"".join([piece async for piece in bodies.parcel(cut).open()])


async def gather_into(sent: list[bytes], stream: AsyncIterator[bytes]) -> None:
    """Take all that comes, until it ends or breaks."""
    async for piece in stream:
        sent.append(piece)  # noqa: PERF401 - what came before it breaks is kept


def digest(body: bytes) -> str:
    """The digest of some bytes."""
    whole = Digest()
    whole.update(body)
    return whole.hexdigest()


async def test_a_parcel_says_what_it_carries(planned: Planned, bodies: Bodies) -> None:
    """Name, rows, exact size and digest, before a byte is read."""
    for cut in planned.cuts:
        parcel = bodies.parcel(cut)

        body = await body_of(bodies, cut)

        assert (parcel.name, parcel.rows) == (cut.name, len(body.splitlines()))
        assert (parcel.size, parcel.digest) == (len(body), digest(body))


async def test_each_attempt_reads_the_body_anew(planned: Planned, bodies: Bodies) -> None:
    """Also side by side with another that has not ended."""
    parcel = bodies.parcel(planned.cuts[0])
    one, other = parcel.open(), parcel.open()
    first = [await anext(one), await anext(other)]

    rest = [b"".join([piece async for piece in stream]) for stream in (one, other)]

    assert first[0] == first[1]
    assert first[0] + rest[0] == first[1] + rest[1] == planned.sent()[0]


async def test_bodies_may_be_read_side_by_side(planned: Planned, bodies: Bodies) -> None:
    """Descriptors are shared and have no position."""
    read = await asyncio.gather(*(body_of(bodies, cut) for cut in planned.cuts * 5))

    assert list(read) == planned.sent() * 5


async def test_a_changed_source_is_never_sent_whole(planned: Planned, tmp_path: Path) -> None:
    """The stream breaks before its last slice."""
    path = tmp_path / "s0.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"y":2', b'"y":3'))

    with planned.bodies(slice_bytes=100) as bodies:
        sent: list[bytes] = []
        with pytest.raises(RunMismatch, match="no longer holds the planned bytes"):
            await gather_into(sent, bodies.parcel(planned.cuts[0]).open())

    assert len(b"".join(sent)) < planned.cuts[0].bytes


def test_a_survey_finds_every_row(planned: Planned, bodies: Bodies) -> None:
    """In the order of the body, filled uuids included."""
    for cut, body in zip(planned.cuts, planned.sent(), strict=True):
        rows = bodies.survey(cut)

        found = [body[row["offset"] :][: row["length"]] for row in rows]
        assert found == body.splitlines()
        assert len(rows) == cut.rows


def test_a_survey_of_a_changed_source_is_refused(planned: Planned, tmp_path: Path) -> None:
    """Rows would be joined with the fates of others."""
    path = tmp_path / "s1.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"y":2', b'"y":3'))

    with planned.bodies() as bodies, pytest.raises(RunMismatch):
        bodies.survey(planned.cuts[-1])


def test_own_rows_are_the_input_s_own(planned: Planned, bodies: Bodies) -> None:
    """With the place in their source, and without the uuid that was filled in."""
    found = [
        (planned.plan.sources[place.source].name, place.offset, row)
        for cut in planned.cuts
        for place, row in bodies.own_rows(cut, bodies.survey(cut))
    ]

    expected = {
        (name, sum(len(row) + 1 for row in part[:at]), row)
        for name, part in (("s0", ROWS[:6]), ("s1", ROWS[6:]))
        for at, row in enumerate(part)
    }
    assert set(found) == expected
    assert len(found) == len(ROWS)


def test_a_part_of_a_shard_is_read_by_itself(planned: Planned, bodies: Bodies) -> None:
    """Between any two rows; its digest is known without a new index."""
    cut, body = planned.cuts[0], planned.sent()[0]
    lines = body.splitlines(keepends=True)
    for first in range(len(lines)):
        start = len(b"".join(lines[:first]))
        part = replace(
            cut,
            bytes=len(body) - start,
            rows=len(lines) - first,
            body_start=start,
            digest=bodies.digest(cut, start=start, end=len(body)),
        )

        assert part.digest == digest(body[start:])
        assert b"".join(bodies.pieces(part)) == body[start:]
        assert len(bodies.survey(part)) == part.rows
        rows = [row for _, row in bodies.own_rows(part, bodies.survey(part))]
        assert rows == [row for _, row in bodies.own_rows(cut, bodies.survey(cut)[first:])]


def test_the_digest_of_uuids_is_told_of_whole_shards_alone(
    planned: Planned, bodies: Bodies
) -> None:
    """A part has no such digest, so its rows are looked at one by one."""
    cut = planned.cuts[0]

    assert len(bodies.uuids(cut)) == 32
    assert bodies.uuids(replace(cut, body_start=10)) == ""


def test_rows_that_are_gone_are_told_before_anything_is_sent(
    planned: Planned, tmp_path: Path
) -> None:
    """A spool that somebody removed cannot be made again while a plan stands on it."""
    (tmp_path / "s1.ndjson").unlink()

    with (
        pytest.raises(RunMismatch, match=r"s1\.ndjson: the file of rows is gone"),
        planned.bodies(),
    ):
        pass
