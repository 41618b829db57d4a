"""COCO into rows: ours against loading the whole document, in time, in memory and as it grows.

The document is made: boxes and polygons of 12 to 36 points with two decimals, ten to an image, and
those of one image far apart, which is the harder order. Peers make the same rows with their uuids
and check nothing; the one that only loads makes nothing of it either.
"""

import inputs
from compare import Bench, Line, Samples, alternate, middle, ratio
from measure import Sample, run_program
from scale import Scale

MEBIBYTE = 1 << 20


def cpu(sample: Sample) -> float:
    """CPU seconds, without the start of the program."""
    return float(sample.told["cpu"])


def memory(sample: Sample) -> float:
    """Bytes at the peak."""
    return float(sample.peak_rss)


def bench(scale: Scale) -> Bench:
    """Three ratios of time, one of memory, and how memory grows with ten times the annotations."""
    small, large = scale.rows // 20, scale.rows // 2
    document = inputs.coco(small)
    subjects = {
        way: lambda way=way: run_program("coco", way, document)
        for way in ("ours", "json", "orjson", "loads")
    }
    samples = alternate(subjects, pairs=scale.pairs, warm=scale.warm)
    grown = {
        "large": run_program("coco", "ours", inputs.coco(large)),
        "categories last": run_program("coco", "ours", inputs.coco(large, categories_last=True)),
    }
    require_equal([*(some[0] for some in samples.values())], 2 * small)
    require_equal([*grown.values()], 2 * large)
    done = Bench()
    done.keep(samples)
    done.keep({name: [sample] for name, sample in grown.items()})
    done.lines += [
        faster("json.load and a loop", samples["json"], samples["ours"], bar=10),
        faster("orjson.loads and a loop", samples["orjson"], samples["ours"], bar=2),
        faster("orjson.loads alone", samples["loads"], samples["ours"], bar=2),
        smaller(samples),
    ]
    done.lines += [flat(name, sample, samples["ours"]) for name, sample in grown.items()]
    return done


def require_equal(samples: list[Sample], rows: int) -> None:
    """Fail unless all made as many rows."""
    assert {sample.told["rows"] for sample in samples} == {rows}


def faster(peer: str, theirs: list[Sample], ours: list[Sample], *, bar: float) -> Line:
    """How many times as fast ours is."""
    return Line(
        f"COCO into rows / {peer}, by CPU time",
        f"{middle(ours, cpu):.2f} s",
        f"{middle(theirs, cpu):.2f} s",
        ratio(theirs, ours, cpu),
        at_least=bar,
    )


def smaller(samples: Samples) -> Line:
    """How much of the peer's memory ours takes."""
    ours, theirs = samples["ours"], samples["json"]
    return Line(
        "COCO into rows / json.load and a loop, peak memory",
        f"{middle(ours, memory) / MEBIBYTE:.0f} MiB",
        f"{middle(theirs, memory) / MEBIBYTE:.0f} MiB",
        ratio(ours, theirs, memory),
        at_most=0.1,
    )


def flat(name: str, large: Sample, small: list[Sample]) -> Line:
    """How much more memory ten times the annotations take."""
    return Line(
        f"COCO of ten times the annotations ({name}) / of one, peak memory",
        f"{memory(large) / MEBIBYTE:.0f} MiB",
        f"{middle(small, memory) / MEBIBYTE:.0f} MiB",
        memory(large) / middle(small, memory),
        at_most=1.1,
        note=f"{large.told['bytes'] / 1e9:.2f} GB in {large.wall:.0f} s",
    )
