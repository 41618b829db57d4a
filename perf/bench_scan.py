"""The scan against parsers: every byte checked, against parsing alone."""

from importlib.util import find_spec

import inputs
from compare import Bench, Line, alternate, middle, ratio
from measure import Sample, run_program
from scale import Scale


def rate(sample: Sample) -> float:
    """Bytes a second, start-up left out."""
    return float(sample.told["bytes"] / sample.told["seconds"])


def cpu_rate(sample: Sample) -> float:
    """Bytes a CPU second: what one thread does when nobody takes its core away."""
    return float(sample.told["bytes"] / sample.told["cpu"])


def bench(scale: Scale) -> Bench:
    """Rates over the same file in the page cache."""
    path = inputs.grouped(scale.scan_rows)
    subjects = {
        "scan, 1 thread": lambda: run_program("scan", path, 1),
        "orjson.loads loop": lambda: run_program("orjson_loop", path),
    }
    if find_spec("msgspec"):
        subjects["msgspec typed decode"] = lambda: run_program("msgspec_rows", path)
    samples = alternate(subjects, pairs=scale.scan_pairs, warm=scale.scan_pairs > 1)
    one = samples["scan, 1 thread"]
    assert {sample.told["rows"] for some in samples.values() for sample in some} == {
        scale.scan_rows
    }
    done = Bench()
    done.keep(samples)
    ours = f"{middle(one, cpu_rate) / 1e9:.2f} GB/s"
    for peer, bar in (("orjson.loads loop", 2.5), ("msgspec typed decode", None)):
        if peer not in samples:
            done.lines.append(
                Line(f"scan / {peer}", ours, "", None, note="pip install msgspec for this peer")
            )
            continue
        theirs = samples[peer]
        done.lines.append(
            Line(
                f"scan / {peer}, by CPU time",
                ours,
                f"{middle(theirs, cpu_rate) / 1e9:.2f} GB/s",
                ratio(one, theirs, cpu_rate),
                at_least=bar,
            )
        )
    done.lines.append(_threads(done, scale))
    return done


def _threads(done: Bench, scale: Scale) -> Line:
    """Two threads against one over a file of full size: of a small one the beginning is much."""
    path = inputs.grouped(scale.rows)
    samples = alternate(
        {
            "large file, 1 thread": lambda: run_program("scan", path, 1),
            "large file, 2 threads": lambda: run_program("scan", path, 2),
        },
        pairs=scale.pairs,
        warm=scale.warm,
    )
    done.keep(samples)
    one, two = samples.values()
    return Line(
        "scan, 2 threads / 1 thread, by the clock",
        f"{middle(two, rate) / 1e9:.2f} GB/s",
        f"{middle(one, rate) / 1e9:.2f} GB/s",
        ratio(two, one, rate),
        at_least=1.7,
    )
