"""What was seen in single frames, as segments and spans.

| given | segments |
|---|---|
| no segment | one for each run of frames without a gap |
| a segment for all | those, each from its first frame to its last |
| a segment for some | UsageError |
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Protocol, TypeVar

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Span


class Sighting(Protocol):
    """What was seen in a frame, of the segment of that number if it is numbered."""

    @property
    def frame(self) -> int:
        """The frame."""
        ...

    @property
    def segment(self) -> int | None:
        """The number of the segment."""
        ...


Seen = TypeVar("Seen", bound=Sighting)


def segmented(sightings: Iterable[Seen]) -> list[list[Seen]]:
    """Sightings by segment, ascending by first frame; equal frames keep their order."""
    ordered = sorted(sightings, key=lambda seen: seen.frame)
    numbers = {seen.segment for seen in ordered}
    if numbers == {None}:
        return list(_runs(ordered))
    if None in numbers:
        raise UsageError(
            "some frames of an annotation have a segment and some have none",
            remedy="number the segments of all of them, or of none",
        )
    segments: dict[int | None, list[Seen]] = {}
    for seen in ordered:
        segments.setdefault(seen.segment, []).append(seen)
    return list(segments.values())


def held(segment: Sequence[Seen]) -> Iterator[tuple[Span, Seen]]:
    """Each sighting of a segment and the span that it holds for: until the next, or the end."""
    by_frame = [list(same) for _, same in groupby(segment, key=lambda seen: seen.frame)]
    ends = [after[0].frame - 1 for after in by_frame[1:]] + [segment[-1].frame]
    for same, end in zip(by_frame, ends, strict=True):
        for seen in same:
            yield (seen.frame, end), seen


def joined(frames: Iterable[Span]) -> list[Span]:
    """The same frames in as few spans as possible, ascending."""
    spans: list[Span] = []
    for start, end in sorted(frames):
        if spans and start <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans


def _runs(ordered: Sequence[Seen]) -> Iterator[list[Seen]]:
    if not ordered:
        return
    run = [ordered[0]]
    for before, seen in pairwise(ordered):
        if seen.frame > before.frame + 1:
            yield run
            run = []
        run.append(seen)
    yield run
