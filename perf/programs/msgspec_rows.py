"""A peer: decode every line into a typed row with msgspec. `msgspec_rows.py FILE`."""

import sys
import time
from pathlib import Path

import msgspec
from telling import tell


class DataRow(msgspec.Struct):
    """Which data row."""

    id: str | None = None
    globalKey: str | None = None  # noqa: N815 - the wire's own name


class Point(msgspec.Struct):
    """A point."""

    x: float
    y: float


class Box(msgspec.Struct):
    """A box."""

    top: float
    left: float
    height: float
    width: float


class Row(msgspec.Struct):
    """A row with the fields that our scan looks at; others are skipped."""

    dataRow: DataRow  # noqa: N815 - the wire's own name
    uuid: str | None = None
    name: str | None = None
    bbox: Box | None = None
    point: Point | None = None
    polygon: list[Point] | None = None
    answer: msgspec.Raw = msgspec.Raw()


def main(path: Path) -> None:
    """Decode line by line; each row is gone when the next one comes."""
    rows = 0
    decode = msgspec.json.Decoder(Row).decode
    began, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as lines:
        for line in lines:
            decode(line)
            rows += 1
    tell(began, cpu, rows=rows, path=path)


main(Path(sys.argv[1]))
