"""A link of one gigabit a second: how much of it an import fills while it sends and settles."""

import curling
import inputs
from compare import Bench, Line, alternate, middle
from importing import apply_seconds, import_file
from measure import Sample
from scale import Scale
from sinking import ONE_GIGABIT, build, sink

OURS, CURL = "import, 1 Gb/s", "curl, 1 Gb/s"


def bench(scale: Scale) -> Bench:
    """The share of the link, by the bytes of the bodies alone."""
    build()
    path = inputs.grouped(scale.rows)
    parts = inputs.parts(path)
    bits = 8 * path.stat().st_size

    def ours() -> Sample:
        with sink(bits_per_second=ONE_GIGABIT) as one:
            return import_file(path, endpoint=one.endpoint)

    def theirs() -> Sample:
        with sink(bits_per_second=ONE_GIGABIT) as one:
            return curling.curl(parts, endpoint=one.endpoint)

    subjects = {OURS: ours} | ({CURL: theirs} if curling.there() else {})
    samples = alternate(subjects, pairs=min(2, scale.pairs), warm=False)
    share = bits / ONE_GIGABIT / middle(samples[OURS], apply_seconds)
    peer = "curl is missing"
    if CURL in samples:
        peer = f"{bits / ONE_GIGABIT / middle(samples[CURL], lambda one: one.wall):.3f} by curl"
    done = Bench()
    done.keep(samples)
    done.lines.append(
        Line("apply phase / link of 1 Gb/s", f"{share:.3f}", peer, share, at_least=0.97)
    )
    return done
