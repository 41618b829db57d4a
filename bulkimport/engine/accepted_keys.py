"""The global keys of the data rows that a run has made or found, one a line."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from bulkimport.disk import disk_trouble_at, replace_file
from bulkimport.errors import RunMismatch

FOLDER = "accepted"


def write_accepted_keys(run: Path, to: Path, *, accepted: int) -> None:
    """Write the keys of the `accepted` data rows of a run to `to`, in the order of its shards.

    Raises RunMismatch unless the run kept all of them (`--keep-accepted`). Costs the memory of the
    keys.
    """
    keys = list(_keys(run))
    if len(keys) != accepted:
        raise RunMismatch(
            f"holds {len(keys):,} of the {accepted:,} accepted data rows",
            place=str(run / FOLDER),
            remedy="import them with --keep-accepted",
        )
    replace_file(to, "".join(f"{key}\n" for key in keys).encode())


def _keys(run: Path) -> Iterator[str]:
    for path in sorted((run / FOLDER).glob("*.ndjson")):
        with disk_trouble_at(path), path.open("rb") as lines:
            for line in lines:
                yield orjson.loads(line)["global_key"]
