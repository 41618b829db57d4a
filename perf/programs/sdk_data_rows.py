"""A peer: the official SDK makes data rows. `sdk_data_rows.py ENDPOINT DATASET FILE`."""

import json
import sys
import time
from itertools import islice
from pathlib import Path

from labelbox import Client
from telling import tell

# The service takes 150,000 in one task. A busy sandbox may need more than a minute to answer that;
# then the SDK asks once more, and all that was made is a duplicate.
ROWS_PER_TASK = 50_000


def main(endpoint: str, dataset_id: str, path: Path) -> None:
    """Read the file, make its rows task by task, wait for each and look for errors."""
    client = Client(api_key="key", endpoint=endpoint)
    dataset = client.get_dataset(dataset_id)
    began, cpu, made = time.perf_counter(), time.process_time(), 0
    with path.open("rb") as file:
        rows = [json.loads(line) for line in file]
    left = iter(rows)
    while some := list(islice(left, ROWS_PER_TASK)):
        task = dataset.create_data_rows(some)
        task.wait_till_done(timeout_seconds=3600)
        if task.errors:
            raise RuntimeError(task.errors[:3])
        made += len(some)
    tell(began, cpu, rows=made, path=path)


main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
