"""Ours: check every byte of every row, in blocks. `scan.py FILE THREADS`."""

import sys
import time
from inspect import signature
from pathlib import Path

from telling import tell

from bulkimport.native import scan_block
from bulkimport.source.blocks import open_plain, walk

BLOCK_BYTES = 4 << 20


def main(path: Path, threads: int) -> None:
    """Scan the file once and tell the rate of that."""
    rows = 0
    more = {"threads": threads} if "threads" in signature(scan_block).parameters else {}

    def take(block: bytes, offset: int, *, last: bool) -> int:
        nonlocal rows
        consumed, _, table = scan_block(block, source=0, offset=offset, line=1, last=last, **more)
        rows += len(table)
        return consumed

    with open_plain(path) as descriptor:
        began, cpu = time.perf_counter(), time.process_time()
        walk(descriptor, name=path.name, block_bytes=BLOCK_BYTES * threads, take=take)
        tell(began, cpu, rows=rows, path=path, threads=threads if more else 1)


main(Path(sys.argv[1]), int(sys.argv[2]))
