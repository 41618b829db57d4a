"""A process that holds little does the same work."""

import subprocess
import sys

CODE = """
from bulkimport.native import hold_little, scan_block
hold_little()
hold_little()
block = b'{"dataRow":{"id":"a"},"name":"n","point":{"x":1,"y":2}}\\n' * 100_000
print(len(scan_block(block, source=0, offset=0, line=1, last=True, threads=4)[2]))
"""


def test_holding_little_changes_nothing_but_memory() -> None:
    """In a process of its own, since the setting stays."""
    told = subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True)

    assert told.stdout.split() == [b"100000"]
