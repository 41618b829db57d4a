"""Masks against NumPy, Pillow, pycocotools, fastlabelrle and the official SDK's mask path.

The corpus is made, always the same: planes of 1,080 by 1,920 with 100 instances, each pixel the
nearest of 100 seeded points on a grid of 4 pixels, as long straight and crooked edges as panoptic
pictures have; colours are labels, red first. Every program works on arrays or bytes in memory, by
CPU time, and its results are held against ours before a ratio is made. fastlabelrle wants a newer
Python and has one of its own (`peer_python.py`); it gets labels of 32 bits, and so does ours there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from compare import Bench, Line, alternate, middle, ratio
from measure import Failed, Sample, run_program
from peer_python import NoPeer, peer_python
from scale import Scale

NEWER = "fastlabelrle"


def seconds(sample: Sample) -> float:
    """CPU seconds of one turn."""
    return float(sample.told["seconds"])


@dataclass(frozen=True)
class Race:
    """Ours against a peer of a package: at least so many times as fast."""

    subject: str
    ours: str
    peer: str
    package: str
    bar: float


RACES = (
    Race("colours and counts / packed np.unique", "colours", "unique", "numpy", 5),
    Race("colours and counts / getcolors(65536)", "colours", "getcolors", "pillow", 1),
    Race("RLE of 100 instances / a mask each", "runs", "coco", "pycocotools", 50),
    Race("RLE of 100 instances / fastlabelrle", "wide_runs", NEWER, NEWER, 1),
    Race("100 instances into rows / the SDK's masks", "rows", "sdk", "labelbox", 100),
)
OWN = ("decode", "fused")


def bench(scale: Scale) -> Bench:
    """All lines; a peer that is not there has a line that says why."""
    spent, done = 1.0 if scale.full else 0.05, Bench()
    subjects = {name: _ours(name, spent) for name in OWN}
    missing: dict[str, str] = {}
    for race in RACES:
        try:
            peer = _peer(race, spent)
        except NoPeer as why:
            missing[race.peer] = str(why)
        else:
            subjects |= {race.ours: _ours(race.ours, spent), race.peer: peer}
    samples = alternate(subjects, pairs=scale.pairs, warm=False)
    done.keep(samples)
    for race in RACES:
        if race.peer in missing:
            note = missing[race.peer]
            done.lines.append(Line(race.subject, "", "", None, at_least=race.bar, note=note))
        else:
            done.lines.append(_line(race, samples[race.ours], samples[race.peer]))
    done.lines.append(_fused(samples["fused"], samples["decode"]))
    return done


def _line(race: Race, ours: list[Sample], peers: list[Sample]) -> Line:
    found = {one.told.get("digest") for one in [*ours, *peers]}
    if race.peer == NEWER and len(found) != 1:
        raise Failed(f"{race.peer} finds other masks than ours")
    return Line(
        race.subject,
        _time(ours),
        _time(peers),
        ratio(peers, ours, seconds),
        at_least=race.bar,
        note=f"{race.package} {peers[0].told.get('version') or version(race.package)}"
        + _sizes(ours[0], peers[0]),
    )


def _fused(fused: list[Sample], decode: list[Sample]) -> Line:
    subject = "PNG decode with colours and RLE / decode"
    return Line(subject, _time(fused), _time(decode), ratio(fused, decode, seconds), at_most=1.5)


def _ours(name: str, spent: float) -> Callable[[], Sample]:
    return lambda: run_program("masks", name, spent)


def _peer(race: Race, spent: float) -> Callable[[], Sample]:
    if race.peer == NEWER:
        python = peer_python(race.package)
        return lambda: run_program("fastlabelrle_runs", spent, python=python)
    try:
        version(race.package)
    except PackageNotFoundError:
        raise NoPeer(f"{race.package} is not installed") from None
    return _ours(race.peer, spent)


def _time(samples: list[Sample]) -> str:
    return f"{1e3 * middle(samples, seconds):.2f} ms"


def _sizes(ours: Sample, theirs: Sample) -> str:
    """How large both results are, where they are lines of a file."""
    sizes = [int(sample.told["bytes"]) for sample in (ours, theirs)]
    return f"; {sizes[0]:,} bytes against {sizes[1]:,}" if all(sizes) else ""
