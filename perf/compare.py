"""A fair comparison: A B A B in one run, and the median of the ratios of neighbours.

The machine's moods (other work, heat, caches) pass over both of a pair alike, so a ratio of
neighbours holds where a time does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from measure import Sample

Samples = Mapping[str, Sequence[Sample]]
Number = Callable[[Sample], float]


@dataclass(frozen=True)
class Line:
    """One line of the table. `ratio` is to be at least `at_least` or at most `at_most`.

    Without a ratio there was nothing to compare, and `note` says why.
    """

    subject: str
    ours: str
    peer: str
    ratio: float | None
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED`, or `-` where nothing is asked or compared."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return "-"
        low = self.at_least is None or self.ratio >= self.at_least
        high = self.at_most is None or self.ratio <= self.at_most
        return "ok" if low and high else "MISSED"


@dataclass
class Bench:
    """What one subject brings home: lines for the table, and every sample behind them."""

    lines: list[Line] = field(default_factory=list)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def keep(self, samples: Samples) -> None:
        """Keep the raw numbers."""
        for name, some in samples.items():
            self.samples[name] = [sample.document() for sample in some]


def alternate(
    subjects: Mapping[str, Callable[[], Sample]], *, pairs: int, warm: bool = True
) -> dict[str, list[Sample]]:
    """Run all subjects in turn, `pairs` times, after a round that does not count."""
    if warm:
        for run in subjects.values():
            run()
    samples: dict[str, list[Sample]] = {name: [] for name in subjects}
    for _ in range(pairs):
        for name, run in subjects.items():
            samples[name].append(run())
    return samples


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample], number: Number) -> float:
    """The median over the pairs of our number by theirs."""
    return median(number(a) / number(b) for a, b in zip(ours, theirs, strict=True))


def middle(samples: Sequence[Sample], number: Number) -> float:
    """The median of one subject's own numbers."""
    return median(number(sample) for sample in samples)
