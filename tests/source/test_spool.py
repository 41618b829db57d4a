"""What cannot be read in place is written once, plain: whole, or not at all."""

import asyncio
import gzip
import io
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.errors import DiskTrouble, SourceUnreadable
from bulkimport.source.files import Packing, Source, find_sources
from bulkimport.source.spool import (
    LIKELY_RATIO,
    RESERVE_BYTES,
    Room,
    require_room,
    row_bytes,
    unpack,
    write_rows,
)

ROWS = b"".join(b'{"row":%d}\n' % number for number in range(50_000))
STREAM = Source("-", None, Packing.STREAM)
Pack = Callable[[bytes], bytes]

# With a checksum behind the rows, as the command `zstd` writes it.
zstd_pack = zstandard.ZstdCompressor(write_checksum=True).compress
PACKS: dict[str, Pack] = {"gzip": gzip.compress, "zstd": zstd_pack}
every_pack = pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Where the plain rows shall be."""
    return tmp_path / "run/spool/0000.ndjson"


def packed(tmp_path: Path, content: bytes) -> Source:
    """A packed file as a source."""
    path = tmp_path / "rows.packed"
    path.write_bytes(content)
    return find_sources([str(path)])[0]


def left(spool: Path) -> list[str]:
    """What stands in the spool's folder."""
    return [path.name for path in spool.parent.iterdir()]


@every_pack
@pytest.mark.parametrize("content", [b"", b"{}", ROWS], ids=["empty", "one row", "many rows"])
def test_a_packed_file_is_unpacked(tmp_path: Path, spool: Path, pack: Pack, content: bytes) -> None:
    """Byte for byte."""
    unpack(packed(tmp_path, pack(content)), to=spool)

    assert spool.read_bytes() == content
    assert left(spool) == [spool.name]


@every_pack
def test_a_file_of_several_frames_is_unpacked_to_its_end(
    tmp_path: Path, spool: Path, pack: Pack
) -> None:
    """Parallel packers and `cat` make such files; an empty frame between is nothing."""
    unpack(packed(tmp_path, pack(b"a\n") + pack(b"") + pack(ROWS) + pack(b"z")), to=spool)

    assert spool.read_bytes() == b"a\n" + ROWS + b"z"


@pytest.mark.parametrize("bite", [1, 7, 4096])
def test_frames_of_zstd_may_end_anywhere(tmp_path: Path, spool: Path, bite: int) -> None:
    """Many small frames end inside of one bite, and at its edge."""
    frames = [zstandard.compress(ROWS[at : at + bite]) for at in range(0, 200 * bite, bite)]

    unpack(packed(tmp_path, b"".join(frames)), to=spool)

    assert spool.read_bytes() == ROWS[: 200 * bite]


def test_a_frame_that_does_not_say_its_size_is_unpacked(tmp_path: Path, spool: Path) -> None:
    """As a packer writes that was fed by a pipe."""
    packer = zstandard.ZstdCompressor(write_content_size=False).compressobj()

    unpack(packed(tmp_path, packer.compress(ROWS) + packer.flush()), to=spool)

    assert spool.read_bytes() == ROWS


@every_pack
@pytest.mark.parametrize("missing", [1, 4, 9, 1000])
def test_a_packed_file_that_is_cut_off_is_refused(
    tmp_path: Path, spool: Path, pack: Pack, missing: int
) -> None:
    """Rows that are missing must not be taken for a short file; nothing is left behind."""
    source = packed(tmp_path, pack(ROWS)[:-missing])

    with pytest.raises(SourceUnreadable, match=r"rows\.packed: is broken"):
        unpack(source, to=spool)

    assert left(spool) == []


@every_pack
def test_a_second_frame_that_is_cut_off_is_refused_too(
    tmp_path: Path, spool: Path, pack: Pack
) -> None:
    """Even one of which only the sign is there."""
    for end in (5, len(pack(ROWS)) // 2):
        with pytest.raises(SourceUnreadable, match="is broken"):
            unpack(packed(tmp_path, pack(ROWS) + pack(ROWS)[:end]), to=spool)

    assert left(spool) == []


@every_pack
def test_what_follows_the_last_frame_is_refused(tmp_path: Path, spool: Path, pack: Pack) -> None:
    """It might be rows that somebody appended."""
    with pytest.raises(SourceUnreadable, match="is broken"):
        unpack(packed(tmp_path, pack(ROWS) + b'{"row":-1}\n'), to=spool)

    assert left(spool) == []


@every_pack
def test_memory_is_bounded_however_well_the_rows_are_packed(
    tmp_path: Path, spool: Path, pack: Pack
) -> None:
    """A few kilobytes may hold gigabytes."""
    source = packed(tmp_path, pack(bytes(128 << 20)))

    tracemalloc.start()
    try:
        unpack(source, to=spool)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert spool.stat().st_size == 128 << 20
    assert peak < 70 << 20


def test_zeros_behind_gzip_are_padding(tmp_path: Path, spool: Path) -> None:
    """Tapes and block devices pad; gzip allows it."""
    unpack(packed(tmp_path, gzip.compress(b"{}\n") + bytes(512)), to=spool)

    assert spool.read_bytes() == b"{}\n"


@every_pack
def test_flipped_bits_are_refused(tmp_path: Path, spool: Path, pack: Pack) -> None:
    """In the middle of the packed rows."""
    content = bytearray(pack(ROWS))
    content[len(content) // 2] ^= 0xFF

    with pytest.raises(SourceUnreadable, match="is broken"):
        unpack(packed(tmp_path, bytes(content)), to=spool)

    assert left(spool) == []


def test_a_wrong_checksum_is_refused(tmp_path: Path, spool: Path) -> None:
    """The rows unpack well, but they are not those that were packed."""
    content = gzip.compress(ROWS)
    wrong = (zlib.crc32(ROWS) ^ 1).to_bytes(4, "little")

    with pytest.raises(SourceUnreadable, match="is broken"):
        unpack(packed(tmp_path, content[:-8] + wrong + content[-4:]), to=spool)


def test_a_packed_file_that_is_gone_is_named(tmp_path: Path, spool: Path) -> None:
    """It may be removed between two steps."""
    source = packed(tmp_path, gzip.compress(ROWS))
    (tmp_path / "rows.packed").unlink()

    with pytest.raises(SourceUnreadable, match=r"rows\.packed: No such file"):
        unpack(source, to=spool)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_a_stream_is_spooled_whatever_the_pieces_it_comes_in(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, most: int
) -> None:
    """A pipe gives what it has."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = io.BytesIO(content)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            return self.rest.readinto(memoryview(buffer)[:most])

    spool = tmp_path_factory.mktemp("spool") / "rows"

    unpack(STREAM, to=spool, stream=io.BufferedReader(Pipe()))

    assert spool.read_bytes() == content


def test_a_stream_that_is_not_open_is_refused(spool: Path) -> None:
    """As in a process without stdin."""
    with pytest.raises(SourceUnreadable, match="-: no stream is open"):
        unpack(STREAM, to=spool)

    assert left(spool) == []


def test_a_stream_that_breaks_leaves_nothing(spool: Path) -> None:
    """Half of the rows are not the rows."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(3)

    with pytest.raises(SourceUnreadable, match="-: Input/output error"):
        unpack(STREAM, to=spool, stream=Broken(b"row\nrow\n"))

    assert left(spool) == []


def test_an_earlier_spool_is_written_over(tmp_path: Path, spool: Path) -> None:
    """And so is a draft that a crash left."""
    spool.parent.mkdir(parents=True)
    spool.write_bytes(ROWS)
    spool.with_name("0000.ndjson.draft").write_bytes(ROWS)

    unpack(packed(tmp_path, gzip.compress(b"new")), to=spool)

    assert spool.read_bytes() == b"new"
    assert left(spool) == [spool.name]


@pytest.mark.parametrize(("lacking", "refused"), [(0, False), (1, True)])
def test_the_disk_is_asked_before_the_first_byte(
    tmp_path: Path, spool: Path, lacking: int, *, refused: bool
) -> None:
    """For the likely size of the plain rows, and a reserve for the rest of the run."""
    source = packed(tmp_path, gzip.compress(ROWS))
    assert source.path is not None
    needed = source.path.stat().st_size * LIKELY_RATIO + RESERVE_BYTES

    if not refused:
        unpack(source, to=spool, free=lambda folder: needed - lacking)
        assert spool.read_bytes() == ROWS
        return
    with pytest.raises(DiskTrouble, match="--runs") as caught:
        unpack(source, to=spool, free=lambda folder: needed - lacking)

    assert caught.value.place == str(spool.parent)
    assert left(spool) == []


def test_a_disk_that_fills_up_under_way_stops_the_spool(spool: Path) -> None:
    """It is asked again once a step; what was written is taken away."""
    answers = iter([RESERVE_BYTES, RESERVE_BYTES, RESERVE_BYTES - 1])

    class Zeros(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return bytes(size or 0)

    with pytest.raises(DiskTrouble, match="bytes are free"):
        unpack(STREAM, to=spool, stream=Zeros(), free=lambda folder: next(answers))

    assert list(answers) == []
    assert left(spool) == []


def test_room_is_asked_for_at_the_first_byte_and_once_a_step() -> None:
    """Asking costs a call of the system."""
    asked: list[Path] = []

    def free(folder: Path) -> int:
        asked.append(folder)
        return RESERVE_BYTES

    room = Room(Path("run"), free=free)
    counts = []
    for size in (1, Room.STEP - 1, 1, Room.STEP, Room.STEP // 2, Room.STEP // 2):
        room.take(size)
        counts.append(len(asked))

    assert counts == [1, 1, 2, 3, 3, 4]


def test_the_disk_s_own_answer_is_the_default(tmp_path: Path) -> None:
    """No disk has room for this."""
    with pytest.raises(DiskTrouble, match="are needed"):
        require_room(tmp_path, 1 << 70)
    with pytest.raises(DiskTrouble, match="No such file"):
        require_room(tmp_path / "gone", 0)


def write(rows: object, spool: Path) -> bytes:
    """Write rows made in Python and give what stands in the file."""
    asyncio.run(write_rows(rows, to=spool))  # type: ignore[arg-type]
    return spool.read_bytes()


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"a": 1, "b": "ü"}, '{"a":1,"b":"ü"}'.encode()),
        ({"x": np.float64(1.5), "y": np.array([1, 2])}, b'{"x":1.5,"y":[1,2]}'),
        ('{"a": 1}', b'{"a": 1}'),
        (b' {"a":1}\n', b'{"a":1}'),
        (bytearray(b'{"a":\n1}'), b'{"a": 1}'),
        (memoryview(b"{}"), b"{}"),
        (b'{"a":1}\n{"b":2}', b'{"a":1} {"b":2}'),
        (b"no json", b"no json"),
        ([1], b"[1]"),
    ],
)
def test_a_row_made_in_python_is_one_line(row: object, line: bytes) -> None:
    """Text and bytes go as they are; whether they are rows is for the scan to say."""
    assert row_bytes(row) == line


def test_rows_of_every_kind_of_iterable_are_written(spool: Path) -> None:
    """In order, a line each."""

    def generated() -> Iterator[object]:
        yield from ({"n": n} for n in range(3))

    async def awaited() -> AsyncIterator[object]:
        for n in range(3):
            await asyncio.sleep(0)
            yield {"n": n}

    lines = b'{"n":0}\n{"n":1}\n{"n":2}\n'
    for rows in (list(generated()), generated(), awaited()):
        assert write(rows, spool) == lines
    assert write([], spool) == b""
    assert left(spool) == [spool.name]


@pytest.mark.parametrize(
    "row", [{"a": object()}, {1: 2}, {"a": 1 << 64}, "\ud800", {"a": "\ud800"}]
)
def test_a_row_that_cannot_be_json_is_named_by_its_number(spool: Path, row: object) -> None:
    """It is the caller's own mistake, so nothing is written and the place is said."""
    with pytest.raises(SourceUnreadable, match="row 2: cannot be JSON") as caught:
        write([{}, row, {}], spool)

    assert caught.value.__cause__ is not None
    assert left(spool) == []


def test_the_caller_s_own_error_passes_and_leaves_nothing(spool: Path) -> None:
    """A generator may fail half-way."""

    def failing() -> Iterator[object]:
        yield {}
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        write(failing(), spool)

    assert left(spool) == []


def test_rows_from_python_heed_the_disk(spool: Path) -> None:
    """As every spool does."""
    with pytest.raises(DiskTrouble):
        asyncio.run(write_rows([{}], to=spool, free=lambda folder: 0))

    assert left(spool) == []
