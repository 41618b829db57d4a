"""A measurement goes through every stage with the caller's own rows."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bulkimport.engine.discarding import discarding
from bulkimport.engine.measuring import measure
from bulkimport.engine.shutdown import Stop
from bulkimport.errors import BudgetReached, SourceUnreadable
from bulkimport.sandbox.samples import rows
from bulkimport.settings import Settings

STAGES = ["read", "scan", "plan", "body", "send"]


def written(path: Path, count: int, *, bad: int = 0) -> Path:
    """A file of good rows, and of some that are none."""
    lines = [*rows(count), *[b"no row"] * bad]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


async def test_every_stage_is_measured(tmp_path: Path) -> None:
    """All rows are counted, and the slowest stage is named."""
    path = written(tmp_path / "rows.ndjson", 300, bad=2)

    measured = await measure([str(path)], settings=Settings(), stop=Stop())

    assert [stage.name for stage in measured.stages] == STAGES
    assert (measured.rows, measured.rejected, measured.shards) == (302, 2, 1)
    assert measured.bytes == path.stat().st_size
    slowest = max(measured.stages, key=lambda stage: stage.seconds)
    assert measured.bottleneck == slowest.name
    assert all(stage.bytes_per_second > 0 for stage in measured.stages)


async def test_a_file_without_a_good_row_is_measured(tmp_path: Path) -> None:
    """There is nothing to send then."""
    measured = await measure(
        [str(written(tmp_path / "rows", 0, bad=3))], settings=Settings(), stop=Stop()
    )
    assert (measured.rows, measured.shards) == (3, 0)


async def test_what_cannot_be_planned_cannot_be_measured(tmp_path: Path) -> None:
    """The reason is that of a plan; somebody who stops is heard."""
    (tmp_path / "empty").touch()
    with pytest.raises(SourceUnreadable, match="there are no rows"):
        await measure([str(tmp_path / "empty")], settings=Settings(), stop=Stop())
    stop = Stop()
    stop.because(BudgetReached("enough"))
    with pytest.raises(BudgetReached):
        await measure([str(written(tmp_path / "rows", 9))], settings=Settings(), stop=stop)


async def test_bodies_are_taken_one_after_another_on_one_connection() -> None:
    """Of any length, and a sender may go when it likes."""
    async with discarding() as address:
        host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for size in (0, 1, 3_000_000):
            head = f"POST / HTTP/1.1\r\nContent-Length: {size}\r\n\r\n"
            writer.write(head.encode() + b"x" * size)
            answer = await reader.readuntil(b"{}")
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        writer.write(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf")
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
