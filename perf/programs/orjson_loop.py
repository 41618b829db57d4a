"""A peer: parse every line with orjson and look at nothing. `orjson_loop.py FILE`."""

import sys
import time
from pathlib import Path

import orjson
from telling import tell


def main(path: Path) -> None:
    """Read the file line by line, the way everybody does first."""
    rows = 0
    loads = orjson.loads
    began, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as lines:
        for line in lines:
            loads(line)
            rows += 1
    tell(began, cpu, rows=rows, path=path)


main(Path(sys.argv[1]))
