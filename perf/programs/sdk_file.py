"""A peer: the official SDK sends files that are split already. `sdk_file.py ENDPOINT FILE...`."""

import sys
import time
from pathlib import Path

from labelbox import Client, LabelImport
from telling import tell


def main(endpoint: str, paths: list[Path]) -> None:
    """Create one import for each file, one after another, and wait for no verdict."""
    client = Client(api_key="key", endpoint=endpoint)
    began, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        LabelImport.create_from_file(client, "project", path.stem, str(path))
    tell(began, cpu, rows=0, files=len(paths))


main(sys.argv[1], [Path(word) for word in sys.argv[2:]])
