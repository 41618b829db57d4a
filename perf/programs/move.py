"""Ours: a user's transform over the points of every row. `move.py FILE`.

Compiling is apart: `compiled` seconds, which are in no rate.
"""

import sys
import tempfile
import time
from pathlib import Path

from telling import tell

from bulkimport.formats.moved import Moving
from bulkimport.formats.mover import Mover
from bulkimport.formats.moves import Moves
from bulkimport.formats.transform_file import TransformFile

THREE_LINES = """\
def turn(x, y, width, height, index):
    for at in range(len(x)):
        x[at], y[at] = 1080 - 0.5 * y[at], 0.5 * x[at]
"""


def main(path: Path) -> None:
    """Move the points of a file once, into another one, and tell the rate of that."""
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        folder = Path(name)
        (folder / "three_lines.py").write_text(THREE_LINES)
        sys.path.insert(0, str(folder))
        began = time.perf_counter()
        mover = Mover(Moves(transform=TransformFile.at("three_lines:turn")))
        compiled = time.perf_counter() - began
        moving = Moving(mover, told=lambda _: None)
        began, cpu = time.perf_counter(), time.process_time()
        to, refused, incomplete = (folder / name for name in ("rows", "refused", "incomplete"))
        moved = moving.move(path, name=path.name, to=to, refused=refused, incomplete=incomplete)
        tell(began, cpu, rows=moved.rows, path=path, compiled=compiled)


main(Path(sys.argv[1]))
