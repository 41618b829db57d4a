"""A COCO document read once, in blocks, from its first byte to its last."""

from collections.abc import Callable, Mapping

from bulkimport.disk import disk_trouble_at
from bulkimport.errors import SourceUnreadable
from bulkimport.native import Coco, CocoUnits
from bulkimport.rows.rulebook import Severity
from bulkimport.source.blocks import walk
from bulkimport.source.fingerprint import Fingerprint
from bulkimport.source.spool import Room

# In the order of their counts in the native half. Their twin: native/src/coco/document.rs.
SECTIONS = ("images", "annotations", "categories")
# A partition is held in memory while it is joined.
PARTITION_BYTES = 8 << 20
MOST_PARTITIONS = 2048
# An element is held whole, so a list that never ends must not be read to its end.
LONGEST_ELEMENT_BYTES = 64 << 20
BROKEN_ROOT = "not-object"
REASONS = {
    "utf8": "is not UTF-8",
    "nan": "has NaN or Infinity, which are not JSON,",
    "depth": "is nested too deeply",
    "surrogate": "has half of a surrogate pair",
    BROKEN_ROOT: "is no JSON object",
}

# By rule its own severity and that of its lesser case.
Severities = Mapping[str, tuple[Severity, Severity]]


def read_document(
    native: Coco | CocoUnits,
    descriptor: int,
    *,
    name: str,
    block_bytes: int,
    room: Room,
    each: Callable[[int], None],
) -> Fingerprint:
    """Read a document that people know as `name`; what it spills lies in the folder of `room`.

    After every block `each` is called with the bytes that were read of it; what it raises ends the
    reading. Raises SourceUnreadable for what is no JSON, and DiskTrouble.
    """
    spilled = 0

    def take(block: bytes, offset: int, *, last: bool) -> int:
        nonlocal spilled
        with disk_trouble_at(room.folder):
            consumed, broken = native.take(block, last=last)
        if broken is not None:
            code, at, line = broken
            reason = REASONS.get(code, "is no JSON, or is cut off,")
            raise SourceUnreadable(f"{reason} at byte {at:,}, line {line:,}", place=name)
        if len(block) - consumed > LONGEST_ELEMENT_BYTES:
            raise SourceUnreadable(
                f"has an element of more than {LONGEST_ELEMENT_BYTES:,} bytes at byte "
                f"{offset + consumed:,}",
                place=name,
            )
        room.take(native.written - spilled)
        spilled = native.written
        each(consumed)
        return consumed

    return walk(descriptor, name=name, block_bytes=block_bytes, take=take)


def partitions_of(size: int) -> int:
    """Among how many partitions a document of so many bytes is spread: a power of two."""
    wanted = -(-size // PARTITION_BYTES)
    return min(MOST_PARTITIONS, 1 << max(0, wanted - 1).bit_length())


def native_severities(severities: Severities) -> dict[str, tuple[str, str]]:
    """Those of the rules of COCO, as the native half takes them."""
    return {
        slug: (own.value, mild.value)
        for slug, (own, mild) in severities.items()
        if slug.startswith("R-COCO-")
    }
