"""The contract of the Rust half. Every function releases the GIL around its work.

Tables cross as packed little-endian bytes; their layouts are the dtypes in `bulkimport/native.py`,
which is the only file that imports this module. `bytes` and a Table are read in place; any other
buffer of bytes is copied first, since its owner may write to it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, final

from typing_extensions import Buffer

__all__ = [
    "COCO_RULES",
    "CODES",
    "KINDS",
    "AssetSheet",
    "Checker",
    "Coco",
    "CocoUnits",
    "Coordinates",
    "Digest",
    "Scatter",
    "StatusFile",
    "Table",
    "__version__",
    "compact_json",
    "compress_runs",
    "decode_runs",
    "encode_runs",
    "expand_runs",
    "explain",
    "extents",
    "fill_rings",
    "fill_uuids",
    "find_coordinates",
    "gather",
    "gather_at_once",
    "hold_little",
    "key_hash",
    "key_hashes",
    "label_masks",
    "named",
    "outline_mask",
    "read_png",
    "said",
    "scan",
    "split",
    "tally",
    "whole_lines",
    "write_png",
]

__version__: Final[str]
COCO_RULES: Final[list[str]]
"""Ids of the rules that a `Coco` decides."""
CODES: Final[list[str]]
"""Names of the codes of a ROW by their number; 0 is `ok`."""
KINDS: Final[list[str]]
"""Names of the kinds of a ROW by their number; 0 is `none`."""
"""What the scan marks bytes by on this machine: `avx512`, `avx2`, `neon` or `scalar`."""

def scan(
    block: bytes | bytearray | memoryview,
    *,
    source: int,
    offset: int,
    line: int,
    last: bool,
    depth: int = 64,
    threads: int = 1,
) -> tuple[int, int, Table]:
    """Check every byte of every whole line of a block and describe each row.

    Returns the bytes consumed, the lines in them, and one packed ROW for each line that is not
    blank, good or bad, in order. A line without a line feed is left unconsumed unless `last`.
    No row costs a Python object or, unless its names are escaped, an allocation. Beside the rows,
    each thread holds some 200 KiB, or three eighths of a row between 128 KiB and 4 MiB.

    Args:
        block: bytes of a source, from the start of a line; less than 4 GiB.
        source: number of the source, written to each ROW.
        offset: offset of `block` in the source, in bytes.
        line: number of the first line, from 1.
        last: nothing follows the block.
        depth: how many containers may be open at once, the row itself counted; at most 1024.
        threads: among how many threads the block is split, at most 64, each with at least 64 KiB;
            what is found does not depend on it.

    Raises:
        ValueError: the block is too long.
    """

def explain(row: bytes | bytearray | memoryview, *, depth: int = 64) -> tuple[int, int, str, str]:
    """Say what the scan found in one row: the slow path for bad rows.

    Returns the code, which is always that of the scan; the offset in the row of what is wrong, 0
    when something is missing; the JSON path of the innermost value around it, as in
    `$.polygon[3].x`; and at most 80 characters of what was found, empty when something is missing.
    In the quote control characters are escaped and the query of a URL is left out.

    Args:
        row: the bytes of one row.
        depth: as given to the scan.
    """

def gather(descriptors: Sequence[int], ranges: bytes | bytearray | memoryview) -> bytes:
    """Read ranges of open files into one body, in their order, a line feed behind each.

    Reads by `pread`, so positions in the files neither matter nor move. Small ranges that lie near
    each other are read at once, whatever their order. A range with the flag FILL is one row and
    gets `"uuid":"…",` behind its brace, always 46 bytes; a `uuid` that is null is replaced. Behind
    a range with the flag OPEN there is no line feed.

    Args:
        descriptors: open files, one for each source.
        ranges: packed RANGEs.

    Raises:
        OSError: a source cannot be read or ends too early, or a row to fill does not begin with a
            brace; the message names source and offset.
        ValueError: the ranges are cut off, or a descriptor is negative.
    """

def gather_at_once(
    descriptors: Sequence[int], ranges: bytes | bytearray | memoryview
) -> bytes | None:
    """Do as `gather` if the machine holds all of it in memory, and so without waiting for a disk.

    Returns None when it does not, when it cannot tell, and when a source ends too early.

    Raises:
        OSError: a row to fill does not begin with a brace.
        ValueError: the ranges are cut off, or a descriptor is negative.
    """

def fill_uuids(
    key: bytes | bytearray | memoryview,
    content: bytes | bytearray | memoryview,
    ordinal: bytes | bytearray | memoryview,
) -> bytes:
    """Make a uuid for rows that have none: RFC 9562 version 8 over the hash of the three.

    The same three give the same uuid in every run. Returns 16 bytes a row, low half first, each
    half little-endian.

    Args:
        key: two u64 a row, low half first: the data row, as in ROW.
        content: two u64 a row, low half first: the row, as in ROW.
        ordinal: one u64 a row: its number among equal rows of one data row.

    Raises:
        ValueError: the three are not of one number of rows.
    """

def find_coordinates(
    block: bytes | bytearray | memoryview,
    *,
    length: int,
    offset: int,
    rows: Table | bytes | bytearray | memoryview,
) -> tuple[Coordinates, Table, Table, Table, Table]:
    """Take all coordinates of boxes, polygons, lines and points out of the good rows of a block.

    Keyframes of videos are among them; a box gives two corners, `left, top` and behind it
    `left + width, top + height`. A `null` geometry is none. No row costs an allocation, unless its
    keys are escaped; memory is 32 bytes a point and 32 a row.

    Returns the way back; packed f64 of every x, and of every y; packed u64 of where the points of
    each row start (one more than there are rows); and packed u64 of the numbers of good rows with a
    geometry that cannot be read as finite numbers, of which no point is among them.

    Args:
        block: the bytes that were scanned; less than 4 GiB.
        length: how many of them the scan consumed; what follows is not written again.
        offset: offset of `block` in its source, as given to the scan.
        rows: packed ROWs of the block, in their order; the scan's own are read in place.

    Raises:
        ValueError: the rows are cut off or do not lie in the block.
    """

def whole_lines(block: bytes | bytearray | memoryview, *, last: bool) -> tuple[int, int]:
    """Give the bytes that a scan of the block would consume, and how many line feeds are in them.

    Args:
        block: bytes from the start of a line on.
        last: nothing follows the block.
    """

def split(rows: bytes | bytearray | memoryview | Table, /) -> tuple[Table, Table]:
    """Split packed ROWs of one source, in their order, into packed STRETCHes and loose ROWs.

    The rows of a stretch are good and not warned, have uuids that differ, are all marked as
    benchmark or none is, spell their data row alike, follow each other with one line end between,
    and are 2 to 5,000.

    Args:
        rows: as a scan gives them.

    Raises:
        ValueError: the rows are cut off.
    """

def said(
    rows: bytes | bytearray | memoryview | Table,
    checks: bytes | bytearray | memoryview | Table,
    links: bytes | bytearray | memoryview | Table,
    clues: bytes | bytearray | memoryview | Table,
    *,
    ordinal: int,
    required: list[int],
) -> Table:
    """Tell what good rows say that counts only beside other rows: packed SAIDs.

    That are, in this order, the clues of rows that no rule refuses, the rows that join others, and
    those that answer a required question.

    Args:
        rows: packed ROWs of a block.
        checks: their packed CHECKs.
        links: their packed LINKs.
        clues: their packed CLUEs.
        ordinal: of the label that rows of this source belong to.
        required: numbers of features that each label must have.

    Raises:
        ValueError: the tables are not of one block.
    """

def extents(
    rows: bytes | bytearray | memoryview | Table,
    measures: bytes | bytearray | memoryview | Table,
    *,
    sized: bool,
    columns: bytes | bytearray | memoryview | Table,
    each: bool,
) -> Table:
    """How far data rows reach by the MEASUREs of their ROWs: packed EXTENTs.

    Args:
        rows: of one block.
        measures: what its check told of them.
        sized: whether coordinates are pixels of the asset.
        columns: for each kind the column of `lasts` in which its last place counts, 4 for none.
        each: one EXTENT for each MEASURE, not for each run of neighbouring good rows.

    Raises:
        ValueError: the tables are not of one block.
    """

def tally(rows: bytes | bytearray | memoryview | Table, /) -> tuple[int, int, list[int]]:
    """Count ROWs: the bad ones; the good ones whose key is an id; the good ones by their kind.

    Raises:
        ValueError: the rows are cut off.
    """

def named(rows: bytes | bytearray | memoryview | Table, /) -> Table:
    """Mix the uuids of good ROWs and say whose they are: packed NAMEDs.

    Raises:
        ValueError: the rows are cut off.
    """

def key_hash(tag: str, key: str, /) -> tuple[int, int]:
    """Hash a data row key as ROW and STATUS do: xxh3-128 of tag and key, low half first.

    A global key is first folded: Unicode lower case, each character by itself.

    Args:
        tag: `i` for an id, `g` for a global key.
        key: the key, without escapes.

    Raises:
        ValueError: another tag.
    """

def read_png(
    png: bytes | bytearray | memoryview,
    *,
    wanted: str,
    pixels: int,
    inflated: int,
    most: int,
    labels: Sequence[int],
) -> tuple[
    tuple[str, str],
    tuple[int, int, str, int, bool],
    tuple[bytes, bytes, bool],
    tuple[bool, bytes, bytes, bytes],
    bytes,
]:
    """Read a PNG in one pass over its lines; hostile ones give a fault and never an exception.

    A label is a sample of grey or palette, or red + 256 green + 65,536 blue; alpha is dropped, and
    colours of 16 bits keep their upper halves. Returns five parts: fault and what was found, both
    empty when there is none; width, height, mode, bits and whether it is interlaced; packed
    COLOURs, the palette, and whether colours were left out; masks as of `label_masks`; and labels
    of 1, 2 or 3 bytes line by line. For colours one line is held, or an interlaced picture whole.

    Args:
        png: the picture.
        wanted: `colours`, `masks` (which has the colours too) or `pixels`.
        pixels: how many the header may claim.
        inflated: how many bytes the lines may be.
        most: how many labels are counted, or given masks.
        labels: some that are counted beside those.

    Raises:
        ValueError: another word in `wanted`.
    """

def write_png(
    pixels: bytes | bytearray | memoryview,
    *,
    width: int,
    height: int,
    mode: str,
    bits: int,
    palette: bytes | bytearray | memoryview,
) -> bytes:
    """Write a PNG of pixels line by line, each sample of 16 bits with its upper half first.

    Args:
        pixels: `height` lines.
        width: pixels in a line.
        height: lines.
        mode: `grey`, `palette` or `rgb`.
        bits: of a sample.
        palette: red, green and blue of each entry.

    Raises:
        ValueError: there is no picture of this mode and these bits, or the pixels do not fill it.
    """

def label_masks(
    pixels: bytes | bytearray | memoryview, *, width: int, size: int, most: int
) -> tuple[bytes, tuple[bool, bytes, bytes, bytes]]:
    """Give the runs of every label of a picture, in one pass; and packed COLOURs.

    The masks are four parts: whether there were no more than `most`; labels in order, u32; how
    many counts each has, u32; and the counts of all, u32, column by column as COCO has them.

    Args:
        pixels: little-endian labels line by line, less than 4 GiB.
        width: pixels in a line.
        size: bytes of a label, 1 to 4.
        most: how many labels there may be.

    Raises:
        ValueError: the pixels are no whole lines.
    """

def encode_runs(mask: bytes | bytearray | memoryview, /) -> bytes:
    """Give the run lengths, u32, of a mask that lies column by column; a byte not 0 is set.

    Raises:
        ValueError: 4 GiB or more.
    """

def decode_runs(counts: bytes | bytearray | memoryview, *, pixels: int) -> bytes:
    """Give the mask of run lengths, u32: zeros and ones, column by column.

    Raises:
        ValueError: the counts do not add up to the pixels.
    """

def compress_runs(counts: bytes | bytearray | memoryview, /) -> bytes:
    """Write run lengths, u32, as COCO's compressed string.

    Raises:
        ValueError: the counts are cut off.
    """

def expand_runs(text: bytes | bytearray | memoryview, /) -> bytes:
    """Read COCO's compressed string into run lengths, u32.

    Raises:
        ValueError: it is none.
    """

def fill_rings(
    points: bytes | bytearray | memoryview, *, rings: Sequence[int], width: int, height: int
) -> bytes:
    """Fill rings as pycocotools does, bit for bit, and unite them: run lengths, u32.

    Time is linear in the columns that edges cross.

    Args:
        points: x and y of each, f64.
        rings: how many points each ring has.
        width: of the picture.
        height: of the picture; both together less than 2^32 pixels.

    Raises:
        ValueError: the picture is too large, or the rings have not all points.
    """

def outline_mask(mask: bytes | bytearray | memoryview, *, width: int) -> tuple[bytes, bytes, bytes]:
    """Trace a mask along the edges of its pixels; filled again, the rings give the same mask.

    Returns x and y of each corner, u32; how many corners each ring has, u32; and for each ring a
    byte that is 1 for a hole.

    Args:
        mask: line by line; a byte not 0 is set.
        width: pixels in a line.

    Raises:
        ValueError: the mask is no whole lines.
    """

def key_hashes(tag: str, keys: list[str], /) -> Table:
    """Do as `key_hash` for many keys: packed u64, low half first, two a key.

    Raises:
        ValueError: another tag.
    """

def hold_little() -> None:
    """Let all threads hold one store of freed memory (glibc), of some blocks; for a whole program.

    Without it each thread keeps what its largest moment needed, and a long run seems to grow.
    """

@final
class Table(Buffer):
    """Packed rows, made in Rust and read in place: read-only bytes by the buffer protocol."""

    def __len__(self) -> int:
        """Count the bytes."""

@final
class Digest:
    """A running xxh3-128 of bytes that come in pieces; for identity, not against forgery."""

    def __new__(cls) -> Digest: ...
    def update(self, data: bytes | bytearray | memoryview, start: int = 0, /) -> None:
        """Take in more bytes, from `start` on; none of them is copied."""
    def hexdigest(self) -> str:
        """Give the digest of all bytes so far: 32 hexadecimal digits, high half first."""
    def copy(self) -> Digest:
        """Give a digest that goes on by itself."""

@final
class Coordinates:
    """Where the points of a block are spelled: the way back for changed ones."""

    def spots(self) -> Table:
        """Give packed SPOTs, one a point."""
    def put(
        self,
        block: bytes | bytearray | memoryview,
        *,
        x: bytes | bytearray | memoryview,
        y: bytes | bytearray | memoryview,
        dropped: bytes | bytearray | memoryview,
        keep_lines: bool,
    ) -> bytes:
        """Write the block again with its points where they are now.

        A number that is equal to what it was keeps its bytes, as does everything that is no number
        of a point; a changed one is written in the shortest form that reads back the same, a whole
        one below 1e15 as an integer. The sides of a box go the way they went, and a length keeps
        its bytes when only the rounding of corners says otherwise. Memory: the block twice.

        Args:
            block: the same bytes, or those that were consumed.
            x: packed f64, one a point, of a magnitude below 2**1022.
            y: packed f64, one a point, of a magnitude below 2**1022.
            dropped: a byte for each row, not 0 for one that is left out.
            keep_lines: what lies between rows stays, and of a row left out a blank line; else
                nothing is written but the rows, each with a line feed.

        Raises:
            ValueError: these are not the points of this block.
        """

@final
class Scatter:
    """Rows in partitions, in their order: in memory until there are many, and then in files.

    Memory is what may wait, and 4 KiB for each partition at least. The files, `0000.rows` and so
    on, are removed as they are taken; the others are the caller's to remove.
    """

    def __new__(cls, folder: Path, *, width: int, count: int, waiting: int) -> Scatter:
        """Begin with no rows.

        Args:
            folder: where files are made; it exists.
            width: bytes of a row.
            count: of partitions, a power of two.
            waiting: bytes that may wait in memory.
        """
    def add_by(self, rows: bytes | bytearray | memoryview | Table, /, *, at: int) -> None:
        """Append each row to the partition that the low bits of a u64 at `at` of it name.

        Raises:
            OSError: what the disk says, with the file.
            ValueError: the rows are cut off.
        """
    def add(
        self,
        rows: bytes | bytearray | memoryview | Table,
        numbers: bytes | bytearray | memoryview | Table,
        /,
    ) -> None:
        """Append each row to the partition of its number, a u16; raises as `add_by`."""
    def rows(self, number: int, /) -> int:
        """Count the rows of a partition that were not taken yet."""
    def take(self, number: int, /, *, most: int) -> bytearray:
        """Take the next rows of a partition, at most so many; nothing when all are taken.

        Raises:
            OSError: what the disk says, with the file.
        """

@final
class StatusFile:
    """What a status file says, read while it comes in pieces; where they are cut does not matter.

    Of a line that says SUCCESS 64 bytes are kept, of any other its text too.
    """

    def __new__(cls) -> StatusFile: ...
    def feed(self, pieces: Sequence[bytes | bytearray | memoryview], /) -> None:
        """Read the lines that end in these pieces."""
    def end(self) -> tuple[Table, bytes, int, tuple[int, int] | None]:
        """Read a last line without a line feed, and begin anew.

        Returns one packed STATUS for each line that is not blank, in order; the lines that are no
        SUCCESS, one behind the other, which the offsets in STATUSes are of; how many lines say
        SUCCESS; and, if every line says it of a uuid, the sum of them mixed (`shards.uuids`).
        """

@final
class AssetSheet:
    """A CSV of assets in the reading: columns by the names in its header.

    Memory is that of the longest line, at most 64 MiB, beside what is given back. An empty cell,
    one that spells no finite number, and one that is not there tell nothing.
    """

    def __new__(cls, *, numbers: list[str], keys: list[tuple[str, list[str]]]) -> AssetSheet:
        """Ask for columns of numbers, and for keys: a tag (`g`, `i`) and its columns each."""
    def take(
        self, piece: bytes | bytearray | memoryview | Table, *, last: bool
    ) -> tuple[list[bytes], list[tuple[bytes, bytes]], int | None]:
        """Read the next bytes and give what their whole lines tell; after the last, all of it.

        Returns for each column of numbers a float64 a line, NaN for none, or nothing when there is
        no such column; for each kind of key a hash a line (two u64, low first) and a byte that
        says whether the line has one; and the first line, from 1, without any key.

        Raises:
            ValueError: a line is not UTF-8 or too long; its number is told.
        """

@final
class Checker:
    """The rules over single rows, compiled once for a medium, a kind of import and an ontology.

    It never changes, so threads may share it.
    """

    def __new__(cls, spec: bytes | bytearray | memoryview, /) -> Checker:
        """Compile a spec: a JSON object.

        Args:
            spec: `media`: image, video, text, document, audio, conversational, chat, html, geo, or
                any, of which only what holds for all is checked; `kind`: labels, prelabels or null;
                `ontology`: in its normalized form, or null; `severity`: E, W, I or off by rule id,
                where a missing one has its default and rules decided elsewhere are passed over;
                `mild`: the same for the lesser case of rules that have one, else W where the rule
                is E; `measure`: whether MEASUREs are wanted; `crs`: the coordinates of tiled
                imagery, `4326` unless told otherwise; `now`: seconds since 1970, by which a signed
                address may have run out.

        Raises:
            ValueError: the spec is not understood.
        """
    def check(
        self,
        block: bytes | bytearray | memoryview,
        *,
        offset: int,
        rows: bytes | bytearray | memoryview | Table,
    ) -> tuple[Table, Table, Table, Table, list[tuple[str, int]]]:
        """Check the rows of a block that the scan let pass; no good row costs an allocation.

        Returns packed CHECKs, one a row, zeros for a row that the scan refused; packed MEASUREs,
        when they were asked for, one for each row that has geometry or frames; packed LINKs, one
        for each relationship; packed CLUEs, in the order of their rows; and how many rows each
        rule warns of, by its id, a row that it refuses as well not counted.

        Args:
            block: the bytes that were scanned.
            offset: offset of `block` in its source, as given to the scan.
            rows: packed ROWs of the block.

        Raises:
            ValueError: the rows are cut off or do not lie in the block.
        """
    def scan(
        self,
        block: bytes | bytearray | memoryview,
        *,
        source: int,
        offset: int,
        line: int,
        last: bool,
        depth: int = 64,
    ) -> tuple[int, int, Table, tuple[Table, Table, Table, Table, list[tuple[str, int]]]]:
        """Do as `scan` and then `check` would, in one pass: half the time of both.

        Returns what `scan` returns, and what `check` does.

        Raises:
            ValueError: the block has 4 GiB or more.
        """
    def explain(
        self, row: bytes | bytearray | memoryview, /
    ) -> list[tuple[str, int, str, str, str, str]]:
        """Say everything that is wrong with a row that the scan lets pass: the slow path.

        Returns rule id, offset in the row, JSON path, at most 80 characters of what was found,
        what was probably meant, and severity, E or W, in the order of the walk: the first E is the
        rule of the CHECK, and a W is there when it warned. Of one rule at most 16 are told.
        """
    @property
    def rules(self) -> list[str]:
        """Rule ids by their number in a CHECK; 0 is empty."""
    @property
    def features(self) -> list[tuple[str, str, str, bool]]:
        """Name, type, schema id and whether it is required: each feature and option by its number.

        Number 0 is what is not known.
        """
    @property
    def ontology_faults(self) -> list[tuple[str, str, str]]:
        """What is wrong with the ontology by itself: rule id, JSON path, what was found."""

@final
class Coco:
    """A COCO document of any size on its way to rows, in three steps, in flat memory.

    `take` reads its blocks, whatever the order of its keys, and spills what it finds to a folder;
    `settle` finds ids that repeat; then names are set, and `open` and `rows` make the rows of one
    partition after another: those of one image lie together, in the order of the document. Numbers
    are copied as they are spelled. No annotation costs a Python object unless it is refused.
    """

    def __new__(
        cls,
        folder: Path,
        *,
        count: int,
        boxes: bool,
        polygons: bool,
        points: bool,
        masks: bool,
        crowds: bool,
        merge: bool,
        severities: dict[str, tuple[str, str]],
    ) -> Coco:
        """Begin a document.

        Args:
            folder: where partitions are spilled; it exists and is empty.
            count: among how many partitions images are spread, a power of two.
            boxes: whether boxes become rows; so with `polygons`, `points` and `masks`.
            polygons: see `boxes`.
            points: see `boxes`.
            masks: see `boxes`.
            crowds: whether annotations with `iscrowd` become rows.
            merge: whether an object of several polygons becomes one mask instead of them.
            severities: by rule id, `E`, `W` or else off, and the same for the rule's lesser case.

        Raises:
            ValueError: the count is no power of two.
        """
    def take(
        self, block: bytes | bytearray | memoryview, *, last: bool
    ) -> tuple[int, tuple[str, int, int] | None]:
        """Read whole elements of a block, and give the bytes consumed.

        What is left comes again with more behind it. When the document is broken, the second is
        the code's name, the offset in the document and the line, and nothing more can be taken.

        Args:
            block: bytes of the document, from behind those consumed.
            last: nothing follows the block.

        Raises:
            OSError: nothing can be spilled.
        """
    def settle(self) -> int:
        """Find annotation ids that repeat, once all is read; count images of one file name.

        Raises:
            OSError: the spilled ids cannot be read.
        """
    @property
    def categories(self) -> list[tuple[int, str, list[str]]]:
        """Id, name and names of keypoints of each sound category, in their order."""
    def knows(self, category: int, /) -> bool:
        """Tell whether a category of this id is there, and no two that differ."""
    def set_names(self, names: list[tuple[str, str, str, list[str]]], /) -> None:
        """Name the features of each category: of boxes, polygons, masks, and of each keypoint."""
    def open(self, number: int, /) -> None:
        """Take a partition into memory, and remove it from disk.

        Raises:
            OSError: it cannot be read.
            ValueError: there is no such partition, or names are not set.
        """
    def file_names(self) -> list[str]:
        """Give the file names of the partition's images."""
    def set_keys(self, keys: list[tuple[str, str] | None], /) -> None:
        """Give the images keys, `globalKey` or `id` and the key; else their file names are it.

        Annotations of an image that has none are refused as `R-COCO-0`.
        """
    def rows(self) -> tuple[bytes, int, bool]:
        """Give some more rows of the partition, at least a megabyte, a line feed behind each.

        Also how many they are, and whether they are the last.
        """
    def pictures(
        self,
    ) -> list[tuple[int, tuple[str, str], tuple[float, float], tuple[int, int, int], bytes]]:
        """Give the partition's annotations that have `segments_info`, in the document's order.

        Each with number, key and size of its image (NaN for none), its own number, offset and line,
        and its bytes. Nothing of it but its image was looked at. Those of no image are refused.
        """
    def note(self, image: int, *, rows: int, refused: bool) -> None:
        """Say how many rows a picture of an image became, and whether something was refused."""
    def incomplete(self) -> list[tuple[str, str]]:
        """Give the keys of images that lost an annotation to the rules, once all rows are given."""
    def sizes(self) -> list[tuple[tuple[str, str], float, float]]:
        """Give key, width and height of each image of the partition that has a size."""
    def used(self) -> list[tuple[bool, bool, bool, list[bool]]]:
        """Tell of each name that was set whether any row so far has it."""
    def take_faults(self) -> list[tuple[str, int, int, int, str, str]]:
        """Give the elements refused since the last call.

        Each with rule id, offset and length in the document, line, JSON path, what was found.
        """
    @property
    def without_rows(self) -> int:
        """How many images of the partition have no row."""
    @property
    def warnings(self) -> dict[str, int]:
        """How many elements each rule warned of."""
    @property
    def losses(self) -> dict[str, int]:
        """What rows cannot carry, by kind."""
    @property
    def panoptic(self) -> bool:
        """Whether an annotation with `segments_info` was read."""
    @property
    def counts(self) -> list[int]:
        """How many images, annotations and categories were read."""
    @property
    def seen(self) -> list[int]:
        """How many times images, annotations and categories stand at the top as lists."""
    @property
    def written(self) -> int:
        """Bytes that were spilled to disk."""

@final
class CocoUnits:
    """A COCO document of any size on its way to be split, in three steps, in flat memory.

    `take` reads its blocks and `settle` finds what repeats, as of `Coco`; then `open` and `units`
    give the images of one partition after another, each with all its annotations, in the order of
    the document. Elements are copied as they are spelled, without the blanks between their tokens.
    """

    def __new__(
        cls, folder: Path, *, count: int, severities: dict[str, tuple[str, str]]
    ) -> CocoUnits:
        """Begin a document; the arguments are those of `Coco`. Raises ValueError as there."""
    def take(
        self, block: bytes | bytearray | memoryview, *, last: bool
    ) -> tuple[int, tuple[str, int, int] | None]:
        """Read whole elements of a block, as `Coco.take` does. Raises OSError for the disk."""
    def settle(self) -> int:
        """Settle what annotations have only together; count the file names that repeat."""
    def categories(self) -> list[tuple[str, bytes]]:
        """The name and the element of each sound category, in the order of their numbers."""
    def set_foreign(self, foreign: list[bool], /) -> None:
        """Say of each category whether it is no class of the project (R-COCO-17)."""
    @property
    def asides(self) -> list[tuple[int, int]]:
        """Where `info` and `licenses` begin and end in the document; zeros where they are not."""
    def open(self, number: int, /) -> None:
        """Open a partition. Raises ValueError when there is none, OSError for the disk."""
    def file_names(self) -> list[str]:
        """The file names of the images in the open partition."""
    def set_known(self, known: list[bool], /) -> None:
        """Say of each image whether the project has it; annotations of others are refused."""
    def units(
        self, *, room: int, hold: bool
    ) -> tuple[tuple[bytes, bytes, Table, Table, list[tuple[int, int, int]]], bool]:
        """Give the next units of the open partition, and whether they are the last.

        Elements of images and of annotations, a comma before each; packed UNITs and PARTs, whose
        offsets are those in what is given here; and the place (offset, length, line) of each good
        annotation that is kept back.

        Args:
            room: bytes that an image, its annotations and their categories may have.
            hold: whether an image of which an annotation was refused is kept back.
        """
    @property
    def without_annotations(self) -> int:
        """Images of the open partition of which no annotation was given."""
    def take_faults(self) -> list[tuple[str, int, int, int, str, str]]:
        """Give and forget what was refused, as `Coco.take_faults` does."""
    @property
    def warnings(self) -> dict[str, int]:
        """Elements that go with a warning, by rule."""
    @property
    def panoptic(self) -> bool:
        """Whether an annotation with `segments_info` was read."""
    @property
    def counts(self) -> list[int]:
        """Images, annotations and categories read."""
    @property
    def seen(self) -> list[int]:
        """How often each of their lists stands there."""
    @property
    def written(self) -> int:
        """Bytes written to disk so far."""

def compact_json(text: str, /) -> bytes:
    """Leave out the blanks between the tokens of a JSON text that is known to be sound."""
