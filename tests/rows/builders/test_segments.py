"""What was seen in single frames becomes segments and spans."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.errors import UsageError
from bulkimport.rows.builders.segments import held, joined, segmented


@dataclass(frozen=True)
class Seen:
    """A sighting."""

    frame: int
    segment: int | None = None


def numbers(segments: list[list[Seen]]) -> list[list[int]]:
    """The frames of segments."""
    return [[seen.frame for seen in segment] for segment in segments]


@pytest.mark.parametrize(
    ("seen", "segments"),
    [
        ([], []),
        ([Seen(5)], [[5]]),
        ([Seen(3), Seen(1), Seen(2), Seen(7)], [[1, 2, 3], [7]]),
        ([Seen(1), Seen(1), Seen(2)], [[1, 1, 2]]),
        ([Seen(13, 0), Seen(19, 0)], [[13, 19]]),
        ([Seen(5, 0), Seen(24, 1), Seen(20, 0), Seen(45, 1)], [[5, 20], [24, 45]]),
        ([Seen(5, 9), Seen(24, 2)], [[5], [24]]),
    ],
)
def test_frames_fall_into_segments(seen: list[Seen], segments: list[list[int]]) -> None:
    """By their numbers when they have them, else at every gap."""
    assert numbers(segmented(seen)) == segments


def test_frames_with_and_without_a_segment_do_not_mix() -> None:
    """Where the others belong cannot be told."""
    with pytest.raises(UsageError, match="number the segments of all"):
        segmented([Seen(1, 0), Seen(2)])


@pytest.mark.parametrize(
    ("frames", "spans"),
    [
        ([4], [(4, 4)]),
        ([1, 5, 9], [(1, 4), (5, 8), (9, 9)]),
        ([1, 2], [(1, 1), (2, 2)]),
        ([5, 5, 9], [(5, 8), (5, 8), (9, 9)]),
        ([5, 9, 9], [(5, 8), (9, 9), (9, 9)]),
    ],
)
def test_what_is_seen_holds_until_the_next(frames: list[int], spans: list[tuple[int, int]]) -> None:
    """The last one to the end of the segment."""
    assert [span for span, _ in held([Seen(frame) for frame in frames])] == spans


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)).map(lambda at: (at[0], sum(at)))))
def test_joined_spans_are_the_same_frames(spans: list[tuple[int, int]]) -> None:
    """In as few spans as can be: no two of them touch."""
    made = joined(spans)

    assert {frame for start, end in made for frame in range(start, end + 1)} == {
        frame for start, end in spans for frame in range(start, end + 1)
    }
    assert all(before[1] + 1 < after[0] for before, after in pairwise(made))
