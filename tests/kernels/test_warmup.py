"""Warming up compiles every kernel of the room."""

import json
import os
import subprocess
import sys
from pathlib import Path

COLD = """
import json, pkgutil, importlib
import bulkimport.kernels as room
from bulkimport.kernels.warmup import warm_all
warmed = warm_all()
cold = []
for found in pkgutil.iter_modules(room.__path__, "bulkimport.kernels."):
    for name, value in vars(importlib.import_module(found.name)).items():
        if hasattr(value, "py_func") and not value.signatures:
            cold.append(f"{found.name}.{name}")
print(json.dumps([warmed, cold]))
"""


def test_no_kernel_stays_cold(tmp_path: Path) -> None:
    """A kernel that `warm` of its module forgets would be compiled in the middle of a run."""
    done = subprocess.run(
        [sys.executable, "-c", COLD],
        env={**os.environ, "BULKIMPORT_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    warmed, cold = json.loads(done.stdout)
    assert {"bulkimport.kernels.bounds", "bulkimport.kernels.points"} <= set(warmed)
    assert cold == []
