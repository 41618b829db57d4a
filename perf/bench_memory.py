"""Peak memory of an import: ten times the rows, in order and shuffled, all good and all bad."""

from pathlib import Path

import inputs
from compare import Bench, Line
from importing import ALL_GOOD, SOME_REJECTED, import_file
from measure import Sample
from scale import Scale
from sinking import build, sink

MEBIBYTE = 1 << 20
MOST = 300 * MEBIBYTE


def bench(scale: Scale) -> Bench:
    """The growth of the peak, and the peak itself; memory is no matter of chance, so once."""
    build()
    done = Bench()
    few, many = scale.fewer_rows, scale.rows
    for name, make in (("grouped", inputs.grouped), ("shuffled", inputs.shuffled)):
        for kind, good in (("good", ALL_GOOD), ("all bad", SOME_REJECTED)):
            paths = [make(rows) for rows in (few, many)]
            if good != ALL_GOOD:
                paths = [inputs.bad(path) for path in paths]
            small, large = (_import(path, good=good) for path in paths)
            done.keep({f"{name}, {kind}, {few:,}": [small], f"{name}, {kind}, {many:,}": [large]})
            done.lines += _lines(f"{name}, {kind}", small, large)
    return done


def _import(path: Path, *, good: int) -> Sample:
    with sink() as one:
        return import_file(path, endpoint=one.endpoint, good=good)


def _lines(name: str, small: Sample, large: Sample) -> list[Line]:
    ours = f"{large.peak_rss / MEBIBYTE:,.0f} MiB"
    rows = large.told["read"]
    return [
        Line(
            f"peak memory, {name}: all rows / a tenth",
            ours,
            f"{small.peak_rss / MEBIBYTE:,.0f} MiB",
            large.peak_rss / small.peak_rss,
            at_most=1.10,
            note=f"{rows / large.wall:,.0f} rows/s",
        ),
        Line(
            f"peak memory, {name}: all rows / 300 MiB",
            ours,
            "300 MiB",
            large.peak_rss / MOST,
            at_most=1.0,
        ),
    ]
