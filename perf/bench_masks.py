"""Masks against NumPy, Pillow, pycocotools, fastlabelrle and the official SDK's mask path.

The corpus is made, always the same: planes of 1,080 by 1,920 with 100 instances, each pixel the
nearest of 100 seeded points on a grid of 4 pixels, as long straight and crooked edges as panoptic
pictures have; colours are labels, red first. Every program works on arrays or bytes in memory, by
CPU time, and its results are held against ours before a ratio is made.
"""

from importlib.metadata import PackageNotFoundError, version

from compare import Bench, Line, alternate, middle, ratio
from measure import Sample, run_program
from scale import Scale


def seconds(sample: Sample) -> float:
    """CPU seconds of one turn."""
    return float(sample.told["seconds"])


# Subject, ours, peer, the package to be named, bar: at least as many times as fast.
FASTER = (
    ("colours and counts / packed np.unique", "colours", "unique", "numpy", 5),
    ("colours and counts / getcolors(65536)", "colours", "getcolors", "pillow", 1),
    ("RLE of 100 instances / a mask each", "runs", "coco", "pycocotools", 50),
    ("RLE of 100 instances / fastlabelrle", "runs", "fastlabelrle", "fastlabelrle", 1),
    ("100 instances into rows / the SDK's masks", "rows", "sdk", "labelbox", 100),
)

# Why a peer may be missing.
WANTS = {"fastlabelrle": "is missing: it wants Python 3.12 or newer"}


def bench(scale: Scale) -> Bench:
    """All lines; a peer that is not installed has a line that says so."""
    spent = 1.0 if scale.full else 0.05
    there = [line for line in FASTER if _version(line[3])]
    names = {name for _, ours, peer, _, _ in there for name in (ours, peer)} | {"decode", "fused"}
    subjects = {name: lambda name=name: run_program("masks", name, spent) for name in sorted(names)}
    samples = alternate(subjects, pairs=scale.pairs, warm=False)
    done = Bench()
    done.keep(samples)
    for subject, ours, peer, package, bar in FASTER:
        if peer not in samples:
            note = f"{package} {WANTS.get(package, 'is not installed')}"
            done.lines.append(Line(subject, "", "", None, at_least=bar, note=note))
            continue
        done.lines.append(
            Line(
                subject,
                f"{1e3 * middle(samples[ours], seconds):.2f} ms",
                f"{1e3 * middle(samples[peer], seconds):.2f} ms",
                ratio(samples[peer], samples[ours], seconds),
                at_least=bar,
                note=f"{package} {_version(package)}{_sizes(samples[ours][0], samples[peer][0])}",
            )
        )
    done.lines.append(
        Line(
            "PNG decode with colours and RLE / decode",
            f"{1e3 * middle(samples['fused'], seconds):.2f} ms",
            f"{1e3 * middle(samples['decode'], seconds):.2f} ms",
            ratio(samples["fused"], samples["decode"], seconds),
            at_most=1.5,
        )
    )
    return done


def _sizes(ours: Sample, theirs: Sample) -> str:
    """How large both results are, where they are lines of a file."""
    sizes = [int(sample.told["bytes"]) for sample in (ours, theirs)]
    return f"; {sizes[0]:,} bytes against {sizes[1]:,}" if all(sizes) else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
