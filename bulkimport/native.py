"""The door to the Rust half: its tables as NumPy arrays, its functions over them.

Nothing else imports `bulkimport._native`. What each function guarantees is said there, in
`_native.pyi`; here stand the layouts, which have their twins in Rust.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from bulkimport.findings import CHECK, CLUE, EXTENT, LINK, MEASURE, NAMED, SAID

from . import _native

CODES: tuple[str, ...] = tuple(_native.CODES)
KINDS: tuple[str, ...] = tuple(_native.KINDS)
COCO_RULES: tuple[str, ...] = tuple(_native.COCO_RULES)
AssetSheet = _native.AssetSheet
Coco = _native.Coco
CocoUnits = _native.CocoUnits
Digest = _native.Digest
Scatter = _native.Scatter
StatusFile = _native.StatusFile
key_hash = _native.key_hash
hold_little = _native.hold_little
compact_json = _native.compact_json
read_png = _native.read_png
write_png = _native.write_png
label_masks = _native.label_masks
encode_runs = _native.encode_runs
decode_runs = _native.decode_runs
compress_runs = _native.compress_runs
expand_runs = _native.expand_runs
fill_rings = _native.fill_rings
outline_mask = _native.outline_mask

# Structured arrays have no narrower type: NumPy's types do not know the fields of a dtype.
Rows = NDArray[Any]
Bytes = bytes | bytearray | memoryview

# What is known of one row. Its twin: `pack` in native/src/row.rs.
ROW = np.dtype(
    [
        ("key_low", "<u8"),  # xxh3-128 of the tag `i` or `g` and the data row key, folded if `g`
        ("key_high", "<u8"),
        ("uuid_low", "<u8"),  # the uuid's own bits
        ("uuid_high", "<u8"),
        ("content_low", "<u8"),  # xxh3-128 of the bytes of a row without a uuid, else 0
        ("content_high", "<u8"),
        ("name", "<u8"),  # xxh3-64 of the tag `n` or `s` and the name or else the schema id
        ("spelling", "<u8"),  # xxh3-64 of the tag and the data row key as it is spelled
        ("offset", "<u8"),  # of the row's first byte in its source
        ("length", "<u4"),  # in bytes, without blanks around the row
        ("source", "<u4"),
        ("line", "<u4"),  # from 1
        ("code", "<u2"),  # index into CODES
        ("kind", "u1"),  # index into KINDS
        ("flags", "u1"),
    ]
)

# Flags of a ROW. Their twins: native/src/row.rs.
HAS_KEY = 1
HAS_UUID = 2
KEY_IS_ID = 4
HAS_NAME = 8
HAS_BENCHMARK = 16
NAME_IS_SCHEMA_ID = 32  # HAS_NAME by `schemaId`, since the row has no `name`
WARNED = 64  # the row goes with a warning; set here, once the rules have been asked

# Neighbouring rows of one data row. Its twin: native/src/stretch.rs.
STRETCH = np.dtype(
    [
        ("key_low", "<u8"),  # as in ROW
        ("key_high", "<u8"),
        ("uuids_low", "<u8"),  # the sum of the mixed uuids (`shards.uuids`)
        ("uuids_high", "<u8"),
        ("offset", "<u8"),  # of the first row in its source
        ("length", "<u4"),  # from there to the end of the last row
        ("source", "<u4"),
        ("line", "<u4"),  # of the first row
        ("rows", "<u2"),
        ("masks", "<u2"),  # those of them with masks
    ]
)

# Bytes of a source that go into a body. Its twin: `Range::one` in native/src/gather.rs.
RANGE = np.dtype(
    [
        ("offset", "<u8"),
        ("length", "<u8"),
        ("fill_low", "<u8"),  # the uuid to fill in, when the flag is set
        ("fill_high", "<u8"),
        ("source", "<u4"),  # index into the descriptors
        ("flags", "<u4"),
    ]
)

# The flags of a RANGE that is one row and gets a uuid, and of one that ends within a row; and what
# a uuid adds in bytes.
FILL = 1
OPEN = 2
FILL_BYTES = 46

# A uuid's own bits, as in ROW and RANGE.
UUID = np.dtype([("low", "<u8"), ("high", "<u8")])

# One line of a status file. Its twin: `Status::pack` in native/src/status.rs.
STATUS = np.dtype(
    [
        ("uuid_low", "<u8"),
        ("uuid_high", "<u8"),
        ("id_low", "<u8"),  # the hash of a ROW's key whose tag is `i`
        ("id_high", "<u8"),
        ("global_low", "<u8"),  # the hash of a ROW's key whose tag is `g`
        ("global_high", "<u8"),
        ("offset", "<u8"),  # of the line among those that are no SUCCESS
        ("length", "<u4"),  # 0 for a SUCCESS
        ("outcome", "u1"),
        ("flags", "u1"),
        ("padding", "<u2"),
    ]
)

# Outcomes and flags of a STATUS. Their twins: native/src/status.rs.
UNREADABLE, SUCCESS, FAILURE, OTHER = range(4)
STATUS_HAS_UUID = 1
STATUS_HAS_ID = 2
STATUS_HAS_GLOBAL = 4

# A label of a picture: how often and where it occurs. Its twin: native/src/mask/colours.rs.
COLOUR = np.dtype(
    [
        ("label", "<u4"),
        ("left", "<u4"),
        ("top", "<u4"),
        ("right", "<u4"),  # behind the last column
        ("bottom", "<u4"),  # behind the last line
        ("padding", "<u4"),
        ("count", "<u8"),  # pixels
    ]
)

# Where a point is spelled in its block. Its twin: `Spot::pack` in native/src/coordinates/spot.rs.
SPOT = np.dtype(
    [
        ("x_at", "<u4"),  # first byte of the number that makes x
        ("y_at", "<u4"),
        ("geometry", "<u4"),  # number of the geometry in its block
        ("corner", "<u4"),
    ]
)

# What a SPOT's point is: one by itself, or a corner of a box. Their twin: `Corner` there.
NO_CORNER = 0
FIRST_CORNER = 1
OTHER_CORNER = 2


class Coordinates(NamedTuple):
    """All points of a block: those of row `n` are `starts[n]` to `starts[n + 1]`.

    `broken` are the numbers of rows whose coordinates cannot be read. Read-only arrays.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    starts: NDArray[np.int64]
    broken: NDArray[np.int64]
    spelled: _native.Coordinates

    def spots(self) -> Rows:
        """Where each point is spelled: an array of SPOT."""
        return table_of(self.spelled.spots(), SPOT)

    def put(self, block: Bytes, *, dropped: NDArray[np.bool_], keep_lines: bool) -> bytes:
        """Write the block again with the points as they are here, without the dropped rows."""
        return self.spelled.put(
            block,
            x=np.ascontiguousarray(self.x, np.float64).tobytes(),
            y=np.ascontiguousarray(self.y, np.float64).tobytes(),
            dropped=dropped.tobytes(),
            keep_lines=keep_lines,
        )


class Finding(NamedTuple):
    """One rule that a row breaks; `suggestion` says what was probably meant, if anything."""

    slug: str
    at: int
    path: str
    found: str
    suggestion: str
    severity: str


def table_of(packed: _native.Table, dtype: np.dtype[np.void]) -> Rows:
    """What Rust has packed as an array of rows, in place and read-only."""
    return np.frombuffer(memoryview(packed), dtype)


class Checked(NamedTuple):
    """Arrays of CHECK, one for each ROW, of MEASURE, LINK and CLUE; warned rows by rule id."""

    checks: Rows
    measures: Rows
    links: Rows
    clues: Rows
    warnings: dict[str, int]

    @classmethod
    def of(cls, told: Sequence[_native.Table], warnings: list[tuple[str, int]]) -> Self:
        """Read what is packed as CHECK, MEASURE, LINK and CLUE, in this order."""
        checks, measures, links, clues = map(table_of, told, (CHECK, MEASURE, LINK, CLUE))
        return cls(checks, measures, links, clues, dict(warnings))


class Checker:
    """The rules over single rows, compiled; what the spec holds is said in `_native.pyi`."""

    def __init__(self, spec: bytes) -> None:
        self._native = _native.Checker(spec)
        self.rules = tuple(self._native.rules)
        self.features = tuple(self._native.features)
        self.ontology_faults = tuple(self._native.ontology_faults)

    def check(self, block: Bytes, *, offset: int, rows: Rows) -> Checked:
        """Check the rows of a block that the scan let pass (read-only arrays)."""
        *told, warnings = self._native.check(block, offset=offset, rows=packed(rows))
        return Checked.of(told, warnings)

    def scan(
        self, block: Bytes, *, source: int, offset: int, line: int, last: bool
    ) -> tuple[Rows, Checked]:
        """Scan a block and check its rows in one pass: arrays of ROW and of what was found."""
        _, _, rows, (*told, warnings) = self._native.scan(
            block, source=source, offset=offset, line=line, last=last
        )
        return table_of(rows, ROW), Checked.of(told, warnings)

    def explain(self, row: Bytes) -> list[Finding]:
        """Say everything that is wrong with one row, in the order of the walk."""
        return [Finding(*told) for told in self._native.explain(row)]


class Explanation(NamedTuple):
    """What is wrong with a row: the code's name, the offset in the row, the path, the quote."""

    code: str
    at: int
    path: str
    found: str


def scan_block(
    block: Bytes,
    *,
    source: int,
    offset: int,
    line: int,
    last: bool,
    depth: int = 64,
    threads: int = 1,
) -> tuple[int, int, Rows]:
    """Scan a block: bytes consumed, lines in them, and an array of ROW (read-only, 88 B a row)."""
    consumed, lines, rows = _native.scan(
        block, source=source, offset=offset, line=line, last=last, depth=depth, threads=threads
    )
    return consumed, lines, table_of(rows, ROW)


def key_hashes(tag: str, keys: list[str]) -> NDArray[np.uint64]:
    """Hash many data row keys as `key_hash` does: an array of (low, high)."""
    words = np.frombuffer(memoryview(_native.key_hashes(tag, keys)), np.uint64)
    return words.reshape(-1, 2)


def whole_lines(block: Bytes, *, last: bool) -> tuple[int, int]:
    """Count the bytes that a scan of the block consumes, and the line ends in them."""
    return _native.whole_lines(block, last=last)


def packed(table: Rows) -> bytes | _native.Table:
    """An array as bytes: without a copy, if it is all that was made of bytes or of a table."""
    base: object = table.base
    owner: object = base.obj if isinstance(base, memoryview) else base
    if isinstance(owner, bytes | _native.Table) and len(owner) == table.nbytes:
        return owner
    return table.tobytes()


class Tally(NamedTuple):
    """Bad rows, good rows whose key is an id, and good rows by their kind."""

    bad: int
    by_id: int
    kinds: NDArray[np.int64]

    @classmethod
    def nothing(cls) -> Self:
        """No rows."""
        return cls(0, 0, np.zeros(len(KINDS), np.int64))

    def plus(self, other: Self) -> Self:
        """These rows and others."""
        bad, by_id, kinds = other
        return type(self)(self.bad + bad, self.by_id + by_id, self.kinds + kinds)


def tally(rows: Rows) -> Tally:
    """Count an array of ROW."""
    bad, by_id, kinds = _native.tally(packed(rows))
    return Tally(bad, by_id, np.array(kinds, np.int64))


def split_rows(rows: Rows) -> tuple[Rows, Rows]:
    """Split an array of ROW, in its order, into an array of STRETCH and the ROWs in none."""
    stretches, loose = _native.split(packed(rows))
    return table_of(stretches, STRETCH), table_of(loose, ROW)


def said(rows: Rows, checked: Checked, *, ordinal: int, required: Sequence[int]) -> Rows:
    """What good rows of a block (ROW) say beside each other, but their uuids: an array of SAID."""
    checks, _, links, clues, _ = checked
    tables = map(packed, (checks, links, clues))
    told = _native.said(packed(rows), *tables, ordinal=ordinal, required=list(required))
    return table_of(told, SAID)


def named(rows: Rows) -> Rows:
    """The uuids of good rows (ROW), mixed, and whose they are: an array of NAMED."""
    return table_of(_native.named(packed(rows)), NAMED)


def extents(rows: Rows, measures: Rows, *, sized: bool, columns: bytes, each: bool) -> Rows:
    """How far rows (ROW) reach by their MEASUREs, runs of good rows or each: an EXTENT array."""
    tables = packed(rows), packed(measures)
    told = _native.extents(*tables, sized=sized, columns=columns, each=each)
    return table_of(told, EXTENT)


def explain(row: Bytes, *, depth: int = 64) -> Explanation:
    """Explain one row; the code is always that of the scan."""
    code, at, path, found = _native.explain(row, depth=depth)
    return Explanation(CODES[code], at, path, found)


def gather(descriptors: Sequence[int], ranges: Rows) -> bytes:
    """Read an array of RANGE into one body, a line feed behind each range."""
    return _native.gather(descriptors, np.ascontiguousarray(ranges, RANGE).tobytes())


def find_coordinates(block: Bytes, *, length: int, offset: int, rows: Rows) -> Coordinates:
    """Take the points out of the good ROWs of a block, of which `length` bytes were consumed."""
    spelled, x, y, starts, broken = _native.find_coordinates(
        block, length=length, offset=offset, rows=packed(rows)
    )
    return Coordinates(
        np.frombuffer(memoryview(x), np.float64),
        np.frombuffer(memoryview(y), np.float64),
        np.frombuffer(memoryview(starts), np.int64),
        np.frombuffer(memoryview(broken), np.int64),
        spelled,
    )


def gather_at_once(descriptors: Sequence[int], ranges: Rows) -> bytes | None:
    """Do as `gather` if that needs no disk, else give None."""
    return _native.gather_at_once(descriptors, np.ascontiguousarray(ranges, RANGE).tobytes())


def fill_uuids(rows: Rows, ordinals: NDArray[np.uint64]) -> Rows:
    """Make a uuid for each ROW out of its key, content and ordinal: an array of UUID."""
    key = np.stack([rows["key_low"], rows["key_high"]], axis=1)
    content = np.stack([rows["content_low"], rows["content_high"]], axis=1)
    ordinal = np.asarray(ordinals, np.uint64)
    uuids = _native.fill_uuids(key.tobytes(), content.tobytes(), ordinal.tobytes())
    return np.frombuffer(uuids, UUID)


class Said(NamedTuple):
    """All that a status file says.

    `statuses` are STATUS; `lines` those that are no SUCCESS; `accepted` counts SUCCESS; `uuids`
    is the sum of the mixed uuids (`shards.uuids`), if every line says SUCCESS of one.
    """

    statuses: Rows
    lines: bytes
    accepted: int
    uuids: tuple[int, int] | None


def said_by(file: StatusFile) -> Said:
    """End a status file that was fed."""
    statuses, lines, accepted, uuids = file.end()
    return Said(table_of(statuses, STATUS), lines, accepted, uuids)
