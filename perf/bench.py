"""`make bench`: everything that is claimed, measured beside its peers, as one table of ratios.

`python perf/bench.py [SUBJECT...]` takes some of: scan, check, move, import, link, masks, coco,
memory, sandbox, data_rows, labellerr.
`BENCH_ROWS=100000` makes it small, for a look and not for a claim.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import bench_check
import bench_coco
import bench_data_rows
import bench_import
import bench_labellerr
import bench_link
import bench_masks
import bench_memory
import bench_move
import bench_sandbox
import bench_scan
import inputs
import machine
import sinking
from compare import Bench, Line
from scale import Scale, asked

RESULTS = Path(__file__).parent / "results"
SUBJECTS: dict[str, Callable[[Scale], Bench]] = {
    "scan": bench_scan.bench,
    "check": bench_check.bench,
    "move": bench_move.bench,
    "import": bench_import.bench,
    "link": bench_link.bench,
    "masks": bench_masks.bench,
    "coco": bench_coco.bench,
    "memory": bench_memory.bench,
    "sandbox": bench_sandbox.bench,
    "data_rows": bench_data_rows.bench,
    "labellerr": bench_labellerr.bench,
}


def main(names: Sequence[str]) -> None:
    """Measure, print the table, keep the raw numbers."""
    if unknown := set(names) - set(SUBJECTS):
        print(
            f"no such subject: {', '.join(unknown)}; there are {', '.join(SUBJECTS)}",
            file=sys.stderr,
        )
        sys.exit(2)
    scale, told = asked(), machine.describe()
    sinking.build()
    done: dict[str, Bench] = {}
    for name in names or SUBJECTS:
        began = time.monotonic()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        done[name] = SUBJECTS[name](scale)
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    lines = [line for bench in done.values() for line in bench.lines]
    heading = f"{scale.rows:,} rows, {told['cores']} cores, {told['processor']}"
    text = f"{heading}\n\n{table(lines)}"
    print(text)
    if not scale.full:
        print("\nsmaller than the bars are made for: a look, not a claim")
    keep(told, scale, done, text=text)


def table(lines: Sequence[Line]) -> str:
    """Lay the lines out in columns."""
    rows = [("subject", "ours", "peer", "ratio", "bar", "", "")]
    rows += [
        (
            line.subject,
            line.ours,
            line.peer,
            "-" if line.ratio is None else f"{line.ratio:.2f}",
            bar(line),
            line.verdict,
            line.note,
        )
        for line in lines
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def bar(line: Line) -> str:
    """What the ratio is held against."""
    if line.at_least is not None:
        return f">= {line.at_least:g}"
    return f"<= {line.at_most:g}" if line.at_most is not None else ""


def keep(told: dict[str, object], scale: Scale, done: dict[str, Bench], *, text: str) -> None:
    """Write DATE-ROWS-SUBJECTS.json, and the table beside it; into results/ what may be claimed."""
    name = f"{str(told['taken_at'])[:10]}-{scale.rows}-rows-{'-'.join(done)}"
    document = {
        "machine": told,
        "rows": scale.rows,
        "pairs": scale.pairs,
        "benches": {
            subject: {"lines": [vars(line) for line in one.lines], "samples": one.samples}
            for subject, one in done.items()
        },
    }
    results = RESULTS if scale.full else inputs.folder() / "results"
    results.mkdir(exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps(document, indent=1))
    (results / f"{name}.txt").write_text(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
