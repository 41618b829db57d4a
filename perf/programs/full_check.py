"""Ours: all of `bulkimport check`, in one thread. `full_check.py FILE MEDIA [ONTOLOGY ASSETS]`.

What is loaded once is loaded before the clock runs, as the interpreters of all sides are.
"""

import os
import sys
import time
from pathlib import Path

from telling import tell

from bulkimport.engine.checking import check_sources
from bulkimport.events import to_nobody
from bulkimport.kernels.warmup import warm_all
from bulkimport.model import Kind
from bulkimport.rows.rulebook import rulebook
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import Settings
from bulkimport.source.files import find_sources


def main(path: Path, media: str, *tables: Path) -> None:
    """Check the file and tell what that took."""
    ontology, assets = tables or (None, None)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rulebook()
    if assets:
        warm_all()
    ruling = Ruling(media, Kind.LABELS, ontology.read_text() if ontology else "")
    began, cpu = time.perf_counter(), time.process_time()
    checked = check_sources(
        find_sources([str(path)]),
        settings=Settings(),
        tell=to_nobody,
        stopped=lambda: False,
        ruling=ruling,
        assets=assets,
    )
    found = checked.by_slug | checked.warnings
    tell(began, cpu, rows=checked.read, path=path, refused=checked.rejected, found=found)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(Path, sys.argv[3:]))
