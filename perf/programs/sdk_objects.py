"""A peer: the official SDK sends rows as objects. `sdk_objects.py ENDPOINT FILE`."""

import json
import sys
import time
from itertools import islice
from pathlib import Path

from labelbox import Client, LabelImport
from telling import tell

ROWS_PER_IMPORT = 100_000


def main(endpoint: str, path: Path) -> None:
    """Load rows from the file and create an import for every 100,000; wait for no verdict."""
    client = Client(api_key="key", endpoint=endpoint)
    rows = 0
    began, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as lines:
        while some := [json.loads(line) for line in islice(lines, ROWS_PER_IMPORT)]:
            LabelImport.create_from_objects(client, "project", f"objects {rows}", some)
            rows += len(some)
    tell(began, cpu, rows=rows, path=path)


main(sys.argv[1], Path(sys.argv[2]))
