"""Plain files packed by zstd, whole or absent."""

from pathlib import Path
from typing import Final

import zstandard

from bulkimport.disk import disk_trouble_at
from bulkimport.source.spool import draft

ENDING: Final = ".zst"
BLOCK_BYTES: Final = 1 << 20


def pack(plain: Path, *, to: Path) -> None:
    """Write the bytes of `plain`, packed, to `to`, durably. Memory: a block. Raises DiskTrouble."""
    packing = zstandard.ZstdCompressor().compressobj()
    with disk_trouble_at(plain), plain.open("rb") as file, draft(to) as packed:
        while block := file.read(BLOCK_BYTES):
            packed.write(packing.compress(block))
        packed.write(packing.flush())
