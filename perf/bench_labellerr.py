"""COCO split into documents of at most 25 MB, against loading a document and dumping it again.

The document is that of `bench_coco`. Ours reads, checks, cuts, writes and digests; the peer only
has it in memory once. Splitting it by hand would come on top.
"""

import inputs
from bench_coco import cpu, memory, require_equal
from compare import Bench, Line, alternate, middle, ratio
from measure import run_program
from scale import Scale

MEBIBYTE = 1 << 20


def bench(scale: Scale) -> Bench:
    """A ratio of CPU time, and one of memory."""
    document = inputs.coco(max(1_000, scale.rows // 20))
    subjects = {
        way: lambda way=way: run_program("documents", way, document) for way in ("ours", "json")
    }
    samples = alternate(subjects, pairs=scale.pairs, warm=scale.warm)
    ours, theirs = samples["ours"], samples["json"]
    require_equal([*ours, *theirs], ours[0].told["rows"])
    done = Bench()
    done.keep(samples)
    done.lines.append(
        Line(
            "COCO split into documents / json.load and json.dump, by CPU time",
            f"{middle(ours, cpu):.2f} s",
            f"{middle(theirs, cpu):.2f} s",
            ratio(theirs, ours, cpu),
            at_least=5,
        )
    )
    done.lines.append(
        Line(
            "COCO split into documents / json.load and json.dump, peak memory",
            f"{middle(ours, memory) / MEBIBYTE:.0f} MiB",
            f"{middle(theirs, memory) / MEBIBYTE:.0f} MiB",
            ratio(ours, theirs, memory),
        )
    )
    return done
