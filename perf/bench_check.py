"""The full check, every rule, against parsing alone and against the same checks in plain Python."""

from collections.abc import Sequence

import inputs
from bench_scan import cpu_rate
from compare import Bench, Line, alternate, middle, ratio
from measure import Sample, run_program
from scale import Scale

Samples = Sequence[Sample]

FULL, LOOP, PLAIN = "full check, 1 thread", "orjson.loads loop", "the same in plain Python"


def bench(scale: Scale) -> Bench:
    """Image rows with ontology and sizes, then the two kinds of row that are long."""
    done = Bench()
    _images(done, scale)
    for subject, media, path in (
        ("video rows of 400 keyframes", "video", inputs.tracks(scale.long_rows)),
        ("polygons of 10,000 points", "image", inputs.rings(scale.long_rows)),
    ):
        samples = alternate(
            {
                f"{FULL}: {subject}": lambda path=path, media=media: run_program(
                    "full_check", path, media
                ),
                f"{LOOP}: {subject}": lambda path=path: run_program("orjson_loop", path),
            },
            pairs=scale.pairs,
            warm=scale.warm,
        )
        done.keep(samples)
        ours, theirs = samples.values()
        assert {sample.told["refused"] for sample in ours} == {0}
        done.lines.append(_line(f"{subject}: full check / {LOOP}", ours, theirs))
    return done


def _images(done: Bench, scale: Scale) -> None:
    path = inputs.grouped(scale.scan_rows)
    ontology, assets = inputs.ontology(), inputs.assets(scale.scan_rows)
    samples = alternate(
        {
            FULL: lambda: run_program("full_check", path, "image", ontology, assets),
            LOOP: lambda: run_program("orjson_loop", path),
            PLAIN: lambda: run_program("plain_check", path, ontology, assets),
        },
        pairs=scale.pairs,
        warm=scale.warm,
    )
    done.keep(samples)
    for sample in (*samples[FULL], *samples[PLAIN]):
        assert (sample.told["rows"], sample.told["refused"]) == (scale.scan_rows, 0)
        assert sample.told["found"] == {}
    for peer, bar in ((LOOP, 2), (PLAIN, 10)):
        done.lines.append(_line(f"full check / {peer}", samples[FULL], samples[peer], bar=bar))


def _line(subject: str, ours: Samples, theirs: Samples, *, bar: float | None = None) -> Line:
    return Line(
        f"{subject}, by CPU time",
        f"{middle(ours, cpu_rate) / 1e9:.2f} GB/s",
        f"{middle(theirs, cpu_rate) / 1e9:.2f} GB/s",
        ratio(ours, theirs, cpu_rate),
        at_least=bar,
    )
