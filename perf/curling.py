"""A peer: curl sends bodies that are split already, as the same multipart, and checks nothing."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from inputs import folder
from measure import Sample, run

DOCUMENT = (
    "mutation CreateImport"
    "($project: ID!, $name: String!, $file: Upload!, $contentLength: Int!) {"
    " createModelAssistedLabelingPredictionImport(data: {projectId: $project, name: $name,"
    " filePayload: {file: $file, contentLength: $contentLength}}) { id name state } }"
)
MISSING = "curl is not installed (Debian: apt-get install curl)"


def there() -> bool:
    """Tell whether this machine has curl."""
    return shutil.which("curl") is not None


def curl(parts: Sequence[Path], *, endpoint: str, together: int = 1) -> Sample:
    """Send all parts by one curl that keeps its connections, `together` at once."""
    scratch = folder() / "curl"
    scratch.mkdir(exist_ok=True)
    sends = [_send(part, endpoint, scratch) for part in parts]
    orders = scratch / "orders"
    orders.write_text("next\n".join(sends))
    parallel = ["--parallel", "--parallel-max", str(together)] if together > 1 else []
    return run(["curl", "--silent", "--show-error", *parallel, "--config", str(orders)])


def _send(part: Path, endpoint: str, scratch: Path) -> str:
    """One request in curl's own words. Without `Expect:` it would wait for leave to send."""
    variables = {
        "project": "project",
        "name": part.stem,
        "file": None,
        "contentLength": part.stat().st_size,
    }
    operations = scratch / f"{part.stem}.json"
    operations.write_text(json.dumps({"query": DOCUMENT, "variables": variables}))
    fields = scratch / "map.json"
    fields.write_text('{"1":["variables.file"]}')
    return (
        f'url = "{endpoint}"\n'
        'header = "Expect:"\n'
        f'form = "operations=<{operations}"\n'
        f'form = "map=<{fields}"\n'
        f'form = "1=@{part};type=application/x-ndjson"\n'
        'output = "/dev/null"\n'
        "fail\nsilent\nshow-error\n"
    )
