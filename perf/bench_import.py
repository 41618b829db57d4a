"""The whole import against those who only send: curl, and the official SDK."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import curling
import inputs
from compare import Bench, Line, Samples, alternate, middle, ratio
from importing import apply_seconds, import_file
from measure import Sample, run_program
from scale import Scale
from sinking import Sink, sink

OURS = "bulkimport import"
CURL, CURL_TOGETHER = "curl", "curl, 4 at once"
FILES, OBJECTS = "create_from_file", "create_from_objects"


def wall(sample: Sample) -> float:
    """Seconds from start to end of the process."""
    return sample.wall


def inner(sample: Sample) -> float:
    """Seconds as the program tells them, start-up left out."""
    return float(sample.told["seconds"])


def bench(scale: Scale) -> Bench:
    """Ratios of time over the same bytes; each run has a sink of its own."""
    path = inputs.grouped(scale.rows)
    parts = inputs.parts(path)
    few = inputs.first(path, scale.object_rows)
    seen: dict[str, list[Sink]] = {}

    def against(name: str, call: Callable[[str], Sample]) -> Callable[[], Sample]:
        def once() -> Sample:
            with sink() as one:
                sample = call(one.endpoint)
            seen.setdefault(name, []).append(one)
            return sample

        return once

    subjects = {
        OURS: against(OURS, lambda endpoint: import_file(path, endpoint=endpoint)),
        FILES: against(FILES, lambda endpoint: run_program("sdk_file", endpoint, *parts)),
    }
    if curling.there():
        subjects[CURL] = against(CURL, lambda endpoint: curling.curl(parts, endpoint=endpoint))
        subjects[CURL_TOGETHER] = against(
            CURL_TOGETHER, lambda endpoint: curling.curl(parts, endpoint=endpoint, together=4)
        )
    samples = alternate(subjects, pairs=scale.pairs, warm=scale.warm)
    slow = {OBJECTS: against(OBJECTS, lambda to: run_program("sdk_objects", to, few))}
    samples |= {
        name: some * scale.pairs for name, some in alternate(slow, pairs=1, warm=False).items()
    }
    _require_equal(seen, scale.rows)
    done = Bench()
    done.keep(samples)
    done.samples["sinks"] = [
        {"of": name, **one.totals} for name, sinks in seen.items() for one in sinks
    ]
    done.lines += _against_curl(samples, path) if CURL in samples else [_no_curl()]
    done.lines += _against_the_sdk(samples, scale)
    return done


def _require_equal(seen: dict[str, list[Sink]], rows: int) -> None:
    """All who sent everything must have brought the same rows, each of them once."""
    totals = {
        (one.totals["rows"], one.totals["uuids"])
        for name, sinks in seen.items()
        if name != OBJECTS
        for one in sinks
    }
    assert {count for count, _ in totals} == {rows}, totals
    assert len(totals) == 1, totals


def _no_curl() -> Line:
    return Line("whole run / curl", "", "", None, note=curling.MISSING)


def _against_curl(samples: Samples, path: Path) -> list[Line]:
    """Ratios of speed, so the times stand the other way round."""
    size = path.stat().st_size
    return [
        *_against(samples, CURL, size, whole=0.2, apply=0.6, cpu=4.0),
        *_against(samples, CURL_TOGETHER, size),
    ]


def _against(
    samples: Samples,
    peer: str,
    size: int,
    *,
    whole: float | None = None,
    apply: float | None = None,
    cpu: float | None = None,
) -> list[Line]:
    ours, theirs = samples[OURS], samples[peer]

    def speed(seconds: float) -> str:
        return f"{seconds:.2f} s, {size / seconds / 1e6:,.0f} MB/s"

    def a_gigabyte(some: Sequence[Sample]) -> str:
        return f"{middle(some, cpu_of) / size * 1e9:.2f}"

    told = speed(middle(theirs, wall))
    applied = _speed_ratio(samples, peer, mine=apply_seconds, their=wall)
    return [
        Line(
            f"whole run / {peer}",
            speed(middle(ours, wall)),
            told,
            1 / ratio(ours, theirs, wall),
            at_least=whole,
        ),
        Line(
            f"apply phase / {peer}",
            speed(middle(ours, apply_seconds)),
            told,
            applied,
            at_least=apply,
        ),
        Line(
            f"CPU seconds a GB / {peer}",
            a_gigabyte(ours),
            a_gigabyte(theirs),
            ratio(ours, theirs, cpu_of),
            at_most=cpu,
        ),
    ]


def cpu_of(sample: Sample) -> float:
    """CPU seconds, user and system."""
    return sample.cpu


def _against_the_sdk(samples: Samples, scale: Scale) -> list[Line]:
    def rate(rows: int, seconds: float) -> str:
        return f"{rows / seconds:,.0f} rows/s"

    def rows_per_second(sample: Sample) -> float:
        return float(sample.told["rows"] / sample.told["seconds"])

    ours, objects = samples[OURS], samples[OBJECTS]
    whole, files = middle(ours, wall), middle(samples[FILES], inner)
    return [
        Line(
            f"whole run / {OBJECTS}",
            rate(scale.rows, whole),
            f"{middle(objects, rows_per_second):,.0f} rows/s",
            scale.rows / whole / middle(objects, rows_per_second),
            at_least=20.0,
            note=f"the peer with {scale.object_rows:,} rows, once",
        ),
        Line(
            f"apply phase / {FILES}, pre-split",
            rate(scale.rows, middle(ours, apply_seconds)),
            rate(scale.rows, files),
            _speed_ratio(samples, FILES, mine=apply_seconds, their=inner),
            at_least=1.0,
        ),
        Line(
            f"whole run / {FILES}, pre-split",
            rate(scale.rows, whole),
            rate(scale.rows, files),
            _speed_ratio(samples, FILES, mine=wall, their=inner),
            at_least=0.6,
        ),
    ]


def _speed_ratio(
    samples: Samples,
    peer: str,
    *,
    mine: Callable[[Sample], float],
    their: Callable[[Sample], float],
) -> float:
    return median(their(b) / mine(a) for a, b in zip(samples[OURS], samples[peer], strict=True))
