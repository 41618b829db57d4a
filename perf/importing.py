"""Our own command, measured as a user runs it: a process from its start to its end."""

import shutil
import sys
import tempfile
from pathlib import Path

from inputs import folder
from measure import Sample, run

COMMAND = (sys.executable, "-m", "bulkimport", "import")
KEY = {"LABELBOX_API_KEY": "key"}
ALL_GOOD, SOME_REJECTED = 0, 3


def import_file(
    path: Path, *, endpoint: str, to: str = "labelbox:project", good: int = ALL_GOOD
) -> Sample:
    """Import a file as pre-labels into a run folder that is new and then gone."""
    runs = Path(tempfile.mkdtemp(prefix="runs-", dir=folder()))
    words = [str(path), "--to", to, "--kind", "prelabels", "--endpoint", endpoint]
    try:
        command = [*COMMAND, *words, "--runs", str(runs), "--json"]
        sample = run(command, environment=KEY, good=good)
    finally:
        shutil.rmtree(runs, ignore_errors=True)
    return sample


def apply_seconds(sample: Sample) -> float:
    """What carrying out the plan took, from the first question to the last verdict."""
    return float(sample.told["seconds"])
