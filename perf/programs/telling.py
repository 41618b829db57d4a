"""How every program here tells its numbers: one line of JSON, without what start-up costs."""

import json
import time
from pathlib import Path


def tell(began: float, cpu: float, *, rows: int, path: Path | None = None, **more: object) -> None:
    """Print what passed since `began` and since the process time `cpu`."""
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    size = path.stat().st_size if path else 0
    print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": rows, "bytes": size, **more}))
