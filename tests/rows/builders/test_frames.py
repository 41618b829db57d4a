"""Answers given frame by frame hold in spans, and none of them is forgotten."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.checked import faults

from bulkimport.errors import UsageError
from bulkimport.rows.builders.answers import Checklist, Option, Question, Radio, Text
from bulkimport.rows.builders.features import DataRow, Feature
from bulkimport.rows.builders.frames import FrameAnswer, over_frames
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.temporal import TemporalQuestion, TemporalText, TextValue

AT = DataRow(global_key="v.mp4")


def spans(*frames: tuple[int, int]) -> list[dict[str, int]]:
    """Spans as they are written."""
    return [{"start": start, "end": end} for start, end in frames]


def said(*answers: tuple[int, Question], segment: int | None = 0) -> object:
    """What is said of all frames."""
    question = over_frames([FrameAnswer(frame, answer, segment) for frame, answer in answers])
    assert faults([Label(AT, [question])], media="video") == []
    return question.row(AT)["answer"]


def test_one_radio_answer_throughout_is_an_object() -> None:
    """As the page on videos writes it."""
    answers = [(9, Radio("q", "a")), (15, Radio("q", "a"))]

    assert said(*answers) == {"name": "a", "frames": spans((9, 15))}


def test_every_radio_answer_is_kept_where_it_holds() -> None:
    """The SDK says the first of all frames."""
    answers = [
        (1, Radio("q", "a")),
        (5, Radio("q", "b")),
        (7, Radio("q", "a")),
        (9, Radio("q", "a")),
    ]

    assert said(*answers) == [
        {"name": "a", "frames": spans((1, 4), (7, 9))},
        {"name": "b", "frames": spans((5, 6))},
    ]


def test_every_checklist_option_is_kept_where_it_holds() -> None:
    """Each for itself."""
    answers = [
        (29, Checklist("q", ["a", "b"])),
        (33, Checklist("q", ["b"])),
        (35, Checklist("q", [])),
    ]

    assert said(*answers) == [
        {"name": "a", "frames": spans((29, 32))},
        {"name": "b", "frames": spans((29, 34))},
    ]


def test_every_text_is_kept_where_it_holds() -> None:
    """With the questions below it."""
    below = [Radio("tone", "calm")]
    answers = [(1, Text("q", "u", below)), (2, Text("q", "u", below)), (7, Text("q", "v"))]

    assert said(*answers, segment=None) == [
        {
            "value": "u",
            "frames": spans((1, 2)),
            "classifications": [{"name": "tone", "answer": {"name": "calm"}}],
        },
        {"value": "v", "frames": spans((7, 7))},
    ]


def test_what_changes_below_an_answer_has_spans_of_its_own() -> None:
    """So that no option stands twice in one answer."""
    answers = [
        (1, Radio("q", Option("a", [Radio("sub", "x")]))),
        (5, Radio("q", Option("a", [Radio("sub", "y")]))),
        (9, Radio("q", "a")),
    ]

    assert said(*answers) == {
        "name": "a",
        "frames": spans((1, 9)),
        "classifications": [
            {
                "name": "sub",
                "answer": [
                    {"name": "x", "frames": spans((1, 4))},
                    {"name": "y", "frames": spans((5, 8))},
                ],
            }
        ],
    }


def test_segments_part_the_spans() -> None:
    """An answer ends where its segment does."""
    question = over_frames(
        FrameAnswer(frame, Radio("q", "a"), segment)
        for frame, segment in [(5, 0), (20, 0), (24, 1), (45, 1)]
    )

    assert question.row(AT)["answer"]["frames"] == spans((5, 20), (24, 45))


def test_a_uuid_and_scores_that_agree_are_kept() -> None:
    """A confidence that changes has no place in the format."""
    uuid = "00000000-0000-0000-0000-000000000001"
    same = over_frames(
        [
            FrameAnswer(1, Radio("q", "a", uuid=uuid, confidence=0)),
            FrameAnswer(2, Radio("q", "a", confidence=0)),
        ]
    )
    other = over_frames(
        [
            FrameAnswer(1, Radio("q", "a", confidence=0)),
            FrameAnswer(2, Radio("q", "a", confidence=1)),
        ]
    )

    assert (same.uuid, same.confidence) == (uuid, 0)
    assert other.confidence is None


MEANINGLESS: dict[str, Sequence[FrameAnswer]] = {
    "says nothing": [],
    "one kind": [FrameAnswer(1, Radio("q", "a")), FrameAnswer(2, Text("q", "a"))],
    "one feature": [FrameAnswer(1, Radio("q", "a")), FrameAnswer(2, Radio("p", "a"))],
    "no spans of its own": [FrameAnswer(1, Radio("q", Option("a", frames=[(1, 2)])))],
    "no answer in one frame": [FrameAnswer(1, TemporalQuestion("q", []))],
}


@pytest.mark.parametrize("sentence", MEANINGLESS)
def test_what_cannot_be_meant_is_refused(sentence: str) -> None:
    """And named."""
    with pytest.raises(UsageError, match=sentence):
        over_frames(MEANINGLESS[sentence])


@given(st.dictionaries(st.integers(0, 40), st.sets(st.sampled_from("abc")), min_size=1))
def test_each_option_holds_exactly_where_it_was_last_seen(seen: dict[int, set[str]]) -> None:
    """Frame for frame, by a plain walk over all of them."""
    question = over_frames(
        FrameAnswer(frame, Checklist("q", sorted(options)), 0) for frame, options in seen.items()
    )
    wanted: dict[str, set[int]] = {}
    for frame in range(min(seen), max(seen) + 1):
        last = max(known for known in seen if known <= frame)
        for option in seen[last]:
            wanted.setdefault(option, set()).add(frame)

    assert wanted == {
        answer["name"]: {
            frame for span in answer["frames"] for frame in range(span["start"], span["end"] + 1)
        }
        for answer in question.row(AT)["answer"]
    }


def test_temporal_answers_are_lists_whatever_their_number() -> None:
    """Of options, or of texts."""
    one = TemporalQuestion("q", [Option("a", frames=[(0, 9)])])
    text = TemporalText("t", [TextValue("hi", [(0, 9)], [one], confidence=0)])

    assert one.row(AT)["answer"] == [{"name": "a", "frames": spans((0, 9))}]
    assert text.row(AT)["answer"] == [
        {
            "value": "hi",
            "frames": spans((0, 9)),
            "classifications": [{"name": "q", "answer": [{"name": "a", "frames": spans((0, 9))}]}],
            "confidence": 0,
        }
    ]
    assert Feature("q").members() == {"name": "q"}
