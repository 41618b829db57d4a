"""A user's transform over every point, against the scan alone: the price of moving points."""

import inputs
from bench_scan import cpu_rate
from compare import Bench, Line, alternate, middle, ratio
from measure import run_program
from scale import Scale


def bench(scale: Scale) -> Bench:
    """Rates over the same file in the page cache; what compiling took is told apart."""
    path = inputs.grouped(scale.scan_rows)
    subjects = {
        "three-line transform": lambda: run_program("move", path),
        "scan, 1 thread": lambda: run_program("scan", path, 1),
    }
    samples = alternate(subjects, pairs=scale.scan_pairs, warm=scale.scan_pairs > 1)
    ours, theirs = samples["three-line transform"], samples["scan, 1 thread"]
    assert {sample.told["rows"] for some in samples.values() for sample in some} == {
        scale.scan_rows
    }
    compiled = middle(ours, lambda sample: float(sample.told["compiled"]))
    done = Bench()
    done.keep(samples)
    done.lines.append(
        Line(
            "scan, three-line transform and rewriting / scan alone, by CPU time",
            f"{middle(ours, cpu_rate) / 1e9:.2f} GB/s",
            f"{middle(theirs, cpu_rate) / 1e9:.2f} GB/s",
            ratio(ours, theirs, cpu_rate),
            at_least=0.25,
            note=f"compiled in {compiled:.1f} s, which is apart",
        )
    )
    return done
