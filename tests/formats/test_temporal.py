"""Answers that change in time: the ranges of each, however often the export says the same."""

from collections.abc import Callable
from typing import Any

import pytest
from support.converted import Outcome
from support.exported import data_row

from bulkimport.formats.temporal import frames_of

Convert = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("ranges", "joined"),
    [
        ([], []),
        ([(1, 1)], [(1, 1)]),
        ([(1, 4), (5, 9)], [(1, 9)]),
        ([(1, 4), (6, 9)], [(1, 4), (6, 9)]),
        ([(6, 9), (1, 7)], [(1, 9)]),
        ([(1, 9), (2, 3)], [(1, 9)]),
        ([(0, 0), (0, 0)], [(0, 0)]),
    ],
)
def test_ranges_that_touch_or_overlap_are_joined(
    ranges: list[tuple[int, int]], joined: list[tuple[int, int]]
) -> None:
    """In order, both ends included."""
    assert frames_of(ranges) == [{"start": start, "end": end} for start, end in joined]


def asked(
    said: dict[int, list[str]], segments: list[list[int]] | None, where: str = "frames"
) -> dict[str, Any]:
    """A checklist answered at some moments."""
    one = data_row([[]])
    annotations: dict[str, Any] = {where: {}}
    for when, options in said.items():
        answers = [{"name": option} for option in options]
        question = {"feature_id": "q", "name": "signs", "checklist_answers": answers}
        annotations[where][str(when)] = {"classifications": [question]}
    if segments is not None:
        annotations["segments"] = {"q": segments}
    one["projects"]["project-1"]["labels"][0]["annotations"] = annotations
    return one


@pytest.mark.parametrize(
    ("said", "segments", "expected"),
    [
        ({1: ["a"]}, [[1, 9]], {"a": [(1, 9)]}),
        ({1: ["a"], 5: ["a", "b"]}, [[1, 9]], {"a": [(1, 9)], "b": [(5, 9)]}),
        ({1: ["a"], 5: ["b"]}, [[1, 9]], {"a": [(1, 4)], "b": [(5, 9)]}),
        ({1: ["a"], 5: [], 7: ["a"]}, [[1, 9]], {"a": [(1, 4), (7, 9)]}),
        ({3: ["a"]}, [[1, 9]], {"a": [(1, 9)]}),
        ({1: ["a"], 20: ["a"]}, [[1, 4], [20, 25]], {"a": [(1, 4), (20, 25)]}),
        ({1: ["a"], 5: ["b"], 6: ["a"]}, [[1, 4], [5, 9]], {"a": [(1, 4), (6, 9)], "b": [(5, 5)]}),
        ({2: ["a"], 8: ["b"]}, None, {"a": [(2, 7)], "b": [(8, 8)]}),
    ],
)
def test_an_answer_holds_until_the_next_or_the_end_of_its_segment(
    said: dict[int, list[str]],
    segments: list[list[int]] | None,
    expected: dict[str, list[tuple[int, int]]],
    convert: Convert,
) -> None:
    """The truth table of spans."""
    [row] = convert([asked(said, segments)]).rows

    assert row["name"] == "signs"
    assert {
        option["name"]: [(span["start"], span["end"]) for span in option["frames"]]
        for option in row["answer"]
    } == expected


def test_a_question_that_is_never_answered_has_no_row(convert: Convert) -> None:
    """And is counted."""
    outcome = convert([asked({1: [], 5: []}, [[1, 9]])])

    assert outcome.rows == []
    assert outcome.lost["unanswered"] == 1


def test_times_of_audio_are_milliseconds_and_radios_are_lists(convert: Convert) -> None:
    """A radio that never changes is one option for a video and a list of one for audio."""
    found = {}
    for where in ("frames", "timestamp"):
        one = asked({0: ["a"]}, [[0, 1400]], where)
        annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
        [question] = annotations[where]["0"]["classifications"]
        question["radio_answer"] = question.pop("checklist_answers")[0]
        [row] = convert([one]).rows
        found[where] = row["answer"]

    held = {"name": "a", "frames": [{"start": 0, "end": 1400}]}
    assert found == {"frames": held, "timestamp": [held]}


def test_global_answers_stand_beside_temporal_ones(convert: Convert) -> None:
    """They have no frames."""
    one = asked({1: ["a"]}, [[1, 9]])
    annotations = one["projects"]["project-1"]["labels"][0]["annotations"]
    annotations["classifications"] = [{"name": "weather", "radio_answer": {"name": "rain"}}]

    rows = {row["name"]: row["answer"] for row in convert([one]).rows}

    assert rows["weather"] == {"name": "rain"}
    assert "frames" in rows["signs"][0]
