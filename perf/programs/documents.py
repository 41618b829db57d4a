"""COCO into documents of at most 25 MB, ours and a beginning. `documents.py WAY FILE`.

`ours` checks every element, splits, writes the plan and digests every body; `json` loads the whole
document and writes it again as it is.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from telling import tell

Split = Callable[[Path, Path], int]


def main(way: str, path: Path) -> None:
    """Split a document, and tell what that took, without the start of the program."""
    split = ours() if way == "ours" else by_json
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        began, cpu = time.perf_counter(), time.process_time()
        annotations = split(path, Path(name))
        tell(began, cpu, rows=annotations, path=path)


def ours() -> Split:
    """As `plan --to labellerr:…` does it, without a project to ask."""
    from bulkimport.api import Options, plan_rows  # noqa: PLC0415
    from bulkimport.engine.request import Shaping  # noqa: PLC0415
    from bulkimport.formats.conversion import Conversion, Format  # noqa: PLC0415
    from bulkimport.rows.ruling import Emphasis, Ruling  # noqa: PLC0415
    from bulkimport.shards.group import Incomplete  # noqa: PLC0415

    ruling = Ruling(emphasis=Emphasis(allow=frozenset({"R-COCO-4"})))
    shaping = Shaping(conversion=Conversion(Format.COCO), ruling=ruling, incomplete=Incomplete.SEND)

    def split(path: Path, folder: Path) -> int:
        options = Options(runs=folder / "runs", shaping=shaping)
        made = asyncio.run(plan_rows(path, to="labellerr:none", kind="prelabels", options=options))
        return made.plan.totals.planned

    return split


def by_json(path: Path, folder: Path) -> int:
    """Load it and dump it."""
    with path.open() as file:
        read = json.load(file)
    with (folder / "dumped.json").open("w") as file:
        json.dump(read, file)
    return len(read["annotations"])


main(sys.argv[1], Path(sys.argv[2]))
