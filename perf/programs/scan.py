"""Ours: check every byte of every row, a block a thread as engines do. `scan.py FILE THREADS`."""

import sys
import time
from pathlib import Path

from telling import tell

from bulkimport.engine.ahead import Ahead
from bulkimport.native import Rows, scan_block, whole_lines
from bulkimport.source.blocks import open_plain, walk

BLOCK_BYTES = 4 << 20

Block = tuple[bytes, int, bool]


def main(path: Path, threads: int) -> None:
    """Scan the file once and tell the rate of that."""
    rows = 0

    def look(given: Block) -> Rows:
        block, offset, last = given
        return scan_block(block, source=0, offset=offset, line=1, last=last)[2]

    def count(_: Block, table: Rows) -> None:
        nonlocal rows
        rows += len(table)

    def alone(block: bytes, offset: int, *, last: bool) -> int:
        consumed, _, table = scan_block(block, source=0, offset=offset, line=1, last=last)
        count((block, offset, last), table)
        return consumed

    def side_by_side(block: bytes, offset: int, *, last: bool) -> int:
        ahead.give((block, offset, last))
        return whole_lines(block, last=last)[0]

    with open_plain(path) as descriptor:
        began, cpu = time.perf_counter(), time.process_time()
        with Ahead(look, count, threads=threads) as ahead:
            take = side_by_side if threads > 1 else alone
            walk(descriptor, name=path.name, block_bytes=BLOCK_BYTES, take=take)
        tell(began, cpu, rows=rows, path=path, threads=threads)


main(Path(sys.argv[1]), int(sys.argv[2]))
