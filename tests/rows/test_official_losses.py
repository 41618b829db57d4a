"""What the official SDK's serialiser loses or gets wrong, and what becomes of it here.

Each test shows the SDK's own rows first. When a later SDK mends a loss, that half fails and the
note in docs/decisions is to be told.
"""

import logging
from typing import Any

import pytest
from support.checked import faults
from support.meaning import meaning
from support.official_types import (
    ID,
    an_object,
    box,
    label,
    lb_types,
    option,
    point,
    question,
    radio,
    said,
    seen,
    serialised,
)

from bulkimport.errors import UsageError
from bulkimport.rows.official import rows_of

UUIDS = [f"00000000-0000-0000-0000-00000000000{number}" for number in range(1, 4)]


def ours(*annotations: Any, **more: Any) -> list[dict[str, Any]]:
    """Our rows of a label."""
    return list(rows_of(label(*annotations, **more)))


def theirs(*annotations: Any, **more: Any) -> list[dict[str, Any]]:
    """The SDK's rows of the same label."""
    return serialised(label(*annotations, **more))


def frames(*spans: tuple[int, int]) -> list[dict[str, int]]:
    """Spans as they are written."""
    return [{"start": start, "end": end} for start, end in spans]


def tracked(*frames_seen: int, segment: int | None = 0, **more: Any) -> list[Any]:
    """One object in some frames."""
    return [seen("car", frame, box(0, 0, frame, 1), segment, **more) for frame in frames_seen]


def keyframes(row: dict[str, Any]) -> list[list[int]]:
    """The keyframes of a row's segments."""
    return [[one["frame"] for one in segment["keyframes"]] for segment in row["segments"]]


def test_a_confidence_of_nought_is_a_confidence() -> None:
    """R-CONF-4: the SDK drops that of an object, and keeps that of an option."""
    given = an_object(point(1, 2), confidence=0)

    assert "confidence" not in theirs(given)[0]
    assert ours(given)[0]["confidence"] == 0


@pytest.mark.parametrize(
    "given",
    [
        lambda: question(lb_types.Radio(answer=option("a"), confidence=0.25)),
        lambda: question(lb_types.Checklist(answer=[option("a")], confidence=0.25)),
        lambda: question(lb_types.Text(answer="a"), confidence=0.25),
    ],
    ids=["radio", "checklist", "text"],
)
def test_a_confidence_counts_wherever_it_was_given(given: Any) -> None:
    """The SDK looks at the annotation of an option, and at the value of a text."""
    assert "confidence" not in theirs(given())[0]
    assert ours(given())[0]["confidence"] == 0.25


def test_custom_metrics_of_a_question_are_kept() -> None:
    """The SDK drops those of the annotation."""
    given = question(radio("a"), custom_metrics=[{"name": "iou", "value": 0.5}])

    assert "customMetrics" not in theirs(given)[0]
    assert ours(given)[0]["customMetrics"] == [{"name": "iou", "value": 0.5}]


def test_uuids_that_were_given_are_on_every_kind_of_row() -> None:
    """Spec 1.2: the SDK leaves out that of a text by the frame."""
    text = said("q", 1, lb_types.Text(answer="a"), extra={"uuid": UUIDS[0]})

    assert "uuid" not in theirs(text)[0]
    assert ours(text)[0]["uuid"] == UUIDS[0]


def test_uuids_that_nobody_gave_are_left_to_the_import() -> None:
    """The SDK makes random ones, so that a second run of a program has another input."""
    rows = [theirs(an_object(point(1, 2))) for _ in range(2)]

    assert rows[0] != rows[1]
    assert ours(an_object(point(1, 2))) == ours(an_object(point(1, 2)))
    assert "uuid" not in ours(an_object(point(1, 2)))[0]


@pytest.mark.parametrize("given", [{"extra": {"uuid": UUIDS[0]}}, {"_uuid": UUIDS[0]}])
def test_a_uuid_may_be_given_in_two_ways(given: dict[str, Any]) -> None:
    """As with the SDK."""
    assert theirs(an_object(point(1, 2), **given))[0]["uuid"] == UUIDS[0]
    assert ours(an_object(point(1, 2), **given))[0]["uuid"] == UUIDS[0]


def test_instances_in_the_same_frames_are_rows_of_their_own() -> None:
    """Spec 2.5: the SDK makes one row with its frames twice."""
    given = [*tracked(22, 27), *tracked(22, 27)]

    assert [keyframes(row) for row in theirs(*given)] == [[[22, 27, 22, 27]]]
    assert [keyframes(row) for row in ours(*given)] == [[[22, 27]], [[22, 27]]]


def test_instances_are_known_by_their_uuids() -> None:
    """In any order, and also when they share no frame."""
    one, two = {"extra": {"uuid": UUIDS[0]}}, {"extra": {"uuid": UUIDS[1]}}
    given = [*tracked(1, **one), *tracked(1, **two), *tracked(9, **one), *tracked(20, **two)]

    assert [keyframes(row) for row in theirs(*given)] == [[[1, 1, 9, 20]]]
    assert {row["uuid"]: keyframes(row) for row in ours(*given)} == {
        UUIDS[0]: [[1, 9]],
        UUIDS[1]: [[1, 20]],
    }


def test_a_uuid_goes_for_the_frames_after_it() -> None:
    """The SDK takes the first frame's for the row; where a frame comes again, it ends."""
    one, two = {"extra": {"uuid": UUIDS[0]}}, {"extra": {"uuid": UUIDS[1]}}
    given = [*tracked(1, **one), *tracked(5, 9), *tracked(5, 9), *tracked(5, **two), *tracked(7)]

    assert theirs(*tracked(1, **one), *tracked(5, 9)) == theirs(*tracked(1, 5, 9, **one))
    assert [(row.get("uuid"), keyframes(row)) for row in ours(*given)] == [
        (UUIDS[0], [[1, 5, 9]]),
        (None, [[5, 9]]),
        (UUIDS[1], [[5, 7]]),
    ]


@pytest.mark.parametrize(
    ("given", "instances"),
    [
        ((22, 27), [[22, 27]]),
        ((27, 22), [[22, 27]]),
        ((10, 15, 20, 12, 15), [[10, 15, 20], [12, 15]]),
        ((5, 9, 5, 9, 5), [[5, 9], [5, 9], [5]]),
        ((22, 22, 22), [[22], [22], [22]]),
    ],
)
def test_instances_without_uuids_are_told_by_their_order(
    given: tuple[int, ...], instances: list[list[int]]
) -> None:
    """A frame twice says that there are several, and where frames fall back one begins."""
    assert [keyframes(row) for row in ours(*tracked(*given))] == [[one] for one in instances]


def test_instances_that_cannot_be_told_apart_are_refused() -> None:
    """A guess would make tracks of what belongs to two objects."""
    with pytest.raises(UsageError, match=r"'car' in one frame.*give each instance a uuid"):
        ours(*tracked(22, 22, 27, 27))


def test_a_segment_goes_on_to_its_last_frame() -> None:
    """The SDK drops frames that are no keyframes, and the end of the segment with them."""
    given = [*tracked(1), *tracked(5, 9, keyframe=False)]

    assert keyframes(theirs(*given)[0]) == [[1]]
    assert keyframes(ours(*given)[0]) == [[1, 9]]


def test_a_segment_without_a_keyframe_is_kept() -> None:
    """The SDK breaks on it."""
    given = tracked(5, 7, 9, keyframe=False)

    with pytest.raises(IndexError):
        theirs(*given)
    assert keyframes(ours(*given)[0]) == [[5, 9]]


def test_an_answer_that_changes_between_keyframes_is_kept() -> None:
    """Between keyframes the platform interpolates geometry, not answers."""
    below = [question(radio("moving"), "state")]
    given = [
        *tracked(1),
        *tracked(3, keyframe=False),
        *tracked(5, keyframe=False, classifications=below),
        *tracked(6, keyframe=False, classifications=below),
        *tracked(9, classifications=below),
    ]

    assert keyframes(theirs(*given)[0]) == [[1, 9]]
    assert keyframes(ours(*given)[0]) == [[1, 5, 9]]


def test_segments_may_come_in_any_order() -> None:
    """The SDK refuses a segment with a higher number before one with a lower."""
    given = [*tracked(5, 9, segment=1), *tracked(20, 30, segment=0)]

    with pytest.raises(ValueError, match="ascending"):
        theirs(*given)
    assert keyframes(ours(*given)[0]) == [[5, 9], [20, 30]]


def test_segments_that_some_frames_lack_are_refused_by_both() -> None:
    """It cannot be meant."""
    given = [*tracked(5), *tracked(9, segment=None)]

    with pytest.raises(ValueError, match="partially"):
        theirs(*given)
    with pytest.raises(UsageError, match="number the segments"):
        ours(*given)


def test_every_answer_by_the_frame_is_kept() -> None:
    """Spec 2.10: the SDK says the first answer of all frames."""
    given = [said("q", 1, radio("a")), said("q", 5, radio("b")), said("q", 9, radio("b"))]

    (row,) = theirs(*given)
    assert (row["answer"], row["frames"]) == ({"name": "a"}, frames((1, 9)))
    assert ours(*given)[0]["answer"] == [
        {"name": "a", "frames": frames((1, 4))},
        {"name": "b", "frames": frames((5, 9))},
    ]
    assert faults([label(*given)], media="video") == []


def test_every_option_by_the_frame_is_kept() -> None:
    """The same for checklists."""
    both = lb_types.Checklist(answer=[option("a"), option("b")])
    given = [said("q", 29, both), said("q", 35, lb_types.Checklist(answer=[option("c")]))]

    assert [one["name"] for one in theirs(*given)[0]["answer"]] == ["a", "b"]
    assert ours(*given)[0]["answer"] == [
        {"name": "a", "frames": frames((29, 34))},
        {"name": "b", "frames": frames((29, 34))},
        {"name": "c", "frames": frames((35, 35))},
    ]


def test_questions_below_a_text_by_the_frame_are_kept() -> None:
    """The SDK writes the text alone."""
    text = lb_types.Text(answer="words", classifications=[question(radio("calm"), "tone")])

    assert "classifications" not in theirs(said("q", 1, text))[0]["answer"][0]
    assert ours(said("q", 1, text))[0]["answer"][0]["classifications"] == [
        {"name": "tone", "answer": {"name": "calm"}}
    ]


def timed(name: str, *answers: tuple[Any, ...], **more: Any) -> Any:
    """A temporal question, of answers with their spans and the questions below them."""
    value = [
        lb_types.TemporalClassificationAnswer(
            name=answer, frames=spans, classifications=list(kin) or None
        )
        for answer, spans, *kin in answers
    ]
    return lb_types.TemporalClassificationQuestion(name=name, value=value, **more)


def texts(name: str, *values: tuple[int, int, str], below: list[Any] | None = None) -> Any:
    """A temporal text question."""
    return lb_types.TemporalClassificationText(name=name, value=list(values), classifications=below)


def test_temporal_answers_go_by_the_id_of_their_data_row_too() -> None:
    """The SDK cannot."""
    given = {"data": {"uid": ID}}

    with pytest.raises(ValueError, match="globalKey"):
        theirs(timed("q", ("a", [(0, 9)])), **given)
    assert ours(timed("q", ("a", [(0, 9)])), **given)[0]["dataRow"] == {"id": ID}


def test_spans_outside_those_above_them_are_for_the_check_to_name() -> None:
    """R-TMP-5: the SDK drops them, and the question with them, without a word to the caller."""
    given = timed("q", ("a", [(0, 9)], timed("below", ("b", [(5, 12)]))))

    assert "classifications" not in theirs(given)[0]["answer"][0]
    assert faults([label(given)], media="video") == ["R-TMP-5"]


def test_an_answer_without_spans_is_for_the_check_to_name() -> None:
    """R-TMP-8: the SDK drops it, and the row when nothing else is in it."""
    given = timed("q", ("a", []))

    assert theirs(given) == []
    assert ours(given) == [{"dataRow": {"globalKey": "a"}, "name": "q", "answer": [{"name": "a"}]}]


def test_what_hangs_on_a_question_hangs_on_its_answers() -> None:
    """R-TMP-11: the SDK ignores it."""
    below = [timed("below", ("x", [(2, 4)]), ("y", [(12, 13), (3, 3)]))]
    given = timed("q", ("a", [(0, 9)]), ("b", [(10, 20)]), classifications=below)

    assert "classifications" not in str(theirs(given))
    assert ours(given)[0]["answer"] == [
        {
            "name": "a",
            "frames": frames((0, 9)),
            "classifications": [
                {
                    "name": "below",
                    "answer": [
                        {"name": "x", "frames": frames((2, 4))},
                        {"name": "y", "frames": frames((3, 3))},
                    ],
                }
            ],
        },
        {
            "name": "b",
            "frames": frames((10, 20)),
            "classifications": [
                {"name": "below", "answer": [{"name": "y", "frames": frames((12, 13))}]}
            ],
        },
    ]


def deep() -> list[Any]:
    """Texts whose questions part by their spans, two levels down, next to one that is whole."""
    leaf = texts("leaf", (2, 3, "u"), (12, 13, "v"))
    middle = texts("middle", (1, 4, "m"), (11, 14, "m"), (15, 16, "n"), below=[leaf])
    options = timed("options", ("x", [(5, 6), (17, 18)], timed("last", ("y", [(5, 5), (18, 18)]))))
    return [
        texts("top", (0, 9, "a"), (10, 20, "b"), below=[middle, options]),
        timed("q", ("a", [(0, 9), (0, 9)]), ("a", [(20, 30)])),
        timed("q", ("b", [(40, 50)])),
        texts("empty"),
    ]


@pytest.mark.filterwarnings("error")
def test_what_the_sdk_keeps_of_temporal_answers_we_place_alike(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each span below the text it lies in, equal answers and spans once, no empty question."""
    with caplog.at_level(logging.WARNING):
        wanted = theirs(*deep())

    assert len(wanted) == 2
    assert meaning(ours(*deep())) == meaning(wanted)
    assert faults([label(*deep())], media="video") == []
