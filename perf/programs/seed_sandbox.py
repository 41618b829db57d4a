"""Fill a sandbox's folder with a project that made-up rows bind to. `seed_sandbox.py DIR ROWS`."""

import json
import sys
from pathlib import Path

from bulkimport.clock import SystemClock
from bulkimport.sandbox import samples
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.seed import Seed, seed
from bulkimport.sandbox.store import Store


def main(folder: Path, rows: int) -> None:
    """Seed it and tell the ids."""
    data_rows = -(-rows // samples.ROWS_PER_DATA_ROW)
    wanted = Seed(
        project_name="bench",
        media="image",
        ontology=samples.ONTOLOGY,
        keys=(samples.data_row_key(number) for number in range(data_rows)),
    )
    folder.mkdir(parents=True)
    store = Store(folder)
    try:
        told = seed(store, Files(folder / "files", 0), SystemClock(), wanted=wanted)
    finally:
        store.close()
    print(json.dumps(told))


main(Path(sys.argv[1]), int(sys.argv[2]))
