"""Memory does not grow with the export: ten times the data rows take no more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.exported import data_row

PROGRAM = """
import resource, sys
from pathlib import Path
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.converter import Converter, Paths

source, folder = map(Path, sys.argv[1:])
converter = Converter(
    Conversion(Format.LABELBOX_EXPORT), relationships=True, block_bytes=4 << 20, told=lambda _: None
)
to = Paths(lambda ordinal: folder / f"rows.{ordinal}", folder / "refused")
made = converter.convert(source, name="source", to=to)
print(sum(made.rows.values()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
BOX = {"top": 4, "left": 10.5, "height": 20, "width": 31}
LABELS = [[{"name": "car", "uuid": f"feature-{label}-KEY", "bbox": BOX}] for label in range(2)]


@pytest.mark.parametrize(("form", "count"), [("lines", 200_000), ("array", 50_000)])
def test_memory_is_flat(form: str, count: int, tmp_path: Path) -> None:
    """So many data rows with two labels each, against a tenth of them."""
    small, large = (converted(tmp_path, form, data_rows) for data_rows in (count // 10, count))

    assert (small[0], large[0]) == (count // 10 * 2, count * 2)
    assert large[1] < 1.25 * small[1]


def converted(folder: Path, form: str, count: int) -> tuple[int, int]:
    """Convert so many data rows in a process of its own: rows, and the most memory it had."""
    source = folder / f"{form}-{count}"
    text = json.dumps(data_row(LABELS, key="KEY"))
    with source.open("w") as file:
        file.writelines(
            ("[" if form == "array" and not number else "")
            + text.replace("KEY", f"image-{number:08d}.jpg")
            + (("]" if number == count - 1 else ",") if form == "array" else "")
            + ("\n" if form == "lines" or number % 100 == 0 else "")
            for number in range(count)
        )
    out = folder / f"out-{count}"
    out.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(source), str(out)],
        check=True,
        capture_output=True,
        text=True,
    )
    rows, memory = done.stdout.split()
    return int(rows), int(memory)
